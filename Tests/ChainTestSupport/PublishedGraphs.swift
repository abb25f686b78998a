import JacobianChain

extension PublishedInstances {
  /// `graphs/*.json`: computational graphs with recounted optima and bounds.
  package static let graphs: [PublishedGraph]? = {
    let families = [
      "admission", "alphagrad_scalar", "random_dense", "random_matrix_free",
      "random_medium", "random_scalar", "sequence_jacobian", "stencil",
    ]
    var graphs: [PublishedGraph] = []
    for family in families {
      guard let set: PublishedGraph.Family = load("graphs/\(family).json")
      else { return nil }
      graphs += set.graphs
    }
    return graphs
  }()
}

/// A graph of a file in `graphs`, format `jacobian-graph/0`.
package struct PublishedGraph: Decodable, Sendable {
  struct Family: Decodable {
    let graphs: [PublishedGraph]
  }

  /// A variable.
  package struct Vertex: Decodable, Sendable {
    /// Its name and its number of components.
    package let name: String, size: Int
  }

  /// An elemental Jacobian.
  package struct Edge: Decodable, Sendable {
    /// The names of its ends.
    package let from, to: String
    /// Whether it is ±1; the number, where it is known; fma of one product.
    package let unit: Bool?, value: Double?, tangent: Int?, adjoint: Int?
    /// `shift`, or nil for dense, and the diagonals of a shift.
    package let structure: String?, shifts: [Int]?
  }

  /// What is known for one cost model.
  package struct Known: Decodable, Sendable {
    /// The smallest count known, and the orders that need no search.
    package let best: Int?, forward: Int?, reverse: Int?, markowitz: Int?
    /// No order counts less.
    package let bound: Int?
    /// Whether `best` is proven.
    package let isOptimal: Bool?
    /// Intermediates in an order that counts `best`.
    package let order: [String]?

    private enum CodingKeys: String, CodingKey {
      case best, forward, reverse, markowitz
      case bound = "lower_bound"
      case isOptimal = "optimal"
      case order = "best_order"
    }
  }

  /// The name of the instance.
  package let name: String
  /// Variables, in a topological order, and their dependencies.
  package let vertices: [Vertex], edges: [Edge]
  private let known: [String: Entry]

  /// `known` holds a bare number, too.
  private struct Entry: Decodable, Sendable {
    let known: Known?
    init(from decoder: any Decoder) throws {
      known = try? Known(from: decoder)
    }
  }

  /// How products are counted; the names of the files.
  package enum Model: String, Sendable, CaseIterable {
    case vertex
    case unitFree = "vertex_unit_free"
    case structured = "vertex_structured"
    case matrixFree = "face_matrix_free"
  }

  /// What is known for a model.
  package func known(_ model: Model) -> Known? { known[model.rawValue]?.known }

  /// The graph under a model.
  package func problem(_ model: Model) throws -> Problem {
    var index: [String: Int] = [:]
    for (place, vertex) in vertices.enumerated() { index[vertex.name] = place }
    let factors = edges.map { edge in
      let (rows, columns) = (
        vertices[index[edge.to]!].size, vertices[index[edge.from]!].size
      )
      var factor = Factor(
        name: "\(edge.to)/\(edge.from)", rows: rows, columns: columns)
      switch model {
      case .vertex: break
      case .unitFree:
        if edge.unit == true {
          factor.structure = edge.value == -1 ? .negatedIdentity : .identity
        }
      case .structured:
        if let shifts = edge.shifts {
          factor.structure = Self.shift(rows, shifts)
        }
      case .matrixFree:
        factor.isGiven = false
        factor.tangentCost = edge.tangent
        factor.adjointCost = edge.adjoint
      }
      return factor
    }
    return try Problem(
      name: name, factors: factors,
      graph: Graph(
        vertices: vertices.map { Graph.Vertex(name: $0.name, size: $0.size) },
        arcs: edges.enumerated().map {
          Graph.Arc(
            factor: $0, from: index[$1.from]!, to: index[$1.to]!)
        }))
  }

  /// The named intermediates as vertices of the problem.
  package func order(_ names: [String]) -> [Int] {
    names.map { name in vertices.firstIndex { $0.name == name }! }
  }

  /// Ones on the diagonals i of an n × n matrix, above the main one for i > 0.
  private static func shift(_ size: Int, _ diagonals: [Int]) -> Structure {
    if diagonals == [0] { return .diagonal }
    var (rows, columns): ([Int], [Int]) = ([], [])
    for row in 0..<size {
      for diagonal in diagonals.sorted()
      where (0..<size).contains(row + diagonal) {
        rows.append(row)
        columns.append(row + diagonal)
      }
    }
    do {
      return .sparse(
        try SparsePattern(
          rows: size, columns: size, rowIndices: rows, columnIndices: columns))
    } catch {
      preconditionFailure("valid indices: \(error)")
    }
  }
}
