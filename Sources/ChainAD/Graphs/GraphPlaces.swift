import JacobianChain

/// The values and derivatives of a graph's functions at a point, which moves.
/// All memory is taken once.
final class GraphPlaces {
  let graph: FunctionGraph
  /// By node; nil for sums.
  let linearizations: [(any Linearization)?]
  /// What is kept of each node while it moves.
  var kept: [Abilities]
  var foreignPoles: ForeignPoles
  /// Where each value begins.
  private let offsets: [Int]
  private var values: [Double]
  /// By node, what its function is given and gives.
  private var inputs: [[Double]]
  private var outputs: [[Double]]
  /// All entries of a function with several inputs or outputs, by node.
  private var entries: [Int: [Double]] = [:]
  private var hasEntries: Set<Int> = []
  private var recipes: [Int: EntryRecipe] = [:]

  init(_ graph: FunctionGraph) {
    self.graph = graph
    var (offsets, total) = ([Int](), 0)
    for vertex in graph.vertices {
      offsets.append(total)
      total += vertex.size
    }
    self.offsets = offsets
    values = [Double](repeating: 0, count: total)
    linearizations = graph.nodes.map { node in
      guard case .function(let function, _, _) = node else { return nil }
      return (function as? any ParametricFunction)?.parametricLinearization()
        ?? function.linearization()
    }
    foreignPoles = ForeignPoles(linearizations)
    func zeros(_ count: (any ElementalFunction) -> Int) -> [[Double]] {
      graph.nodes.map { node in
        guard case .function(let function, _, _) = node else { return [] }
        return [Double](repeating: 0, count: count(function))
      }
    }
    inputs = zeros { $0.inputCount }
    outputs = zeros { $0.outputCount }
    kept = graph.nodes.map { _ in [] }
  }

  /// A copy of a value.
  func value(_ value: FunctionGraph.Value) -> [Double] {
    zip(value.vertices, value.sizes).flatMap { vertex, size in
      values[offsets[vertex]..<offsets[vertex] + size]
    }
  }

  /// One sweep through all nodes, which records what is kept.
  ///
  /// - Parameter point: all inputs, one after the other.
  /// - Throws: `ChainError` that names the function that failed, or the first
  ///   one with a value that isn't finite.
  func move(to point: [Double]) throws(ChainError) {
    guard point.count == graph.inputCount else {
      throw ChainError(
        .malformed, at: "/point", expected: counted(graph.inputCount, "input"),
        found: "\(point.count)",
        advice: "give all inputs, one after the other")
    }
    hasEntries = []
    var next = 0
    for vertex in graph.inputs {
      for i in 0..<graph.vertices[vertex].size {
        values[offsets[vertex] + i] = point[next]
        next += 1
      }
      try checkFinite(vertex, of: nil)
    }
    for (index, node) in graph.nodes.enumerated() {
      switch node {
      case .sum(let a, let b, let isDifference, let result):
        for i in 0..<graph.vertices[result].size {
          let (x, y) = (values[offsets[a] + i], values[offsets[b] + i])
          values[offsets[result] + i] = isDifference ? x - y : x + y
        }
        try checkFinite(result, of: index)
      case .function(_, let tails, let heads):
        try move(index, tails, heads)
      }
    }
  }

  private func move(
    _ index: Int, _ tails: [Int], _ heads: [Int]
  ) throws(ChainError) {
    // Taken out, so that nothing is copied.
    var (x, y) = (inputs[index], outputs[index])
    (inputs[index], outputs[index]) = ([], [])
    var next = 0
    for vertex in tails {
      for i in 0..<graph.vertices[vertex].size {
        x[next] = values[offsets[vertex] + i]
        next += 1
      }
    }
    defer { (inputs[index], outputs[index]) = (x, y) }
    do {
      var written = y.mutableSpan
      try linearizations[index]!.move(
        to: x.span, value: &written, keeping: kept[index])
    } catch {
      throw failure(error, of: index, "its value")
    }
    next = 0
    for vertex in heads {
      for i in 0..<graph.vertices[vertex].size {
        values[offsets[vertex] + i] = y[next]
        next += 1
      }
      try checkFinite(vertex, of: index)
    }
  }

  private func checkFinite(_ vertex: Int, of node: Int?) throws(ChainError) {
    let name = graph.vertices[vertex].name
    for i in 0..<graph.vertices[vertex].size {
      let value = values[offsets[vertex] + i]
      guard !value.isFinite else { continue }
      throw ChainError(
        .malformed, at: node.map { "/functions/\($0)" } ?? "/point",
        expected: "finite components of \"\(name)\"",
        found: "component \(i) is \(value.word)",
        advice: node == nil
          ? "evaluate at a finite point"
          : "keep the point inside the domain of the function")
    }
  }

  /// An error of a node, with its name.
  func failure(_ error: any Error, of node: Int, _ what: String) -> ChainError {
    ChainError(error, of: name(of: node), node, what)
  }

  /// The name of a node's function.
  func name(of node: Int) -> String {
    guard case .function(let function, _, _) = graph.nodes[node] else {
      preconditionFailure("sums have none")
    }
    return function.name
  }

  /// The inputs of a node: the one that matters, and the first few of them.
  func input(of node: Int, with index: Int?) -> String {
    inputs[node].withUnsafeBufferPointer { $0.words(with: index) }
  }

  /// All stored entries of a node, made once for a point.
  func entries(
    of node: Int, _ pattern: Pattern
  ) throws -> [Double] {
    if hasEntries.insert(node).inserted {
      var own = entries[node] ?? []
      entries[node] = nil
      if own.isEmpty {
        own = [Double](repeating: 0, count: Int(pattern.storedEntries))
      }
      do {
        var span = own.mutableSpan
        try write(node, pattern, into: &span)
      } catch {
        hasEntries.remove(node)
        throw error
      }
      entries[node] = own
    }
    return entries[node]!
  }

  /// Writes the entries of a node: its own, or by products.
  func write(
    _ node: Int, _ pattern: Pattern, into entries: inout MutableSpan<Double>
  ) throws {
    guard case .function(let function, _, _) = graph.nodes[node] else {
      preconditionFailure("sums have none")
    }
    let place = linearizations[node]!
    if function.abilities.contains(.entries) {
      return try place.entries(into: &entries)
    }
    let sweeper = ProductSweeper(
      name: function.name, rows: pattern.rows, columns: pattern.columns,
      modes: Mode.allCases.filter {
        function.abilities.contains($0 == .tangent ? .tangent : .adjoint)
      }
    ) { mode, seeds, width, block in
      try place.apply(mode, to: seeds, width: width, into: &block)
    }
    try sweeper.entries(
      of: pattern.structure, recipe: &recipes[node], into: &entries)
  }
}
