import JacobianChain

extension Layer {
  /// y_i = φ(x_i), one scalar function for each of n inputs.
  ///
  /// The n × n Jacobian is diagonal with φ′(x_i); the n of them are kept for an
  /// adjoint. A product costs n fma.
  ///
  /// - Parameters:
  ///   - name: what reports and errors call it.
  ///   - count: n.
  ///   - value: φ.
  ///   - derivative: φ′, of the same argument; only called where products or
  ///     entries are wanted.
  ///   - secondDerivative: φ″, of the same argument; nil for a layer that
  ///     Hessians can't be had of.
  /// - Throws: `ChainError` when the count is below 1.
  public static func pointwise(
    name: String, count: Int,
    value: @escaping @Sendable (Double) -> Double,
    derivative: @escaping @Sendable (Double) -> Double,
    secondDerivative: (@Sendable (Double) -> Double)? = nil
  ) throws(ChainError) -> some CurvedFunction {
    var bend: Pointwise.Bend?
    if let secondDerivative {
      bend = { x, bends, n in
        for i in 0..<n { bends[i] = secondDerivative(x[i]) }
      }
    }
    return try Pointwise(
      name: name, count: count,
      sweep: { x, y, slopes, n in
        for i in 0..<n { y[i] = value(x[i]) }
        if let slopes {
          for i in 0..<n { slopes[i] = derivative(x[i]) }
        }
      }, bend: bend)
  }
}

/// What `Layer.pointwise` makes; `Pointwise+Functions.swift` has the usual φ.
struct Pointwise: AdvisingFunction {
  /// Writes φ of n doubles, and φ′ when there is a place for it.
  typealias Sweep =
    @Sendable (_ x: Input, _ y: Output, _ slopes: Output?, Int) -> Void
  /// Writes φ″ of n doubles.
  typealias Bend = @Sendable (_ x: Input, _ bends: Output, Int) -> Void

  let name: String
  /// n, inputs and outputs.
  let count: Int
  /// Diagonal with λ_i · φ″(x_i); unknown without a second derivative.
  let curvature: Curvature
  /// φ″.
  var curvatureAdvice: String { "give it its secondDerivative" }
  private let sweep: Sweep
  private let bend: Bend?

  /// - Parameter bend: nil when φ″ is not known, or 0 as `isStraight` says.
  init(
    name: String, count: Int, sweep: @escaping Sweep, bend: Bend?,
    isStraight: Bool = false
  ) throws(ChainError) {
    try ChainError.guardPositive(count, name, "count")
    self.name = name
    self.count = count
    self.sweep = sweep
    self.bend = bend
    curvature =
      isStraight ? .zero : bend == nil ? .unknown : .entries(.diagonal)
  }

  var inputCount: Int { count }
  var outputCount: Int { count }

  /// Diagonal.
  var structure: Structure { .diagonal }

  /// Products and entries.
  var abilities: Abilities { [.tangent, .adjoint, .entries] }

  /// n fma either way; n doubles for an adjoint.
  var costs: ElementalCosts { ElementalCosts(tape: count) }

  /// A place for the derivative: n doubles.
  func linearization() -> any Linearization {
    PointwiseLinearization(
      LayerShape(name: name, rows: count, columns: count, entries: count),
      sweep, bend)
  }
}

private final class PointwiseLinearization: CurvedLayerLinearization {
  let shape: LayerShape
  private let sweep: Pointwise.Sweep
  private let bend: Pointwise.Bend?
  private let slopes: Doubles
  /// φ″; only there when it is wanted.
  private var bends: Doubles?

  init(
    _ shape: LayerShape, _ sweep: @escaping Pointwise.Sweep,
    _ bend: Pointwise.Bend?
  ) {
    self.shape = shape
    self.sweep = sweep
    self.bend = bend
    slopes = Doubles(count: shape.rows)
  }

  func evaluate(at x: Input, into y: Output, keeping kept: Abilities) {
    sweep(x, y, kept.isEmpty ? nil : slopes.base, shape.rows)
    if kept.contains(.curvature), let bend {
      let place = bends ?? Doubles(count: shape.rows)
      bends = place
      bend(x, place.base, shape.rows)
    }
  }

  var curvatureEntries: Int { shape.rows }

  func writeCurvature(_ weights: Input, into entries: Output) throws {
    guard let bends = bends?.base else { throw missingCurvature }
    for i in 0..<shape.rows { entries[i] = weights[i] * bends[i] }
  }

  func pushForward(_ seeds: Input, _ width: Int, into block: Output) {
    let slopes = slopes.base
    if width == 1 {
      for i in 0..<shape.rows { block[i] = slopes[i] * seeds[i] }
      return
    }
    for i in 0..<shape.rows {
      let (slope, row) = (slopes[i], i * width)
      for c in row..<row + width { block[c] = slope * seeds[c] }
    }
  }

  func pullBack(_ seeds: Input, _ width: Int, into block: Output) {
    let (slopes, n) = (slopes.base, shape.rows)
    for r in 0..<width {
      let (seed, row) = (seeds + r * n, block + r * n)
      for i in 0..<n { row[i] = slopes[i] * seed[i] }
    }
  }

  func writeEntries(into entries: Output) {
    entries.update(from: slopes.base, count: shape.rows)
  }
}
