import ChainGraphs

/// The computational graph of a recorded scalar function: what of it lies on a
/// way from an input to an output, with a partial derivative on every arc.
struct AccumulationGraph {
  /// One partial derivative.
  struct Arc {
    var from: Int
    var to: Int
    var slope: Slope
  }

  /// The number of vertices: the inputs, then what depends on them and is
  /// needed, then copies of outputs that something else depends on, too.
  private(set) var count: Int
  private(set) var arcs: [Arc] = []
  /// The vertex of each output; nil for one that depends on no input.
  private(set) var outputs: [Int?] = []
  /// The number of inputs, the first vertices.
  let inputCount: Int

  /// - Parameters:
  ///   - log: slopes are appended to it.
  ///   - outputs: the step of each output.
  ///   - inputCount: the inputs that are differentiated by, the first ones.
  /// - Complexity: O(steps).
  init(_ log: OperationLog, outputs: [Int], inputCount: Int) {
    self.inputCount = inputCount
    count = inputCount
    log.makeRoomForSlopes()
    let recorded = log.steps
    var moves = [Bool](repeating: false, count: recorded.count)
    func operands(_ step: Int) -> [Int] {
      let (a, b, c) = recorded[step].operands
      return [a, b, c].filter { $0 >= 0 }
    }
    for step in recorded.indices {
      if case .input(let index) = recorded[step].operation {
        moves[step] = index < inputCount
      } else {
        moves[step] = operands(step).contains { moves[$0] }
      }
    }
    var isNeeded = [Bool](repeating: false, count: recorded.count)
    for output in outputs { isNeeded[output] = true }
    for step in recorded.indices.reversed() where isNeeded[step] {
      for operand in operands(step) { isNeeded[operand] = true }
    }
    var vertices = [Int](repeating: -1, count: recorded.count)
    var hasSuccessor = [Bool](repeating: false, count: recorded.count)
    for step in recorded.indices where isNeeded[step] && moves[step] {
      if case .input(let index) = recorded[step].operation {
        vertices[step] = index
        // Nothing of an input itself is eliminated.
        hasSuccessor[step] = true
        continue
      }
      vertices[step] = count
      count += 1
      for (operand, slope) in log.slopes(of: step, where: { moves[$0] }) {
        hasSuccessor[operand] = true
        arcs.append(
          Arc(from: vertices[operand], to: vertices[step], slope: slope))
      }
    }
    for output in outputs {
      guard moves[output] else {
        self.outputs.append(nil)
        continue
      }
      if hasSuccessor[output] {
        arcs.append(
          Arc(from: vertices[output], to: count, slope: .constant(1)))
        self.outputs.append(count)
        count += 1
      } else {
        self.outputs.append(vertices[output])
        // The next one of the same step is a copy.
        hasSuccessor[output] = true
      }
    }
    separateOutputs()
  }

  /// An output that turned out to be another one's origin gets a copy.
  private mutating func separateOutputs() {
    let tails = Set(arcs.map(\.from))
    for (index, output) in outputs.enumerated() {
      guard let output, tails.contains(output) else { continue }
      arcs.append(Arc(from: output, to: count, slope: .constant(1)))
      outputs[index] = count
      count += 1
    }
  }

  /// The order in which everything between inputs and outputs is eliminated:
  /// the best of forward, reverse and Markowitz, improved for some
  /// milliseconds, in steps that don't depend on the clock.
  ///
  /// - Returns: nil where none of these takes few enough multiplications for a
  ///   program.
  func eliminationOrder() -> [Int]? {
    var roles = [EliminationGraph.Role](repeating: .intermediate, count: count)
    for vertex in 0..<inputCount { roles[vertex] = .input }
    for case let output? in outputs { roles[output] = .output }
    let graph = EliminationGraph(
      sizes: [Int](repeating: 1, count: count), roles: roles,
      arcs: arcs.map {
        EliminationGraph.Arc(
          from: $0.from, to: $0.to,
          kind: $0.slope.isUnit ? ArcAlgebra.unit : ArcAlgebra.dense)
      },
      algebra: ArcAlgebra(isUniform: true))
    var orders = [graph.intermediates, graph.intermediates.reversed()]
    if graph.intermediates.count <= Self.listed {
      orders.append(graph.markowitzOrder())
    }
    let start = orders.compactMap { order in
      graph.cost(of: order, upTo: ScalarProgram.placeLimit)
        .map { (order: order, cost: $0) }
    }.min { $0.cost < $1.cost }
    guard let start else { return nil }
    return improved(start.order, graph).map { graph.origins[$0] }
  }

  /// Moves of single vertices that make an order cheaper, in a number that
  /// depends on the size alone; large graphs, where a move takes long, stay as
  /// they are.
  private func improved(_ order: [Int], _ graph: EliminationGraph) -> [Int] {
    let count = graph.intermediates.count
    guard 2...Self.searched ~= count else { return order }
    let search = OrderAnnealing(graph, order: order, seed: 1)
    search.anneal(
      moves: min(2000, 140_000_000 / (count * count * count)), hot: 0, cold: 0,
      stop: { false })
    return search.best
  }

  /// The most vertices of which orders are improved.
  private static let searched = 110
  /// The most vertices of which the cheapest one is looked for each time.
  private static let listed = 600
}

extension Slope {
  /// Whether multiplying with it is no work.
  var isUnit: Bool {
    switch self {
    case .constant(let value): value.magnitude == 1
    case .step, .negative: false
    }
  }
}
