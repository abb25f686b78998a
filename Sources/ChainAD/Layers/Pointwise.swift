import JacobianChain

/// y_i = φ(x_i), one scalar function for every input.
///
/// The Jacobian is diagonal with φ′(x_i); the n of them are kept for an
/// adjoint. `Pointwise+Functions.swift` has the usual φ.
public struct Pointwise: ElementalFunction {
  /// Writes φ of n doubles, and φ′ when there is a place for it.
  typealias Sweep =
    @Sendable (_ x: Input, _ y: Output, _ slopes: Output?, Int) -> Void

  /// The name that reports and errors refer to.
  public let name: String
  /// n, inputs and outputs.
  public let count: Int
  private let sweep: Sweep

  /// Creates the layer from a scalar function and its derivative.
  ///
  /// - Parameters:
  ///   - count: n.
  ///   - value: φ.
  ///   - derivative: φ′, of the same argument; only called where products or
  ///     entries are wanted.
  /// - Throws: `ChainError` when the count is below 1.
  public init(
    name: String, count: Int,
    value: @escaping @Sendable (Double) -> Double,
    derivative: @escaping @Sendable (Double) -> Double
  ) throws(ChainError) {
    try self.init(name: name, count: count) { x, y, slopes, n in
      for i in 0..<n { y[i] = value(x[i]) }
      if let slopes {
        for i in 0..<n { slopes[i] = derivative(x[i]) }
      }
    }
  }

  init(
    name: String, count: Int, sweep: @escaping Sweep
  ) throws(ChainError) {
    try ChainError.guardPositive(count, name, "count")
    self.name = name
    self.count = count
    self.sweep = sweep
  }

  /// n.
  public var inputCount: Int { count }
  /// n.
  public var outputCount: Int { count }

  /// Diagonal.
  public var structure: Structure { .diagonal }

  /// Products and entries.
  public var abilities: Abilities { [.tangent, .adjoint, .entries] }

  /// n fma either way; n doubles for an adjoint.
  public var costs: ElementalCosts { ElementalCosts(tape: count) }

  /// A place for the derivative: n doubles.
  public func linearization() -> any Linearization {
    PointwiseLinearization(
      LayerShape(name: name, rows: count, columns: count, entries: count),
      sweep)
  }
}

private final class PointwiseLinearization: LayerLinearization {
  let shape: LayerShape
  private let sweep: Pointwise.Sweep
  private let slopes: Doubles

  init(_ shape: LayerShape, _ sweep: @escaping Pointwise.Sweep) {
    self.shape = shape
    self.sweep = sweep
    slopes = Doubles(count: shape.rows)
  }

  func evaluate(at x: Input, into y: Output, keeping kept: Abilities) {
    sweep(x, y, kept.isEmpty ? nil : slopes.base, shape.rows)
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
