import ChainTestSupport
import JacobianChain
import Testing

@Suite("Graphs: what is refused, and what is taken for granted")
struct GraphTests {
  private static func vertices(_ sizes: Int...) -> [Graph.Vertex] {
    sizes.enumerated().map {
      Graph.Vertex(name: "v\($0.offset)", size: $0.element)
    }
  }

  private static func arcs(_ ends: (Int, Int)...) -> [Graph.Arc] {
    ends.enumerated().map {
      Graph.Arc(factor: $0.offset, from: $0.element.0, to: $0.element.1)
    }
  }

  private static func refusal(
    _ body: () throws -> some Any
  ) -> ChainError? {
    do {
      _ = try body()
      return nil
    } catch {
      return error as? ChainError
    }
  }

  @Test("Wanted by default: every output by every input that reaches it")
  func defaults() throws {
    // v0 → v2 → v4, v1 → v2, v1 → v3; v5 stands alone.
    let graph = try Graph(
      vertices: Self.vertices(1, 2, 3, 4, 5, 6),
      arcs: Self.arcs((0, 2), (2, 4), (1, 2), (1, 3)))
    #expect(
      graph.wanted == [
        .init(from: 0, to: 4), .init(from: 1, to: 3), .init(from: 1, to: 4),
      ])
    #expect(graph.usefulArcs == [0, 1, 2, 3])
    let one = try Graph(
      vertices: graph.vertices, arcs: graph.arcs,
      wanted: [.init(from: 0, to: 4)])
    #expect(one.usefulArcs == [0, 1])
  }

  @Test("The order of the list where it is topological, else as near")
  func order() throws {
    let listed = try Graph(
      vertices: Self.vertices(1, 1, 1, 1),
      arcs: Self.arcs((0, 3), (0, 1), (1, 2), (2, 3)))
    #expect(listed.order == [0, 1, 2, 3])
    let turned = try Graph(
      vertices: Self.vertices(1, 1, 1, 1),
      arcs: Self.arcs((3, 0), (3, 2), (2, 1), (1, 0)))
    #expect(turned.order == [3, 2, 1, 0])
  }

  @Test("A deep graph needs no recursion")
  func deep() throws {
    let count = 100_000
    let graph = try Graph(
      vertices: (0..<count).map { Graph.Vertex(name: "v\($0)", size: 1) },
      arcs: (1..<count).map {
        Graph.Arc(factor: $0 - 1, from: count - $0, to: count - $0 - 1)
      })
    #expect(graph.order == (0..<count).reversed())
  }

  @Test("A cycle is named, whatever else there is")
  func cycle() {
    let error = Self.refusal {
      try Graph(
        vertices: Self.vertices(1, 1, 1, 1),
        arcs: Self.arcs((0, 1), (1, 2), (2, 3), (3, 1)))
    }
    #expect(error?.location == "/graph/edges/1")
    #expect(error?.found == "the cycle v2 → v3 → v1 → v2")
    let loop = Self.refusal {
      try Graph(
        vertices: Self.vertices(1, 1), arcs: Self.arcs((0, 1), (1, 1)))
    }
    #expect(loop?.found == "the cycle v1 → v1")
  }

  @Test("Names, sizes, indices and blocks")
  func refusals() throws {
    func place(
      _ vertices: [Graph.Vertex], _ arcs: [Graph.Arc],
      _ wanted: [Graph.Block]? = nil
    ) -> String? {
      Self.refusal {
        try Graph(vertices: vertices, arcs: arcs, wanted: wanted)
      }?.location
    }
    let (two, joined) = (Self.vertices(2, 3), Self.arcs((0, 1)))
    #expect(place([], []) == "/graph/vertices")
    #expect(place(two, []) == "/graph/edges")
    #expect(
      place([two[0], two[0]], joined) == "/graph/vertices/1/name")
    #expect(
      place([two[0], .init(name: "", size: 1)], joined)
        == "/graph/vertices/1/name")
    for size in [0, -1, 1 << 40 + 1] {
      #expect(
        place([two[0], .init(name: "y", size: size)], joined)
          == "/graph/vertices/1/size")
    }
    #expect(place(two, Self.arcs((0, 2))) == "/graph/edges/0/to")
    #expect(place(two, Self.arcs((-1, 1))) == "/graph/edges/0/from")
    #expect(place(two, joined, []) == "/graph/wanted")
    #expect(
      place(two, joined, [.init(from: 0, to: 9)]) == "/graph/wanted/0/to")
    #expect(place(two, joined, [.init(from: 1, to: 0)]) == "/graph/wanted/0")
    #expect(place(two, joined, [.init(from: 1, to: 1)]) == "/graph/wanted/0")
    let graph = try Graph(vertices: two, arcs: joined)
    func factor(_ rows: Int, _ columns: Int) -> Factor {
      Factor(name: "A", rows: rows, columns: columns)
    }
    #expect(
      Self.refusal { try Problem(factors: [factor(2, 3)], graph: graph) }?
        .location == "/graph/edges/0")
    #expect(
      Self.refusal { try Problem(factors: [], graph: graph) }?.location
        == "/factors")
    let problem = try Problem(factors: [factor(3, 2)], graph: graph)
    #expect(problem.targetCount == 1)
    #expect(problem.shape(ofTarget: 0) == (3, 2))
    #expect(problem.chain == nil)
  }
}
