import ChainExecutor
import ChainRandom
import JacobianChain

/// A chain in two halves, each of one kind of work; the inner one is done
/// forward, the outer one in reverse.
struct HalvesWorkload {
  var name: String
  var inner: [Factor]
  var outer: [Factor]

  static func all() throws -> [HalvesWorkload] {
    let sparse = try scattered(4000, perRow: 8)
    return [
      dense("dense 1000", [1000, 1000, 1000, 16]),
      dense("dense 500", [500, 500, 500, 16]),
      dense("dense 100", [100, 100, 100, 100, 100, 8]),
      square("band 4000 x 64", 4000, 64, .banded(lower: 8, upper: 8)),
      square("sparse 4000 x 64", 4000, 64, .sparse(sparse)),
      functions("functions 512", 512),
    ]
  }

  /// Dense layers down to a narrow code and up again.
  private static func dense(_ name: String, _ sizes: [Int]) -> HalvesWorkload {
    func factors(_ sizes: [Int], _ letter: String) -> [Factor] {
      zip(sizes, sizes.dropFirst()).enumerated().map {
        Factor(name: "\(letter)\($0)", rows: $1.1, columns: $1.0)
      }
    }
    return HalvesWorkload(
      name: name, inner: factors(sizes, "I"),
      outer: factors(sizes.reversed(), "O"))
  }

  /// Six steps of a time integration or of a mesh, applied to `width` inputs
  /// below and for `width` outputs above.
  private static func square(
    _ name: String, _ size: Int, _ width: Int, _ structure: Structure
  ) -> HalvesWorkload {
    func half(_ letter: String) -> [Factor] {
      [Factor(name: "\(letter) in", rows: size, columns: width)]
        + (1...6).map {
          Factor(
            name: "\(letter)\($0)", rows: size, columns: size,
            structure: structure)
        } + [Factor(name: "\(letter) out", rows: width, columns: size)]
    }
    return HalvesWorkload(name: name, inner: half("I"), outer: half("O"))
  }

  /// Factors that are only functions, with scalar work.
  private static func functions(_ name: String, _ size: Int) -> HalvesWorkload {
    func half(_ letter: String) -> [Factor] {
      (1...4).map {
        Factor(
          name: "\(letter)\($0)", rows: size, columns: size, isGiven: false,
          tangentCost: 80 * size, adjointCost: 80 * size)
      }
    }
    return HalvesWorkload(name: name, inner: half("I"), outer: half("O"))
  }

  /// Both halves, then their product.
  var plan: Plan {
    var steps: [Step] = []
    func append(_ step: Step) -> Int {
      steps.append(step)
      return steps.count - 1
    }
    func fold(
      _ order: some Sequence<Int>, _ mode: Mode
    ) -> Int {
      var value: Int?
      for index in order {
        let isGiven = (inner + outer)[index].isGiven
        switch (value, isGiven) {
        case (nil, true):
          value = append(.given(factor: index))
        case (nil, false):
          value = append(.accumulate(factor: index, mode: mode))
        case (let made?, false):
          value = append(
            .eliminate(factor: index, mode: mode, operand: made))
        case (let made?, true):
          let entries = append(.given(factor: index))
          value = append(
            mode == .tangent
              ? .multiply(outer: entries, inner: made)
              : .multiply(outer: made, inner: entries))
        }
      }
      return value!
    }
    let below = fold(inner.indices, .tangent)
    let above = fold(
      (inner.count..<inner.count + outer.count).reversed(), .adjoint)
    let target = append(.multiply(outer: above, inner: below))
    return Plan(steps: steps, targets: [target])
  }

  /// Random entries; a function applies a slow scalar one to every seed.
  func operands(for problem: Problem) throws -> [Operand] {
    try zip(
      problem.factors, RandomOperands.operands(for: problem, seed: 1)
    ).map { factor, random in
      guard !factor.isGiven else { return random }
      return Operand(
        rows: factor.rows, columns: factor.columns,
        tangent: { Self.apply($0, to: &$2) },
        adjoint: { Self.apply($0, to: &$2) })
    }
  }

  private static func apply(
    _ seeds: Span<Double>, to block: inout MutableSpan<Double>
  ) {
    for index in seeds.indices {
      var x = seeds[index]
      for _ in 0..<40 { x *= 1.5 - 0.5 * x * x }
      block[index] = x
    }
  }

  private static func scattered(
    _ size: Int, perRow: Int
  ) throws -> SparsePattern {
    var random = SplitMix64(seed: 1)
    let rows = (0..<size).map { _ in
      Set((0..<perRow).map { _ in random.integer(in: 0...size - 1) }).sorted()
    }
    return try SparsePattern(
      rows: size, columns: size,
      rowIndices: rows.enumerated().flatMap { row, columns in
        columns.map { _ in row }
      }, columnIndices: rows.flatMap { $0 })
  }
}
