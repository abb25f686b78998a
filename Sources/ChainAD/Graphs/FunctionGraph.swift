import JacobianChain

/// A function as a graph of elemental functions that are joined by values: with
/// skips, values that are used twice, several inputs and outputs.
///
/// ```swift
/// var g = FunctionGraph()
/// let x = try g.input("x", count: 8)
/// let h = try g.apply(layer, x)
/// let y = try g.add(h, x)
/// let prepared = try g.prepare()
/// let jacobian = try prepared.jacobian(of: y, by: x, at: point)
/// ```
///
/// A composition is the graph that is a path.
public struct FunctionGraph: Sendable {
  /// An input, what a function made, or several of them side by side.
  ///
  /// It belongs to the graph that made it.
  public struct Value: Hashable, Sendable {
    let vertices: [Int]
    let sizes: [Int]

    /// The number of components.
    public var count: Int { sizes.reduce(0, +) }

    /// The values that it is made of, each as one of its own.
    public var parts: [Value] {
      zip(vertices, sizes).map { Value(vertices: [$0], sizes: [$1]) }
    }
  }

  /// What makes values of others.
  enum Node: Sendable {
    /// Its inputs lie side by side, and so do its outputs.
    case function(any ElementalFunction, inputs: [Int], outputs: [Int])
    /// a + b, or a − b.
    case sum(Int, Int, isDifference: Bool, output: Int)

    /// nil for a sum.
    var function: (any ElementalFunction)? {
      switch self {
      case .function(let function, _, _): function
      case .sum: nil
      }
    }

    var name: String { function?.name ?? "sum" }

    var inputs: [Int] {
      switch self {
      case .function(_, let inputs, _): inputs
      case .sum(let a, let b, _, _): [a, b]
      }
    }

    var outputs: [Int] {
      switch self {
      case .function(_, _, let outputs): outputs
      case .sum(_, _, _, let output): [output]
      }
    }
  }

  /// The names and sizes of values; each comes after what it is made of.
  private(set) var vertices: [Graph.Vertex] = []
  private(set) var nodes: [Node] = []
  /// The inputs, in the order in which they were made.
  private(set) var inputs: [Int] = []
  /// For each name the last number that it was given.
  private var names: [String: Int] = [:]

  /// An empty graph.
  public init() {}

  /// The path of a composition; its input is called x.
  ///
  /// - Returns: the graph with the input and the output.
  package static func path(
    _ function: ComposedFunction
  ) -> (graph: FunctionGraph, input: Value, output: Value) {
    let graph = function.graph
    return (graph, graph.value(0), graph.value(graph.nodes.count))
  }

  /// The number of components of all inputs together.
  package var inputCount: Int { inputs.reduce(0) { $0 + vertices[$1].size } }

  /// All inputs side by side, in the order of points.
  var allInputs: Value {
    Value(vertices: inputs, sizes: inputs.map { vertices[$0].size })
  }

  /// Whether each node is a function of the value before it alone: then node k
  /// makes value k + 1 of value k.
  var isPath: Bool {
    inputs == [0]
      && nodes.enumerated().allSatisfy { k, node in
        node.function != nil && node.inputs == [k] && node.outputs == [k + 1]
      }
  }

  /// A new input.
  ///
  /// - Throws: `ChainError` (`malformed`) for no components.
  public mutating func input(
    _ name: String, count: Int
  ) throws(ChainError) -> Value {
    guard count > 0 else {
      throw ChainError(
        .malformed, at: "/inputs/\(inputs.count)",
        expected: "\"\(name)\" with one component or more", found: "\(count)",
        advice: "leave out what has no components")
    }
    let vertex = append(name, count)
    inputs.append(vertex)
    return value(vertex)
  }

  /// F(x).
  ///
  /// - Parameters:
  ///   - function: F. Several inputs are the parts of a concatenation.
  ///   - x: as many components as F has inputs.
  ///   - outputs: the sizes of several outputs, the parts of the result; nil
  ///     for one.
  /// - Throws: `ChainError` (`malformed`) when sizes don't fit.
  public mutating func apply(
    _ function: any ElementalFunction, _ x: Value, outputs: [Int]? = nil
  ) throws(ChainError) -> Value {
    try check(x)
    let sizes = outputs ?? [function.outputCount]
    guard x.count == function.inputCount else {
      throw unfit(
        function.name,
        counted(function.inputCount, "input"), counted(x.count, "component"))
    }
    guard !sizes.isEmpty, sizes.allSatisfy({ $0 > 0 }),
      sizes.reduce(0, +) == function.outputCount
    else {
      throw unfit(
        function.name,
        "outputs of \(function.outputCount) components together",
        sizes.map { "\($0)" }.joined(separator: " + "))
    }
    let made = sizes.map { append(function.name, $0) }
    nodes.append(.function(function, inputs: x.vertices, outputs: made))
    return Value(vertices: made, sizes: sizes)
  }

  /// a + b, part by part.
  ///
  /// - Throws: `ChainError` (`malformed`) for parts of other sizes.
  public mutating func add(
    _ a: Value, _ b: Value
  ) throws(ChainError) -> Value {
    try sum(a, b, isDifference: false)
  }

  /// a − b, part by part.
  ///
  /// - Throws: `ChainError` (`malformed`) for parts of other sizes.
  public mutating func subtract(
    _ a: Value, _ b: Value
  ) throws(ChainError) -> Value {
    try sum(a, b, isDifference: true)
  }

  /// Values side by side. Nothing is computed.
  public func concatenate(_ values: [Value]) -> Value {
    Value(
      vertices: values.flatMap(\.vertices), sizes: values.flatMap(\.sizes))
  }

  /// Plans nothing yet: each Jacobian is planned when it is asked for the first
  /// time.
  ///
  /// - Parameters:
  ///   - objective: what plans are chosen for.
  ///   - limits: of every plan.
  ///   - point: where the costs are found that functions leave undeclared; nil
  ///     when none has.
  ///   - threads: of the dense products, nil for all processors.
  ///   - control: ends planning early, with the best plan so far.
  /// - Throws: `ChainError`: costs can't be found without a point, or a
  ///   function fails there.
  public func prepare(
    objective: Objective = .fma, limits: Limits = Limits(),
    measuringAt point: [Double]? = nil, threads: Int? = nil,
    control: SearchControl = SearchControl()
  ) throws(ChainError) -> PreparedGraph {
    try PreparedGraph(
      self,
      Evaluator(
        self, keepsValues: true, objective: objective, limits: limits,
        measuringAt: point, threads: threads, control: control))
  }
}

extension FunctionGraph {
  private mutating func append(_ name: String, _ size: Int) -> Int {
    var unique = name
    while names[unique] != nil {
      names[name]! += 1
      unique = "\(name) \(names[name]!)"
    }
    names[unique] = 1
    vertices.append(Graph.Vertex(name: unique, size: size))
    return vertices.count - 1
  }

  private func value(_ vertex: Int) -> Value {
    Value(vertices: [vertex], sizes: [vertices[vertex].size])
  }

  private mutating func sum(
    _ a: Value, _ b: Value, isDifference: Bool
  ) throws(ChainError) -> Value {
    try check(a)
    try check(b)
    guard a.sizes == b.sizes else {
      throw unfit(
        "sum", "two values with parts of equal sizes",
        "\(a.sizes) and \(b.sizes) components")
    }
    var made: [Int] = []
    for (left, right) in zip(a.vertices, b.vertices) {
      let output = append("sum", vertices[left].size)
      nodes.append(
        .sum(left, right, isDifference: isDifference, output: output))
      made.append(output)
    }
    return Value(vertices: made, sizes: a.sizes)
  }

  /// Whether a value is one of this graph.
  func check(_ value: Value) throws(ChainError) {
    for (vertex, size) in zip(value.vertices, value.sizes)
    where !vertices.indices.contains(vertex) || vertices[vertex].size != size {
      throw ChainError(
        .malformed, at: "/values", expected: "a value of this graph",
        found: "one of another graph", advice: "make it with this graph")
    }
  }

  private func unfit(
    _ name: String, _ expected: String, _ found: String
  ) -> ChainError {
    ChainError(
      .malformed, at: "/functions/\(nodes.count)",
      expected: "\(expected) at \"\(name)\"", found: found,
      advice: "join values whose sizes fit")
  }
}
