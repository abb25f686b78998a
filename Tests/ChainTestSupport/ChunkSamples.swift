import ChainRandom
import JacobianChain

/// Random chains, and plans for them in parts of every kind.
package enum ChunkSamples {
  /// A chain of four to six factors of every structure, given or not.
  package static func chain(_ random: inout SplitMix64) throws -> Problem {
    var factors: [Factor] = []
    var columns = random.integer(in: 2...9)
    for index in 0..<random.integer(in: 1...5) {
      let rows = random.oneIn(2) ? columns : random.integer(in: 2...9)
      let structures = everyStructure(rows: rows, columns: columns).filter {
        switch $0 {
        case .submatrix, .negatedSelection: false
        default: true
        }
      }
      let isPlain = random.oneIn(2)
      let modes = random.integer(in: 0...5)
      factors.append(
        Factor(
          name: "J\(index)", rows: rows, columns: columns,
          structure: isPlain
            ? .dense
            : structures[random.integer(in: 0...structures.count - 1)],
          isGiven: modes == 0 || modes == 5,
          tangentCost: [1, 4, 5].contains(modes) ? 7 : nil,
          adjointCost: [2, 3, 4, 5].contains(modes) ? 11 : nil))
      columns = rows
    }
    return try Problem(factors: factors)
  }

  /// Loops for a value of some factors of the chain; over no dimension that one
  /// of the values that it reads has summed over.
  private static func loops(
    _ problem: Problem, _ span: Range<Int>, reading: [Range<Int>] = [],
    _ random: inout SplitMix64
  ) -> [Chunks.Loop] {
    let rows = Chunks.Side.rows.length(in: problem, span)
    let columns = Chunks.Side.columns.length(in: problem, span)
    var loops: [Chunks.Loop] = []
    if random.oneIn(2), rows > 1 {
      loops.append(.init(.rows, parts: random.integer(in: 2...rows)))
    }
    if loops.isEmpty || random.oneIn(2), columns > 1 {
      loops.append(
        .init(.columns, parts: random.integer(in: 2...columns)))
    }
    let shared = span.dropFirst().map { Chunks.Side.shared(after: $0) }
      .filter { side in !reading.contains { side.isInside($0) } }
    if !shared.isEmpty, random.oneIn(2) {
      let side = shared[random.integer(in: 0...shared.count - 1)]
      let length = side.length(in: problem)
      if length > 1 {
        loops.insert(
          .init(side, parts: random.integer(in: 2...length)),
          at: random.integer(in: 0...loops.count))
      }
    }
    if random.oneIn(2) { loops.reverse() }
    if !loops.isEmpty { loops[0].remakes = random.oneIn(3) }
    return loops
  }

  /// Loops around the whole, or values one after the other in loops of their
  /// own; all seeds at once, or a few at a time.
  package static func cut(
    _ whole: PricedPlan, _ problem: Problem, _ random: inout SplitMix64
  ) -> Plan {
    var plan = whole.plan
    let spans = whole.steps.map { $0.innermost!..<$0.outermost! + 1 }
    var values: [Int] = []
    if random.oneIn(2) {
      values = plan.steps.indices.filter { id in
        if case .given = plan.steps[id] { return false }
        // What only has another name is no value of its own.
        return id != plan.targets[0]
          && whole.steps[id].pattern.storedEntries > 0
          && random.oneIn(2)
      }
    }
    func loops(_ step: Int) -> [Chunks.Loop] {
      let inside = values.filter {
        $0 < step && spans[step].contains(spans[$0].lowerBound)
      }.map { spans[$0] }
      return Self.loops(problem, spans[step], reading: inside, &random)
    }
    let stages = values.map {
      Chunks.Stage($0, random.oneIn(3) ? [] : loops($0))
    }
    plan.chunks = Chunks(
      !stages.isEmpty && random.oneIn(4) ? [] : loops(plan.targets[0]),
      after: stages)
    if random.oneIn(2) { plan.seedsAtOnce = random.integer(in: 1...4) }
    return plan
  }
}
