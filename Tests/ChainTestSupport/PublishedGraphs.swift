import JacobianChain

extension PublishedInstances {
  /// The graphs of `graphs/NAME.json`; nil when the file isn't there.
  public static func graphs(_ name: String) -> [PublishedGraph]? {
    let set: PublishedGraphSet? = load("graphs/\(name).json")
    return set?.graphs
  }
}

struct PublishedGraphSet: Decodable {
  let graphs: [PublishedGraph]
}

/// A graph in the format `jacobian-graph/0`, as far as it is used here.
public struct PublishedGraph: Decodable, Sendable {
  /// A variable.
  public struct Vertex: Decodable, Sendable {
    /// The name by which edges refer to it.
    public let name: String
    /// The number of components.
    public let size: Int
  }

  /// What a variable depends on directly.
  public struct Edge: Decodable, Sendable {
    /// The two vertices.
    public let from, to: String
    /// Whether the partial is 1 or −1.
    public let unit: Bool?
    /// The partial, where it is a known constant.
    public let value: Double?
    /// The cost of one product.
    public let tangent, adjoint: Int?
    /// Whether the entries are at hand; true when absent.
    public let given: Bool?
  }

  /// What is known under one cost model.
  public struct Known: Decodable, Sendable {
    /// Prices of the orders that need no search; nil where nobody says.
    public let forward, reverse, markowitz: Int?
    /// The smallest count known.
    public let best: Int
    /// Whether that is proven.
    public let optimal: Bool?
  }

  /// The name.
  public let name: String
  /// Variables in topological order.
  public let vertices: [Vertex]
  /// At most one for a pair.
  public let edges: [Edge]
  /// Reference values by cost model.
  public let known: [String: Known]

  /// The graph as a problem: every output by every input.
  ///
  /// - Parameters:
  ///   - unitsAreFree: whether ±1 is a unit structure, for scalar graphs.
  ///   - isGiven: whether all entries are at hand, whatever the file says.
  public func problem(
    unitsAreFree: Bool = false, isGiven: Bool = true
  ) throws(ChainError) -> Problem {
    var indices: [String: Int] = [:]
    for (index, vertex) in vertices.enumerated() {
      indices[vertex.name] = index
    }
    var (factors, arcs): ([Factor], [Graph.Arc]) = ([], [])
    for edge in edges {
      let (from, to) = (indices[edge.from]!, indices[edge.to]!)
      let unit: Structure = edge.value == -1 ? .negatedIdentity : .identity
      factors.append(
        Factor(
          name: "\(edge.to)/\(edge.from)", rows: vertices[to].size,
          columns: vertices[from].size,
          structure: unitsAreFree && edge.unit == true ? unit : .dense,
          isGiven: isGiven ? true : edge.given,
          tangentCost: isGiven ? nil : edge.tangent,
          adjointCost: isGiven ? nil : edge.adjoint))
      arcs.append(Graph.Arc(factor: arcs.count, from: from, to: to))
    }
    return try Problem(
      name: name, factors: factors,
      graph: Graph(
        vertices: vertices.map { .init(name: $0.name, size: $0.size) },
        arcs: arcs))
  }
}
