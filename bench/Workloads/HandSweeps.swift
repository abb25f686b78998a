import ChainAD
import JacobianChain

/// Forward and reverse mode as one would write them without a plan: all
/// one-hot seeds in one dense block, through one function after the other.
public final class HandSweeps {
  private let functions: [any ElementalFunction]
  private let places: [any Linearization]

  /// Takes places for all derivatives.
  public init(_ function: ComposedFunction) {
    functions = function.functions
    places = functions.map { $0.linearization() }
  }

  private func move(to point: [Double], keeping kept: Abilities) throws {
    var value = point
    for (function, place) in zip(functions, places) {
      let input = value
      value = try Self.made(function.outputCount) { span in
        try place.move(to: input.span, value: &span, keeping: kept)
      }
    }
  }

  /// The Jacobian, m × n, by n tangents.
  public func forward(at point: [Double]) throws -> [Double] {
    try move(to: point, keeping: .tangent)
    let n = functions[0].inputCount
    var block = Self.unit(n)
    for (function, place) in zip(functions, places) {
      let seeds = block
      block = try Self.made(function.outputCount * n) { span in
        try place.tangents(of: seeds.span, width: n, into: &span)
      }
    }
    return block
  }

  /// The Jacobian, m × n, by m adjoints.
  public func reverse(at point: [Double]) throws -> [Double] {
    try move(to: point, keeping: .adjoint)
    let m = functions[functions.count - 1].outputCount
    var block = Self.unit(m)
    for (function, place) in zip(functions, places).reversed() {
      let seeds = block
      block = try Self.made(m * function.inputCount) { span in
        try place.adjoints(of: seeds.span, width: m, into: &span)
      }
    }
    return block
  }

  private static func unit(_ count: Int) -> [Double] {
    var block = [Double](repeating: 0, count: count * count)
    for i in 0..<count { block[i * count + i] = 1 }
    return block
  }

  /// Without clearing what is written at once.
  private static func made(
    _ count: Int, _ fill: (inout MutableSpan<Double>) throws -> Void
  ) throws -> [Double] {
    try [Double](unsafeUninitializedCapacity: count) { buffer, filled in
      var span = MutableSpan(
        _unsafeStart: buffer.baseAddress!, count: count)
      try fill(&span)
      filled = count
    }
  }
}
