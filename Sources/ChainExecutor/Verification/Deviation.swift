/// Lines of a result (columns or rows) held against their reference, element by
/// element.
///
/// An element agrees when it is as near as rounding explains: |found −
/// reference| ≤ `Rounding.safety` · error + floor. How large deviations and
/// bounds are is said relative to the largest element of the same line, or of
/// the other line through the element, whichever says less: an entry that
/// cancels among others that don't is no news.
struct Deviation {
  /// The largest values of one line.
  private struct Peak {
    var magnitude = 0.0
    var difference = 0.0
    var bound = 0.0

    mutating func add(_ other: Peak) {
      magnitude = max(magnitude, other.magnitude)
      difference = max(difference, other.difference)
      bound = max(bound, other.bound)
    }

    /// Of values below the normal doubles fewer digits can be asked.
    func relative(_ value: Double) -> Double {
      guard value.isFinite, magnitude.isFinite else { return .infinity }
      return value / max(magnitude, .leastNormalMagnitude)
    }
  }

  /// The element that is farthest beyond its bound.
  struct Outlier {
    var line: Int
    var element: Int
    var found: Double
    var expected: Double
    /// |found − expected| ÷ bound.
    var excess: Double
  }

  private var across: [Peak]
  private var difference = 0.0
  private var bound = 0.0
  /// nil when all elements agree.
  private(set) var outlier: Outlier?
  /// Whether an element of the reference is beyond the largest double.
  private(set) var isBeyondDoubles = false

  init(elements: Int) { across = .init(repeating: Peak(), count: elements) }

  /// Adds vector `vector` of the reference as line `line`.
  ///
  /// - Parameters:
  ///   - found: each element, as a sum of two doubles.
  ///   - floor: what may be lost of each element below the normal doubles; with
  ///     0, an element that has lost digits there doesn't agree.
  mutating func add(
    line: Int, _ reference: WideBlock, _ vector: Int, floor: Double,
    found: (Int) -> (high: Double, low: Double)
  ) {
    var along = Peak()
    for element in 0..<reference.count {
      let (high, low) = reference.value(element, vector)
      let (value, rest) = found(element)
      if !high.isFinite { isBeyondDoubles = true }
      let difference = ((value - high) + (rest - low)).magnitude
      let bound = Rounding.safety * reference.error(element, vector)
      let isLost = floor == 0 && reference.losesDigits(element, vector)
      // Written so that NaN never agrees.
      if isLost || !(difference <= bound + floor) {
        let excess =
          isLost || !difference.isFinite
          ? .infinity : difference / (bound + floor)
        if excess > outlier?.excess ?? 0 {
          outlier = Outlier(
            line: line, element: element, found: value, expected: high,
            excess: excess)
        }
      }
      let peak = Peak(
        magnitude: high.magnitude,
        difference: difference.isNaN ? .infinity : difference, bound: bound)
      along.add(peak)
      across[element].add(peak)
    }
    difference = max(difference, along.relative(along.difference))
    bound = max(bound, along.relative(along.bound))
  }

  /// The largest difference, relative.
  var relativeDifference: Double {
    min(difference, across.lazy.map { $0.relative($0.difference) }.max() ?? 0)
  }

  /// The largest bound, relative.
  var relativeBound: Double {
    min(bound, across.lazy.map { $0.relative($0.bound) }.max() ?? 0)
  }
}
