import ChainRandom
import JacobianChain

@testable import ChainAD

/// A graph of functions with one output, drawn from a seed: skips, sums,
/// concatenations, functions of several inputs and outputs, values that are
/// used twice; and the same as steps on jets.
struct CurvedGraphSample {
  private(set) var graph = FunctionGraph()
  private(set) var inputs: [FunctionGraph.Value] = []
  private(set) var values: [FunctionGraph.Value] = []
  /// One component.
  private(set) var output: FunctionGraph.Value
  private var steps: [Step] = []

  private struct Step {
    var from: FunctionGraph.Value
    var to: FunctionGraph.Value
    var body: ([Jet]) -> [Jet]
  }

  static let cost = ElementalCosts(
    tangent: .declared(9), adjoint: .declared(7), tape: 5)

  init(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    for k in 0..<random.integer(in: 1...3) {
      inputs.append(
        try graph.input("x\(k)", count: random.integer(in: 1...3)))
    }
    values = inputs
    output = inputs[0]
    for step in 0..<random.integer(in: 2...4) {
      try draw(&random, 1000 * seed + 100 * step)
    }
    let last = graph.concatenate(Array(values.suffix(2)))
    if random.oneIn(3) {
      let sum = try mixture(last, 1, "loss")
      output = try random.oneIn(2) ? doubled(sum) : sum
    } else {
      output = try affine(last, 1, 7 * seed)
    }
  }

  private mutating func draw(
    _ random: inout SplitMix64, _ number: Int
  ) throws {
    func any(_ random: inout SplitMix64) -> FunctionGraph.Value {
      values[random.integer(in: 0...values.count - 1)]
    }
    let (x, other) = (any(&random), any(&random))
    let m = random.integer(in: 1...3)
    switch random.integer(in: 0...8) {
    case 0: values.append(try affine(x, m, number))
    case 1:
      values.append(
        try apply(Layer.tanh(count: x.count), x) { $0.map(\.tanh) })
    case 2:
      let same = values.filter { $0.sizes == x.sizes }
      let other = same[random.integer(in: 0...same.count - 1)]
      let sign = random.oneIn(2) ? 1.0 : -1
      let sum = try sign > 0 ? graph.add(x, other) : graph.subtract(x, other)
      let count = x.count
      record(graph.concatenate([x, other]), sum) { z in
        (0..<count).map { z[$0] + sign * z[count + $0] }
      }
      values.append(sum)
    case 3:
      let chosen = (0..<m).map { _ in random.integer(in: 0...x.count - 1) }
      values.append(
        try apply(
          Layer.selection(name: "chosen", from: x.count, chosen), x
        ) { z in chosen.map { z[$0] } })
    case 4: values.append(try mixture(x, m, "mixture"))
    case 5, 6:
      // Several inputs and outputs.
      let both = graph.concatenate([x, other])
      let function = Elemental.generic(
        name: "joint", costs: Self.cost,
        Mixture(inputCount: both.count, outputCount: m + 2))
      values.append(
        try apply(function, both, outputs: [m, 2]) {
          Jet.mixture($0, outputs: m + 2)
        })
    case 7:
      let both = graph.concatenate([other, x])
      values.append(
        try apply(Layer.tanh(count: both.count), both) {
          $0.map(\.tanh)
        })
    default:
      let both = graph.concatenate([x, other])
      values.append(
        try apply(Layer.softmax(count: both.count), both, Jet.softmax))
    }
  }

  private mutating func mixture(
    _ x: FunctionGraph.Value, _ m: Int, _ name: String
  ) throws -> FunctionGraph.Value {
    let function = Elemental.generic(
      name: name, costs: Self.cost,
      Mixture(inputCount: x.count, outputCount: m))
    return try apply(function, x) { Jet.mixture($0, outputs: m) }
  }

  private mutating func affine(
    _ x: FunctionGraph.Value, _ m: Int, _ number: Int
  ) throws -> FunctionGraph.Value {
    let weights = scattered(m * x.count, from: number + 1)
    return try apply(
      Layer.affine(
        name: "affine", inputs: x.count, outputs: m, weights: weights), x
    ) { Jet.affine($0, weights) }
  }

  private mutating func doubled(
    _ x: FunctionGraph.Value
  ) throws -> FunctionGraph.Value {
    let sum = try graph.add(x, x)
    record(x, sum) { $0.map { 2 * $0 } }
    return sum
  }

  private mutating func apply(
    _ function: any ElementalFunction, _ x: FunctionGraph.Value,
    outputs: [Int]? = nil, _ body: @escaping ([Jet]) -> [Jet]
  ) throws -> FunctionGraph.Value {
    let made = try graph.apply(function, x, outputs: outputs)
    record(x, made, body)
    return made
  }

  private mutating func record(
    _ x: FunctionGraph.Value, _ made: FunctionGraph.Value,
    _ body: @escaping ([Jet]) -> [Jet]
  ) { steps.append(Step(from: x, to: made, body: body)) }

  /// The output with its derivatives by all inputs.
  func jet(at point: [Double]) -> Jet {
    let n = point.count
    var known: [Int: [Jet]] = [:]
    var next = 0
    for vertex in graph.inputs {
      let places = next..<next + graph.vertices[vertex].size
      next = places.upperBound
      known[vertex] = places.map { .input(point[$0], $0, n) }
    }
    for step in steps {
      var made = step.body(step.from.vertices.flatMap { known[$0]! })[...]
      for (vertex, size) in zip(step.to.vertices, step.to.sizes) {
        known[vertex] = Array(made.prefix(size))
        made = made.dropFirst(size)
      }
    }
    return known[output.vertices[0]]![0]
  }

  /// The places of an input among all of them.
  func places(_ input: FunctionGraph.Value) -> Range<Int> {
    let index = inputs.firstIndex(of: input)!
    let first = inputs[..<index].reduce(0) { $0 + $1.count }
    return first..<first + input.count
  }
}
