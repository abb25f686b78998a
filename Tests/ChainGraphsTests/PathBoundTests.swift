import ChainRandom
import ChainTestSupport
import JacobianChain
import Testing

@testable import ChainGraphs

/// What paths say that a graph costs, against all plans and all searches of tiny
/// ones.
@Suite struct PathBoundTests {
  /// Sizes, units, structures, functions with one mode or two, blocks that begin
  /// and end anywhere, and tapes that forbid adjoints.
  private func draw(_ seed: UInt64) throws -> Problem {
    var draw = GraphDraw()
    draw.vertices = 3...5
    draw.sizes = seed % 2 == 0 ? 1...3 : 1...7
    draw.matrixFree = [0, 1, 2, 3][Int(seed / 2 % 4)]
    draw.anyBlocks = seed % 3 != 0
    let problem = randomGraph(seed: seed, draw)
    guard seed % 5 == 0, problem.factors.allSatisfy(\.hasAnotherWay) else {
      return problem
    }
    return try problem.with(limits: Limits(tapePerStep: 2))
  }

  @Test("No plan costs less, however prices are split", arguments: 0..<4)
  func boundsEveryPlan(_ residue: UInt64) throws {
    var (tight, open, counted) = (0, 0, 0)
    try withSeeds((0..<150).lazy.map { 4 * $0 + residue }) { seed in
      let problem = try draw(seed)
      guard problem.limits.tapePerStep == nil,
        let least = try EveryPlan.leastPrice(problem, states: 2_000),
        let paths = try PathBound(problem, control: .unlimited)
      else { return }
      try #require(paths.value <= least)
      // Steps that aim too high must not lead beyond it.
      for aim in [least, 2 * least + 1] {
        let before = paths.value
        paths.raise(to: aim, work: 1 << 14) { false }
        try #require(paths.value >= before)
        try #require(paths.value <= least)
      }
      counted += 1
      if paths.value < least { open += 1 } else if least > 0 { tight += 1 }
    }
    #expect(counted > 80)
    #expect(tight > 50)
    #expect(open * 5 < counted, "\(open) of \(counted)")
  }

  /// Walks at random, and searches on from where it comes without any bound.
  @Test("No way on from a state costs less", arguments: 0..<4)
  func boundsWhatIsLeft(_ residue: UInt64) throws {
    var (states, tight) = (0, 0)
    try withSeeds((0..<60).lazy.map { 70_000 + 4 * $0 + residue }) { seed in
      let problem = try draw(seed)
      let graph = try FaceGraph(problem, control: .unlimited)
      guard graph.links.count <= 7,
        let paths = PathBound(graph, control: .unlimited)
      else { return }
      var random = SplitMix64(seed: seed)
      var moves = FaceMoves(graph)
      var state = FaceState(graph)
      state.tidy()
      guard moves.settle(&state) != nil else { return }
      paths.raise(to: 1_000, work: random.integer(in: 1...1 << 12)) { false }
      while true {
        if let least = FaceCompletion.leastPrice(from: state, &moves) {
          try #require(paths.rest(state) <= least)
          states += 1
          if least > 0, paths.rest(state) == least { tight += 1 }
        }
        let choices = moves.candidates(state)
        guard !choices.isEmpty else { return }
        let move = choices[random.integer(in: 0...choices.count - 1)]
        guard moves.apply(move, to: &state) != nil,
          moves.settle(&state) != nil
        else { return }
      }
    }
    #expect(states > 100)
    #expect(tight > 20)
  }

  @Test("A finished state costs nothing more, an untouched one the bound")
  func beginsAtTheBoundAndEndsAtZero() throws {
    var finished = 0
    try withSeeds(90_000..<90_060) { seed in
      let problem = try draw(seed)
      let graph = try FaceGraph(problem, control: .unlimited)
      guard let paths = PathBound(graph, control: .unlimited),
        graph.links.count <= FaceState.limit
      else { return }
      paths.raise(to: 100, work: 1 << 12) { false }
      var moves = FaceMoves(graph)
      var state = FaceState(graph)
      state.tidy()
      let start = paths.rest(state)
      try #require(start == paths.value)
      guard var paid = moves.settle(&state) else { return }
      while let move = moves.candidates(state).first {
        guard let price = moves.apply(move, to: &state),
          let settled = moves.settle(&state)
        else { return }
        paid += price + settled
      }
      try #require(state.isDone)
      try #require(paths.rest(state) == 0)
      try #require(paid >= start)
      finished += 1
    }
    #expect(finished > 30)
  }

  private func graph(
    _ sizes: [Int], _ ends: [(from: Int, to: Int)]
  ) throws -> Problem {
    try Problem(
      factors: ends.enumerated().map {
        Factor(name: "f\($0)", rows: sizes[$1.to], columns: sizes[$1.from])
      },
      graph: Graph(
        vertices: sizes.enumerated().map {
          Graph.Vertex(name: "v\($0)", size: $1)
        },
        arcs: ends.enumerated().map {
          Graph.Arc(factor: $0, from: $1.from, to: $1.to)
        }))
  }

  /// Two paths by different vertices pay twice; two arcs between the same ones are
  /// added, and their product is paid once.
  @Test func sharesWhatOneProductServes() throws {
    let diamond = try graph([3, 1, 1, 2], [(0, 1), (0, 2), (1, 3), (2, 3)])
    let apart = try #require(try PathBound(diamond, control: .unlimited))
    #expect(apart.value == 12)
    let parallel = try graph([3, 1, 2], [(0, 1), (0, 1), (1, 2)])
    let together = try #require(try PathBound(parallel, control: .unlimited))
    #expect(together.value == 6)
  }

  /// Products of tied factors are shared where no path tells.
  @Test func isSilentOnTiedFactors() throws {
    let problem = try Problem(
      factors: [Factor(name: "A", rows: 2, columns: 2)],
      graph: Graph(
        vertices: (0..<4).map { Graph.Vertex(name: "v\($0)", size: 2) },
        arcs: (0..<3).map { Graph.Arc(factor: 0, from: $0, to: $0 + 1) }))
    #expect(try PathBound(problem, control: .unlimited) == nil)
  }
}

extension Factor {
  /// Whether it can do without adjoints.
  fileprivate var hasAnotherWay: Bool { isGiven || tangentCost != nil }
}

/// The least price of what is left of a face elimination, by going through it
/// without a bound.
private enum FaceCompletion {
  /// nil where there are too many states.
  static func leastPrice(
    from start: FaceState, _ moves: inout FaceMoves
  ) -> Int? {
    var known = [start.key: 0]
    var queue = Heap<Waiting>()
    var states = [start]
    queue.insert(Waiting(price: 0, index: 0))
    while let next = queue.popFirst() {
      let state = states[next.index]
      guard known[state.key] == next.price else { continue }
      if state.isDone { return next.price }
      guard states.count < 3_000 else { return nil }
      for move in moves.candidates(state) {
        var child = state
        guard let price = moves.apply(move, to: &child),
          let settled = moves.settle(&child)
        else { continue }
        let paid = next.price + price + settled
        guard paid < known[child.key] ?? .max else { continue }
        known[child.key] = paid
        queue.insert(Waiting(price: paid, index: states.count))
        states.append(child)
      }
    }
    return nil
  }

  private struct Waiting: Comparable {
    var price: Int
    var index: Int
    static func < (a: Self, b: Self) -> Bool {
      (a.price, a.index) < (b.price, b.index)
    }
  }
}
