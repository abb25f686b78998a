import JacobianChain

/// The way from the inputs of a wanted Jacobian to its outputs: its factors
/// between places. A product is a single path, a block of a graph the sum over
/// several.
package struct Route {
  /// The factors, such that what enters a place comes before what leaves it.
  package let hops: [Graph.Arc]
  /// The dimension of each place.
  package let sizes: [Int]
  /// The place of the inputs.
  package let start: Int
  /// The place of the outputs.
  package let end: Int
  /// Each place's rank on the way: hops lead to higher ones.
  private let ranks: [Int]

  /// A product.
  ///
  /// - Parameter word: factor indices, first applied first.
  init(word: [Int], of problem: Problem) {
    self.init(
      hops: word.enumerated().map {
        Graph.Arc(factor: $1, from: $0, to: $0 + 1)
      },
      sizes: [problem.factors[word[0]].columns]
        + word.map { problem.factors[$0].rows }, start: 0, end: word.count,
      ranks: Array(0...word.count))
  }

  /// A target of a problem: a product or a block of its graph.
  ///
  /// - Throws: `ChainError` (`tooLarge`) for graphs beyond all measure.
  /// - Complexity: O(length of the word), O(vertices + arcs).
  package init(target: Int, of problem: Problem) throws(ChainError) {
    guard let graph = problem.graph else {
      self.init(word: problem.targets[target], of: problem)
      return
    }
    let block = graph.wanted[target]
    let reach = try graph.reach(of: [block])
    let entering = graph.incidence.entering
    let hops = graph.order.flatMap { vertex in
      entering[vertex].lazy.map { graph.arcs[$0] }.filter {
        reach.isUseful(from: $0.from, to: $0.to)
      }
    }
    self.init(
      hops: hops, sizes: graph.vertices.map(\.size), start: block.from,
      end: block.to, ranks: graph.places)
  }

  private init(
    hops: [Graph.Arc], sizes: [Int], start: Int, end: Int, ranks: [Int]
  ) {
    (self.hops, self.sizes, self.ranks) = (hops, sizes, ranks)
    (self.start, self.end) = (start, end)
  }

  /// The factors on the way, ascending.
  var factors: [Int] { Set(hops.map(\.factor)).sorted() }

  /// The places that a sweep passes, its own start left out, each with the hops
  /// that lead there.
  func stages(_ mode: Mode) -> [(place: Int, hops: [Graph.Arc])] {
    var stages: [(place: Int, hops: [Graph.Arc])] = []
    var known: [Int: Int] = [:]
    let swept =
      mode == .tangent
      ? hops
      : hops.indices.sorted {
        (-ranks[hops[$0].from], $0) < (-ranks[hops[$1].from], $1)
      }.map { hops[$0] }
    for hop in swept {
      let place = mode == .tangent ? hop.to : hop.from
      if let stage = known[place] {
        stages[stage].hops.append(hop)
      } else {
        known[place] = stages.count
        stages.append((place, [hop]))
      }
    }
    return stages
  }
}
