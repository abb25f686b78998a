import RealModule

/// A dual number in vector mode: a value and a fixed number of tangents.
///
/// Forward mode (Griewank & Walther 2008, ch. 3): F on duals whose tangents
/// are row j of a block of seeds S, n × lanes, gives F's value and J · S. The
/// lanes are stored in place; nothing is allocated.
///
/// ```swift
/// typealias D = Dual<SIMD2<Double>>
/// let x = D(4, tangent: [1, 0]), y = D(5, tangent: [0, 1])
/// (x * y).tangent   // (5, 4)
/// ```
@frozen
@usableFromInline
struct Dual<Lanes: SIMD>: ActiveScalar where Lanes.Scalar == Double {
  /// The value.
  @usableFromInline var primal: Double
  /// Bit k says whether the number moves along lane k at all. Where it
  /// doesn't, the lane is 0.
  @usableFromInline var moving: UInt64
  @usableFromInline var lanes: Lanes

  /// One derivative a lane.
  ///
  /// Along a lane that is set to 0 the number doesn't move: there is no
  /// derivative, rather than one that happens to be 0.
  @inlinable
  var tangent: Lanes {
    get { lanes }
    set { self = Self(primal, tangent: newValue) }
  }

  /// Creates a number that moves along the lanes that aren't 0.
  @inlinable
  init(_ primal: Double, tangent: Lanes) {
    var moving: UInt64 = 0
    for lane in tangent.indices where tangent[lane] != 0 {
      moving |= 1 << UInt64(lane)
    }
    self.init(primal, lanes: tangent, moving: moving)
  }

  @inlinable
  init(_ primal: Double, lanes: Lanes, moving: UInt64) {
    self.primal = primal
    self.moving = moving
    self.lanes = lanes
  }

  /// A constant.
  @inlinable
  init(_ constant: Double) {
    self.init(constant, lanes: .zero, moving: 0)
  }

  /// φ(x): the tangents times φ′.
  @inlinable
  static func elemental(
    _ x: Self, value: Double, slope: Double
  ) -> Self {
    Self(
      value, lanes: x.lanes.scaled(by: slope, x.moving), moving: x.moving)
  }

  /// φ(x, y): the tangents of both, each times its slope.
  @inlinable
  static func elemental(
    _ x: Self, _ y: Self, value: Double, slopes: (Double, Double)
  ) -> Self {
    Self(
      value,
      lanes: x.lanes.scaled(by: slopes.0, x.moving)
        + y.lanes.scaled(by: slopes.1, y.moving),
      moving: x.moving | y.moving)
  }
}

extension Dual {
  /// Moves along the first of the lanes.
  ///
  /// - Parameters:
  ///   - zeros: what a seed of 0 is.
  ///   - seeds: their numbers.
  @inline(__always)
  mutating func move(
    _ zeros: ZeroSeed, _ seeds: Range<Int>, _ seed: (Int) -> Double
  ) {
    var tangent = Lanes.zero
    var present: UInt64 = zeros == .number ? 1 << UInt64(seeds.count) - 1 : 0
    for lane in 0..<seeds.count {
      let number = seed(seeds.lowerBound + lane)
      tangent[lane] = number
      if number != 0 { present |= 1 << UInt64(lane) }
    }
    (lanes, moving) = (tangent, present)
  }
}

extension Dual: Sendable where Lanes: Sendable {}
