import JacobianChain

/// Which derivatives are wanted of a graph of functions.
struct Request: Hashable {
  /// A block S that a caller hands in, at some values x or y of the graph:
  /// tangents for ∂y/∂x · S, adjoints for S · ∂y/∂x.
  struct Seeds: Hashable {
    var mode: Mode
    var width: Int
    var vertices: [Int]
  }

  /// ∂to/∂from. Beyond the vertices of the graph lies one where seeds come in,
  /// or one for each function whose parameters are meant; before these, where
  /// curvature is meant, the adjoint of each vertex.
  var blocks: [Graph.Block] = []
  var seeds: Seeds?
  /// The nodes whose parameters are meant.
  var parameters: [Int] = []
  /// The nodes whose second derivatives are meant. Blocks then lead from values,
  /// or seeds, to adjoints of values. As products, block t leads through node
  /// `curvature[t]` alone, so that the same block may stand there several
  /// times; as sums, each block leads through all of them.
  var curvature: [Int] = []

  /// ∂to/∂from between two values.
  static func block(from: Int, to: Int) -> Request {
    Request(blocks: [Graph.Block(from: from, to: to)])
  }

  /// S · ∂to/∂from on a path that ends at vertex `last`.
  static func adjoints(
    from: Int, to: Int, width: Int, last: Int
  ) -> Request {
    Request(
      blocks: [Graph.Block(from: from, to: last + 1)],
      seeds: Seeds(mode: .adjoint, width: width, vertices: [to]))
  }
}

extension FactorTable {
  /// Whether each wanted block is one product of factors in a row.
  func isProducts(_ request: Request) -> Bool {
    isPath && request.seeds?.vertices.count ?? 1 == 1
  }
}

extension FunctionGraph {
  /// The vertex of the adjoint of a value, beyond all values.
  func adjoint(of vertex: Int) -> Int { vertices.count + vertex }
}

/// What stands behind a factor of a problem.
enum Role: Sendable {
  case function(Int)
  case part(Int, Part)
  /// What a sum passes on, or what lies side by side.
  case unit
  case parameters(Int)
  /// J_kᵀ.
  case transpose(Int)
  /// C_k.
  case curvature(Int)
  /// C_k by two of several inputs.
  case curvaturePart(Int, Part)
  /// What a caller hands in: the entry where it begins, and how far its rows
  /// are apart.
  case seeds(first: Int, stride: Int)

  /// What the entries of the factor, or its products in `mode`, ask of which
  /// node; nil for seeds and sums.
  func need(_ mode: Mode?) -> (node: Int, ability: Abilities)? {
    switch (self, mode) {
    case (.function(let k), nil), (.transpose(let k), nil): (k, .entries)
    case (.function(let k), .tangent), (.transpose(let k), .adjoint):
      (k, .tangent)
    case (.function(let k), .adjoint), (.transpose(let k), .tangent):
      (k, .adjoint)
    case (.part(let k, _), _): (k, .entries)
    case (.parameters(let k), _): (k, .parameterEntries)
    case (.curvature(let k), _), (.curvaturePart(let k, _), _): (k, .curvature)
    case (.unit, _), (.seeds, _): nil
    }
  }
}
