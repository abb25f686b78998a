/// What the values of a plan mean on a graph where a factor stands on several
/// arcs: each is a sum of words of factors, with no place of its own.
///
/// A factor as letter i of a word (0 for the innermost) is a variable x(factor,
/// i), so that words are monomials, different ones for different words, and
/// sums of words polynomials although the variables commute. A value is
/// evaluated once for every position where its words begin inside a wanted
/// block, and apart for every length of its words.
struct WordSums {
  /// The sum of the words of one length.
  private typealias Sums = [Int: Fingerprint]

  private let plan: Plan
  private let problem: Problem
  private let control: SearchControl

  /// The most sums that are held at one time: 2^24.
  private static let limit = 1 << 24

  /// - Precondition: steps read only steps before them, and targets are steps.
  init(_ plan: Plan, _ problem: Problem, _ control: SearchControl) {
    (self.plan, self.problem, self.control) = (plan, problem, control)
  }

  /// Holds the wanted blocks against sums over all paths of the graph.
  ///
  /// - Throws: `ChainError`, `invalidPlan` for the first block that is another
  ///   sum, `tooLarge` when the plan has too many sums, or when the control
  ///   stops the comparison.
  /// - Complexity: O(arcs · sources · lengths of paths + Σ over values of
  ///   positions · lengths), for products the lengths of either operand.
  func check(_ graph: Graph) throws(ChainError) {
    let longest = longestPath(graph)
    let lengths = try lengths(longest)
    for (target, id) in plan.targets.enumerated()
    where lengths[id].last! > longest {
      throw refuse(
        target, graph, "words of at most \(longest) factors, as paths have",
        "longer ones")
    }
    let values = try values(at: positions(lengths), lengths)
    var meter = WorkMeter(control)
    var known: (source: Int, sums: [Sums])?
    let order = plan.targets.indices.sorted {
      (graph.wanted[$0].from, $0) < (graph.wanted[$1].from, $1)
    }
    for target in order {
      let block = graph.wanted[target]
      if known?.source != block.from {
        known = (block.from, try sums(from: block.from, graph, &meter))
      }
      let expected = known!.sums[block.to]
      let found = values[plan.targets[target]][0]!
      let differing = Set(expected.keys).union(found.keys).sorted().first {
        expected[$0] != found[$0]
      }
      guard let length = differing else { continue }
      throw refuse(
        target, graph, "the sum of all its paths",
        "another sum of words of \(length) factor\(length == 1 ? "" : "s")")
    }
  }

  private func refuse(
    _ target: Int, _ graph: Graph, _ expected: String, _ found: String
  ) -> ChainError {
    ChainError(
      .invalidPlan, at: "/targets/\(target)",
      expected: "∂\(graph.name(graph.wanted[target])), \(expected)",
      found: found, advice: "add the product along every path exactly once")
  }

  /// The most arcs of a path.
  private func longestPath(_ graph: Graph) -> Int {
    let entering = graph.incidence.entering
    var depths = [Int](repeating: 0, count: graph.vertices.count)
    for vertex in graph.order {
      for arc in entering[vertex] {
        depths[vertex] = max(depths[vertex], depths[graph.arcs[arc].from] + 1)
      }
    }
    return depths.max() ?? 0
  }

  /// The lengths of the words of each value, ascending; all beyond the longest
  /// path are one.
  private func lengths(_ longest: Int) throws(ChainError) -> [[Int]] {
    var meter = WorkMeter(control)
    var lengths: [[Int]] = []
    for step in plan.steps {
      switch step {
      case .given, .accumulate: lengths.append([1])
      case .eliminate(_, _, let operand):
        lengths.append(lengths[operand].map { min($0 + 1, longest + 1) })
      case .multiply(let outer, let inner):
        _ = try meter.spend(lengths[outer].count * lengths[inner].count)
        lengths.append(
          Set(
            lengths[outer].lazy.flatMap { a in
              lengths[inner].map { min(a + $0, longest + 1) }
            }
          ).sorted())
      case .add(let first, let second):
        lengths.append(Set(lengths[first]).union(lengths[second]).sorted())
      }
    }
    return lengths
  }

  /// The positions where the words of each value begin inside a wanted block.
  private func positions(_ lengths: [[Int]]) -> [Set<Int>] {
    var positions = [Set<Int>](repeating: [], count: plan.steps.count)
    for target in plan.targets { positions[target].insert(0) }
    for (id, step) in plan.steps.enumerated().reversed() {
      let own = positions[id]
      switch step {
      case .given, .accumulate: break
      case .multiply(let outer, let inner):
        positions[inner].formUnion(own)
        for length in lengths[inner] {
          positions[outer].formUnion(own.lazy.map { $0 + length })
        }
      case .eliminate(_, .tangent, let operand):
        positions[operand].formUnion(own)
      case .eliminate(_, .adjoint, let operand):
        positions[operand].formUnion(own.lazy.map { $0 + 1 })
      case .add(let first, let second):
        positions[first].formUnion(own)
        positions[second].formUnion(own)
      }
    }
    return positions
  }

  /// Every value at its positions.
  private func values(
    at positions: [Set<Int>], _ lengths: [[Int]]
  ) throws(ChainError) -> [[Int: Sums]] {
    var meter = WorkMeter(control)
    var values = [[Int: Sums]](repeating: [:], count: plan.steps.count)
    var held = 0
    for (id, step) in plan.steps.enumerated() {
      for position in positions[id] {
        let sums: Sums
        switch step {
        case .given(let factor), .accumulate(let factor, _):
          sums = [1: Fingerprint(variable: factor, position)]
        case .multiply(let outer, let inner):
          sums = product(values[inner][position]!) { values[outer][$0]! }
        case .eliminate(let factor, .tangent, let operand):
          sums = product(values[operand][position]!) {
            [1: Fingerprint(variable: factor, $0)]
          }
        case .eliminate(let factor, .adjoint, let operand):
          sums = product([1: Fingerprint(variable: factor, position)]) {
            values[operand][$0]!
          }
        case .add(let first, let second):
          sums = values[first][position]!.merging(
            values[second][position]!, uniquingKeysWith: +)
        }
        _ = try meter.spend(sums.count * lengths[id].count)
        held += sums.count
        values[id][position] = sums

        func product(_ inner: Sums, _ outer: (Int) -> Sums) -> Sums {
          var sums = Sums()
          for (length, sum) in inner {
            for (more, factor) in outer(position + length) {
              sums[length + more, default: .zero] += factor * sum
            }
          }
          return sums
        }
      }
      guard held <= Self.limit else {
        throw ChainError(
          .tooLarge, at: "/steps",
          expected: "values whose words have at most \(Self.limit) positions "
            + "and lengths together", found: "more",
          advice: "give every edge a factor of its own: then values have "
            + "places and are compared at once")
      }
    }
    return values
  }

  /// The sums over all paths from a vertex to every other, by their lengths.
  private func sums(
    from source: Int, _ graph: Graph, _ meter: inout WorkMeter
  ) throws(ChainError) -> [Sums] {
    let leaving = graph.incidence.leaving
    var sums = [Sums](repeating: [:], count: graph.vertices.count)
    sums[source] = [0: .one]
    for vertex in graph.order where !sums[vertex].isEmpty {
      let own = sums[vertex]
      for arc in leaving[vertex] {
        let arc = graph.arcs[arc]
        for (length, sum) in own {
          sums[arc.to][length + 1, default: .zero] +=
            Fingerprint(variable: arc.factor, length) * sum
        }
        _ = try meter.spend(own.count)
      }
    }
    return sums
  }
}
