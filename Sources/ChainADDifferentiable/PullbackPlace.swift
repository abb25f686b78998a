#if canImport(_Differentiation)
  import ChainAD
  import JacobianChain
  import _Differentiation

  /// The pullback at a point.
  final class PullbackPlace: GivenCurvaturePlace {
    typealias Cotangent = [Double].TangentVector

    let function: DifferentiableFunction
    var point: [Double]
    /// nil before the first point, and where only the value was wanted.
    var pullback: ((Cotangent) -> Cotangent)?
    var hasPoint = false

    init(_ function: DifferentiableFunction) {
      self.function = function
      point = Array(repeating: 0, count: function.inputCount)
    }

    func move(
      to point: Span<Double>, value: inout MutableSpan<Double>,
      keeping kept: Abilities
    ) throws {
      pullback = nil
      try move(to: point, value: &value) {
        kept.contains(.adjoint) ? differentiate() : function.body($0)
      }
    }

    func tangents(
      of seeds: Span<Double>, width: Int, into block: inout MutableSpan<Double>
    ) throws {
      throw missing("tangents")
    }

    func adjoints(
      of seeds: Span<Double>, width: Int, into block: inout MutableSpan<Double>
    ) throws {
      let (rows, columns) = (function.outputCount, function.inputCount)
      let name = function.name
      try Refusal.check(seeds.count, rows * width, "seeds", of: name)
      try Refusal.check(block.count, columns * width, "adjoints", of: name)
      try Refusal.checkPoint(hasPoint, name)
      if pullback == nil { _ = differentiate() }
      guard let pullback else { return }
      for row in 0..<width {
        let seed = (0..<rows).map { seeds[row * rows + $0] }
        let adjoint = pullback(Cotangent(seed)).base
        // Swift leaves out what is zero altogether.
        try Refusal.check(
          adjoint.isEmpty ? columns : adjoint.count, columns, "adjoints",
          of: name)
        for column in 0..<columns {
          block[row * columns + column] = adjoint.isEmpty ? 0 : adjoint[column]
        }
      }
    }

    func entries(into entries: inout MutableSpan<Double>) throws {
      throw missing("entries")
    }

    private func differentiate() -> [Double] {
      let result = valueWithPullback(at: point, of: function.body)
      pullback = result.pullback
      return result.value
    }

    private func missing(_ ability: String) -> ChainError {
      ChainError(
        .unsupported, at: "function \(function.name)",
        expected: "a function with \(ability)", found: "adjoints only",
        advice: "Swift differentiates backwards; accumulate its adjoints")
    }
  }
#endif
