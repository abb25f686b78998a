import ChainTestSupport
import JacobianChain
import Testing

@testable import ChainFormats

@Suite("Graphs in problem files")
struct GraphFileTests {
  private static func file(_ graph: String, _ rest: String = "") -> String {
    "{\"format\": \"jacobian-chain/1\", \"graph\": \(graph)\(rest)}"
  }

  private static let vertices =
    "\"vertices\": [{\"name\": \"x\", \"size\": 3}, "
    + "{\"name\": \"u\", \"size\": 4}, {\"name\": \"y\", \"size\": 4}]"

  private static func edges(_ list: String, _ rest: String = "") -> String {
    file("{\(vertices), \"edges\": [\(list)]\(rest)}")
  }

  private static func read(_ text: String) throws(ChainError) -> ProblemFile {
    try ProblemFile(
      parsing: Array(text.utf8), file: "p.json", directory: nil)
  }

  @Test func everyKey() throws {
    let file = try Self.read(
      """
      {"format": "jacobian-chain/1", "name": "skip",
       "graph": {
         "vertices": [{"name": "x", "size": 3}, {"name": "u", "size": 4}, {"name": "y", "size": 4}],
         "edges": [
           {"from": "x", "to": "u", "name": "A", "data": "a.npy"},
           {"from": "u", "to": "y", "structure": "diagonal", "tangent": 4, "adjoint": 5, "tape": 6},
           {"from": "x", "to": "y", "factor": "B"},
           {"from": "u", "to": "y", "structure": "negatedIdentity"}],
         "wanted": [{"from": "x", "to": "y"}]},
       "factors": [{"name": "B", "rows": 4, "columns": 3}],
       "limits": {"machines": 2}}
      """)
    let problem = file.problem
    let graph = try #require(problem.graph)
    #expect(problem.name == "skip")
    #expect(problem.factors.map(\.name) == ["B", "A", "y/u", "y/u#2"])
    #expect(graph.arcs.map(\.factor) == [1, 2, 0, 3])
    #expect(graph.wanted == [.init(from: 0, to: 2)])
    #expect(problem.factors[3].structure == .negatedIdentity)
    let factor = problem.factors[2]
    #expect(factor.structure == .diagonal && !factor.isGiven)
    #expect(factor.tangentCost == 4 && factor.adjointCost == 5)
    #expect(factor.tape == 6)
    #expect(file.dataFiles == [nil, "a.npy", nil, nil])
    #expect(problem.limits.machines == 2)
  }

  @Test func writtenAndReadAgainItIsTheSame() throws {
    try withSeeds(0..<300) { seed in
      var draw = GraphDraw()
      draw.tied = seed.isMultiple(of: 2) ? 2 : 0
      let file = ProblemFile(problem: randomGraph(seed: seed, draw))
      let text = file.json().serialized(pretty: true)
      let again = try Self.read(text)
      try #require(again.problem == file.problem, "\(text)")
      try #require(again.json() == file.json())
    }
  }

  @Test func plansOfGraphsToo() throws {
    try withSeeds(0..<60) { seed in
      let problem = randomGraph(seed: seed)
      let baselines = try Baselines(of: problem)
      let plan = try #require(baselines.best)
      let text = PlanFile.json(of: plan, in: problem).serialized()
      let read = try PlanFile.parse(
        Array(text.utf8), file: "plan", problem: problem)
      try #require(read.plan == plan.plan)
      try read.checkClaims(
        against: plan, of: problem, baselines: baselines, file: "plan")
    }
  }

  static let bad: [BadInput] = [
    BadInput(file("7"), "p.json: /graph", "vertices"),
    BadInput(file("{}"), "p.json: /graph/vertices", "no such key"),
    BadInput(
      file("{\(vertices)}"), "p.json: /graph/edges", "no such key"),
    BadInput(file("{\"nodes\": []}"), "p.json: /graph/nodes", "vertices"),
    BadInput(
      file("{\(vertices), \"edges\": []}"), "p.json: /graph/edges",
      "at least one edge"),
    BadInput(
      edges("{\"from\": \"x\", \"to\": \"u\"}", ", \"wanted\": []"),
      "p.json: /graph/wanted", "leave wanted out"),
    BadInput(
      edges("{\"from\": \"x\", \"to\": \"z\"}"), "p.json: /graph/edges/0/to",
      "the name of a vertex"),
    BadInput(
      edges("{\"from\": \"x\"}"), "p.json: /graph/edges/0/to", "no such key"),
    BadInput(
      edges("{\"from\": 1, \"to\": \"u\"}"), "p.json: /graph/edges/0/from",
      "the name of a vertex"),
    BadInput(
      edges("{\"from\": \"x\", \"to\": \"u\", \"rows\": 4}"),
      "p.json: /graph/edges/0/rows", "unknown key"),
    BadInput(
      edges("{\"from\": \"x\", \"to\": \"u\", \"factor\": \"B\"}"),
      "p.json: /graph/edges/0/factor", "\"B\""),
    BadInput(
      file(
        "{\(vertices), \"edges\": [{\"from\": \"x\", \"to\": \"u\", "
          + "\"factor\": \"B\", \"tape\": 3}]}",
        ", \"factors\": [{\"name\": \"B\", \"rows\": 4, \"columns\": 3}]"),
      "p.json: /graph/edges/0/tape", "in an edge that names its factor"),
    BadInput(
      file(
        "{\(vertices), \"edges\": [{\"from\": \"x\", \"to\": \"u\", "
          + "\"factor\": \"B\"}]}",
        ", \"factors\": [{\"name\": \"B\", \"rows\": 3, \"columns\": 3}]"),
      "p.json: /graph/edges/0", "4 × 3"),
    BadInput(
      edges(
        "{\"from\": \"x\", \"to\": \"u\"}, "
          + "{\"from\": \"u\", \"to\": \"y\", \"structure\": \"diag\"}"),
      "p.json: /graph/edges/1/structure", "\"diagonal\"?"),
    BadInput(
      edges("{\"from\": \"x\", \"to\": \"u\", \"structure\": \"diagonal\"}"),
      "p.json: /graph/edges/0/structure", "square"),
    BadInput(
      edges(
        "{\"from\": \"x\", \"to\": \"u\", \"name\": \"A\"}, "
          + "{\"from\": \"u\", \"to\": \"y\", \"name\": \"A\"}"),
      "p.json: /graph/edges/1/name", "a second \"A\""),
    BadInput(
      edges("{\"from\": \"x\", \"to\": \"u\", \"tangent\": -1}"),
      "p.json: /graph/edges/0/tangent", "at least 0"),
    BadInput(
      edges(
        "{\"from\": \"u\", \"to\": \"y\"}, {\"from\": \"y\", \"to\": \"u\"}"),
      "p.json: /graph/edges/1", "cycle"),
    BadInput(
      edges(
        "{\"from\": \"x\", \"to\": \"u\"}",
        ", \"wanted\": [{\"from\": \"x\", \"to\": \"y\"}]"),
      "p.json: /graph/wanted/0", "the block is zero"),
    BadInput(
      file(
        "{\"vertices\": [{\"name\": \"x\", \"size\": 0}], \"edges\": []}"),
      "p.json: /graph/vertices/0/size", "a size from 1 to 2^40"),
    BadInput(
      file(
        "{\(vertices), \"edges\": [{\"from\": \"x\", \"to\": \"u\"}]}",
        ", \"targets\": [[\"u/x\"]]"),
      "p.json: /targets", "wanted"),
  ]

  @Test(arguments: bad)
  func refused(_ input: BadInput) {
    input.expectRefusal { () throws(ChainError) in
      _ = try Self.read(input.text)
    }
  }

  @Test func badSumsOfAPlanAreRefused() throws {
    let problem = randomGraph(seed: 3)
    for (operands, place) in [
      ("7", "/steps/0/operands"), ("[1]", "/steps/0/operands"),
      ("[1, \"2\"]", "/steps/0/operands/1"),
    ] {
      let text =
        "{\"format\": \"jacobian-chain-plan/1\", \"steps\": [{\"id\": 0, "
        + "\"kind\": \"add\", \"operands\": \(operands)}], \"targets\": [0]}"
      do {
        _ = try PlanFile.parse(
          Array(text.utf8), file: "plan", problem: problem)
        Issue.record("\(operands) was read")
      } catch {
        #expect(error.location == "plan: \(place)")
      }
    }
  }
}
