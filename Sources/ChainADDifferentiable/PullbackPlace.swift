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
      hasPoint = false
      try check(point.count, function.inputCount, "inputs")
      try check(value.count, function.outputCount, "outputs")
      for index in self.point.indices { self.point[index] = point[index] }
      let outputs =
        kept.contains(.adjoint) ? differentiate() : function.body(self.point)
      try check(outputs.count, function.outputCount, "outputs")
      for index in outputs.indices { value[index] = outputs[index] }
      hasPoint = true
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
      try check(seeds.count, rows * width, "seeds")
      try check(block.count, columns * width, "adjoints")
      guard hasPoint else {
        throw ChainError(
          .malformed, at: "function \(function.name)",
          expected: "a point to linearise at", found: "none yet",
          advice: "move(to:value:keeping:) comes first")
      }
      if pullback == nil { _ = differentiate() }
      guard let pullback else { return }
      for row in 0..<width {
        let seed = (0..<rows).map { seeds[row * rows + $0] }
        let adjoint = pullback(Cotangent(seed)).base
        // Swift leaves out what is zero altogether.
        try check(
          adjoint.isEmpty ? columns : adjoint.count, columns, "adjoints")
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

    private func check(
      _ found: Int, _ expected: Int, _ what: String
    ) throws(ChainError) {
      guard found == expected else {
        throw ChainError(
          .malformed, at: "function \(function.name)",
          expected: "\(expected) \(what)", found: "\(found)",
          advice: "make the declared counts and the function agree")
      }
    }

    private func missing(_ ability: String) -> ChainError {
      ChainError(
        .unsupported, at: "function \(function.name)",
        expected: "a function with \(ability)", found: "adjoints only",
        advice: "Swift differentiates backwards; accumulate its adjoints")
    }
  }
#endif
