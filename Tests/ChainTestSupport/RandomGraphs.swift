import ChainRandom
import JacobianChain

/// How random graphs are drawn.
package struct GraphDraw: Sendable {
  /// Vertices, from 2 on.
  package var vertices = 3...8
  /// Components of a vertex.
  package var sizes = 1...4
  /// One arc in so many has another arc's factor, where one fits; 0 for none.
  package var tied = 0
  /// One factor in so many can only be evaluated; 0 for none.
  package var matrixFree = 3
  /// Whether wanted blocks begin and end anywhere.
  package var anyBlocks = true

  /// The usual draw.
  package init() {}
}

/// A seeded graph with structured, matrix-free, parallel and unit arcs, and
/// wanted blocks that may begin and end in its middle.
package func randomGraph(
  seed: UInt64, _ draw: GraphDraw = GraphDraw()
) -> Problem {
  var random = SplitMix64(seed: seed)
  let count = random.integer(in: draw.vertices)
  let vertices = (0..<count).map {
    Graph.Vertex(name: "v\($0)", size: random.integer(in: draw.sizes))
  }
  var factors: [Factor] = []
  var arcs: [Graph.Arc] = []
  func append(_ from: Int, _ to: Int) {
    let (rows, columns) = (vertices[to].size, vertices[from].size)
    let alike = factors.indices.filter {
      factors[$0].rows == rows && factors[$0].columns == columns
    }
    if draw.tied > 0, !alike.isEmpty, random.oneIn(draw.tied) {
      let factor = alike[random.integer(in: 0...alike.count - 1)]
      arcs.append(Graph.Arc(factor: factor, from: from, to: to))
      return
    }
    let structures = everyStructure(rows: rows, columns: columns).filter {
      switch $0 {
      case .submatrix, .negatedSelection: false
      default: true
      }
    }
    var factor = Factor(
      name: "f\(factors.count)", rows: rows, columns: columns,
      structure: structures[random.integer(in: 0...structures.count - 1)])
    if draw.matrixFree > 0, random.oneIn(draw.matrixFree) {
      factor.isGiven = random.oneIn(3)
      let modes = random.integer(in: factor.isGiven ? 0...3 : 1...3)
      if modes & 1 != 0 { factor.tangentCost = random.integer(in: 1...9) }
      if modes & 2 != 0 { factor.adjointCost = random.integer(in: 1...9) }
      factor.tape = random.integer(in: 0...5)
    }
    arcs.append(Graph.Arc(factor: factors.count, from: from, to: to))
    factors.append(factor)
  }
  for to in 1..<count {
    for _ in 0..<random.integer(in: 1...min(3, to + 1)) {
      append(random.integer(in: 0...to - 1), to)
    }
  }
  do {
    let graph = try Graph(vertices: vertices, arcs: arcs)
    guard draw.anyBlocks, random.oneIn(2) else {
      return try Problem(factors: factors, graph: graph)
    }
    let all = graph.vertices.indices.flatMap { from in
      graph.vertices.indices.map { Graph.Block(from: from, to: $0) }
    }.filter { block in
      block.from < block.to
        && (try? Graph(vertices: vertices, arcs: arcs, wanted: [block])) != nil
    }
    let wanted = all.filter { _ in random.oneIn(3) }
    return try Problem(
      factors: factors,
      graph: Graph(
        vertices: vertices, arcs: arcs, wanted: wanted.isEmpty ? nil : wanted))
  } catch {
    preconditionFailure("a valid draw: \(error)")
  }
}

/// What values are, word by word: the slow way to say what a plan computes.
package struct WordPolynomial: Hashable, Sendable {
  /// How often each word of factors comes, innermost first.
  package var words: [[Int]: Int] = [:]

  /// A single factor; the empty word for nil.
  package init(_ factor: Int?) { words = [factor.map { [$0] } ?? []: 1] }

  /// No word.
  package init() {}

  /// The sum.
  package static func + (a: WordPolynomial, b: WordPolynomial) -> WordPolynomial
  {
    var sum = a
    sum.words.merge(b.words, uniquingKeysWith: +)
    return sum
  }

  /// The product, `outer · inner`.
  package static func * (
    outer: WordPolynomial, inner: WordPolynomial
  ) -> WordPolynomial {
    var product = WordPolynomial()
    for (first, count) in inner.words {
      for (second, times) in outer.words {
        product.words[first + second, default: 0] += count * times
      }
    }
    return product
  }

  /// What each step of a plan makes.
  ///
  /// - Precondition: steps read only steps before them.
  package static func values(of plan: Plan) -> [WordPolynomial] {
    var values: [WordPolynomial] = []
    for step in plan.steps {
      switch step {
      case .given(let factor), .accumulate(let factor, _):
        values.append(WordPolynomial(factor))
      case .multiply(let outer, let inner):
        values.append(values[outer] * values[inner])
      case .eliminate(let factor, .tangent, let operand):
        values.append(WordPolynomial(factor) * values[operand])
      case .eliminate(let factor, .adjoint, let operand):
        values.append(values[operand] * WordPolynomial(factor))
      case .add(let first, let second):
        values.append(values[first] + values[second])
      }
    }
    return values
  }

  /// The wanted blocks of a graph, path by path.
  package static func wanted(of graph: Graph) -> [WordPolynomial] {
    graph.wanted.map { block in
      var sums = graph.vertices.map { _ in WordPolynomial() }
      sums[block.from] = WordPolynomial(nil)
      for vertex in graph.order where vertex != block.from {
        for arc in graph.arcs where arc.to == vertex {
          sums[vertex] =
            sums[vertex] + WordPolynomial(arc.factor) * sums[arc.from]
        }
      }
      return sums[block.to]
    }
  }
}
