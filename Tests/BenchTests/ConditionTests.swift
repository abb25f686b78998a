import ChainBenchResults
import ChainBenchRunner
import Foundation
import JacobianChain
import Testing

/// Objectives and limits of suites: what becomes of the names, and what is
/// measured under them.
@Suite struct ConditionTests {
  private static let root = Repository(path: BenchFolder.root)

  // MARK: Names

  /// One objective and one choice of limits leave names as they are.
  @Test(arguments: [
    ("", [""]),
    ("\"objectives\": [\"makespan\"]", [""]),
    ("\"limits\": {\"tapeTotal\": 9}", [""]),
    ("\"limits\": [{\"tapeTotal\": 9, \"tapePerStep\": 3}]", [""]),
    ("\"objectives\": [\"makespan\"], \"limits\": {\"machines\": 2}", [""]),
    (
      "\"limits\": [{}, {\"tapeTotal\": 9}, {\"tapePerStep\": 9}]",
      ["unlimited", "tapeTotal=9", "tapePerStep=9"]
    ),
    (
      "\"objectives\": [\"makespan\", \"fma\"], \"limits\": "
        + "[{\"machines\": 2}, {\"machines\": 3, \"tapeTotal\": 9}]",
      [
        "makespan p=2", "makespan tapeTotal=9 p=3", "fma p=2",
        "fma tapeTotal=9 p=3",
      ]
    ),
  ])
  func labels(_ members: String, _ expected: [String]) throws {
    let kind = "\"kind\": \"savings\""
    let conditions = try suite(members.isEmpty ? kind : "\(kind), \(members)")
      .conditions()
    #expect(conditions.map(\.label) == expected)
  }

  /// Limits of a suite are in the place of a problem's own; those of a family
  /// are joined by its machines.
  @Test func whatIsChosen() throws {
    #expect(
      try suite("\"kind\": \"joint\"").conditions()
        == [Condition(objective: .fma, label: "")])
    let machines = try suite(
      "\"kind\": \"machines\", \"limits\": [{\"tapeTotal\": 9}, {}]")
    #expect(
      machines.conditions(machines: [2, 3]) == [
        Condition(
          objective: .makespan, limits: Limits(tapeTotal: 9, machines: 2),
          label: "tapeTotal=9 p=2"),
        Condition(
          objective: .makespan, limits: Limits(tapeTotal: 9, machines: 3),
          label: "tapeTotal=9 p=3"),
        Condition(
          objective: .makespan, limits: Limits(machines: 2), label: "p=2"),
        Condition(
          objective: .makespan, limits: Limits(machines: 3), label: "p=3"),
      ])
  }

  /// Machines may stand in the family or in the limits.
  @Test func machinesInEitherPlace() throws {
    let family = "\"family\": \"jcdp\", \"sizes\": [5]"
    let inFamily = try suite(
      "\"kind\": \"machines\", "
        + "\"families\": [{\(family), \"machines\": [2, 3]}]")
    let inLimits = try suite(
      "\"kind\": \"machines\", \"families\": [{\(family)}], "
        + "\"limits\": [{\"machines\": 2}, {\"machines\": 3}]")
    let one = try suite(
      "\"kind\": \"machines\", \"families\": [{\(family)}], "
        + "\"limits\": {\"machines\": 2}")
    let names = try [inFamily, inLimits, one].map { suite in
      try tasks(suite).flatMap(\.keys).map(\.name)
    }
    #expect(names[0] == names[1])
    #expect(Set(names[0]) == ["jcdp p=2 q=5", "jcdp p=3 q=5"])
    #expect(Set(names[2]) == ["jcdp p=2 q=5"])
  }

  /// The same draw with and without eliminations.
  @Test func entriesOnly() throws {
    let suite = try suite(
      "\"kind\": \"machines\", \"families\": ["
        + "{\"family\": \"jcdp\", \"sizes\": [5]}, {\"family\": \"jcdp\", "
        + "\"label\": \"entries\", \"matrixFree\": false, \"sizes\": [5]}]")
    let problems = try suite.families.map { try $0.problem(5, seed: 3) }
    #expect(problems.map(\.matrixFree) == [true, false])
    #expect(problems[0].factors == problems[1].factors)
    let names = try tasks(suite).flatMap(\.keys).map(\.name)
    #expect(Set(names) == ["jcdp q=5", "entries q=5"])
  }

  /// What was measured keeps its name: the committed rows are those of the
  /// suite, in its order.
  @Test func committedSchedulesAreOfTheSuite() throws {
    let file = try String(
      contentsOfFile: "\(BenchFolder.root)/bench/results/machines.csv",
      encoding: .utf8)
    let committed = try ResultsFile(text: file).measurements.map(\.key)
    #expect(!committed.isEmpty)
    let keys = try tasks(Self.root.suite("machines", isSmoke: false))
      .flatMap(\.keys)
    #expect(keys.filter(Set(committed).contains) == committed)
  }

  // MARK: Rows

  /// Two functions of shapes 2 × 3 and 1 × 2, each product 10 fma, each tape 5.
  /// Reverse takes 10 + 10 fma and both tapes. With one tape B by 2 tangents and
  /// an adjoint of A are 20 + 10, without any A by 3 tangents, B by 2 and a
  /// product are 30 + 20 + 6.
  private static let problem = """
    {"format": "jacobian-chain/1", "factors": [
      {"name": "A", "rows": 2, "columns": 3, "tangent": 10, "adjoint": 10,
       "tape": 5},
      {"name": "B", "rows": 1, "columns": 2, "tangent": 10, "adjoint": 10,
       "tape": 5}], "limits": {"tapeTotal": 5}, "known": {"fma": KNOWN}}
    """

  @Test func savingsUnderLimits() throws {
    let rows = try rows(
      "\"kind\": \"savings\", \"limits\": "
        + "[{}, {\"tapeTotal\": 5}, {\"tapePerStep\": 4}]")
    let optima = rows.filter { $0.key.contestant == "optimum" }
    #expect(
      optima.map(\.key.name)
        == ["p unlimited", "p tapeTotal=5", "p tapePerStep=4"])
    #expect(
      optima.map(\.family)
        == ["f unlimited", "f tapeTotal=5", "f tapePerStep=4"])
    #expect(optima.map(\.median) == [20, 30, 56])
    #expect(rows.allSatisfy { $0.key.quantity == "product fma" })
    let reverse = rows.filter { $0.key.contestant == "reverse" }
    #expect(reverse.map(\.outcome) == [.measured, .skipped, .skipped])
    #expect(
      reverse.map(\.note) == [
        "", "not possible: the limits forbid it",
        "not possible: A has no adjoints within the limits",
      ])
  }

  /// The optimum of a file is that of its own limits, and only held against
  /// plans under these.
  @Test func knownUnderOwnLimits() throws {
    let wrong = Self.problem.replacing("KNOWN", with: "29")
    for limits in ["", ", \"limits\": {\"tapeTotal\": 5}"] {
      let error = #expect(throws: (any Error).self) {
        try rows("\"kind\": \"savings\"" + limits, of: wrong)
      }
      #expect(error.map { "\($0)" } == "costs 30, known is 29")
    }
    let others = try rows(
      "\"kind\": \"savings\", \"limits\": {}", of: wrong)
    #expect(others[0].median == 20)
  }

  @Test func savingsForMakespan() throws {
    let rows = try rows(
      "\"kind\": \"savings\", \"objectives\": [\"fma\", \"makespan\"], "
        + "\"limits\": {\"machines\": 2}")
    #expect(
      rows.map(\.key)
        == ["fma", "makespan"].flatMap { objective in
          ["optimum", "forward", "reverse", "best split"].map {
            .init(
              name: "p \(objective)", contestant: $0,
              quantity: objective == "fma" ? "product fma" : "makespan fma")
          }
        })
    // Forward: B's tangents wait for A's.
    #expect(rows.map(\.median) == [20, 60, 20, 20, 20, 60, 20, 20])
  }

  /// No plan keeps to the limits: rows that say so, not failures. One factor
  /// or the search for a plan may find that out.
  @Test func infeasible() throws {
    let onlyB = Self.problem.replacing("KNOWN", with: "46")
      .replacing("\"columns\": 2, \"tangent\": 10,", with: "\"columns\": 2,")
    let rows = try rows(
      "\"kind\": \"joint\", \"limits\": [{\"tapeTotal\": 5}, "
        + "{\"tapePerStep\": 4}]", of: onlyB)
    let kept = rows.filter { $0.key.name == "p tapeTotal=5" }
    // A by tangents, as B takes the tape: 30 + 10, and the product.
    let joint = try #require(
      kept.first { $0.key.contestant == "joint optimum" })
    #expect(joint.median == 46 && joint.outcome == .measured)
    let broken = rows.filter { $0.key.name == "p tapePerStep=4" }
    #expect(broken.count == kept.count)
    for row in broken {
      #expect(row.outcome == .skipped)
      #expect(
        row.note == "infeasible: only adjoints, with a tape of 5 above "
          + "tapePerStep = 4")
    }
    let both = Self.problem.replacing("\"tangent\": 10, ", with: "")
      .replacing("\"limits\": {\"tapeTotal\": 5}, ", with: "")
      .replacing("KNOWN", with: "20")
    let none = try self.rows(
      "\"kind\": \"savings\", \"limits\": {\"tapeTotal\": 9}", of: both)
    #expect(none.map(\.key.name) == ["p", "p", "p", "p"])
    for row in none {
      #expect(row.outcome == .skipped && row.note.hasPrefix("infeasible: "))
    }
  }

  /// Orders for makespan: only who schedules takes part, the others say why
  /// not, and baselines are put on the machines.
  @Test(arguments: ["exactness", "ordering"])
  func plannersForMakespan(_ kind: String) throws {
    var contestants = [
      "branch-and-bound", "dynamic-programming", "numpy multi_dot",
    ]
    if kind == "exactness" { contestants.append("forward") }
    let suite = try suite(
      "\"kind\": \"\(kind)\", \"objectives\": [\"makespan\"], "
        + "\"contestants\": \(contestants), \"seconds\": 0.01, \"families\": "
        + "[{\"family\": \"jcdp\", \"sizes\": [4], \"machines\": [2]}]")
    let rows = try tasks(suite).flatMap { try $0.run([:]) }
    #expect(rows.map(\.key.contestant) == contestants)
    #expect(
      rows.allSatisfy {
        $0.key.name == "jcdp p=2 q=4" && $0.family == "jcdp p=2"
      })
    #expect(rows[0].outcome == .measured)
    for row in rows[1...2] {
      #expect(row.outcome == .skipped)
      #expect(row.note == "minimises fma, not makespan")
    }
    guard kind == "exactness" else { return }
    #expect(rows[0].median == 1)
    #expect(rows[3].outcome == .measured && rows[3].median > 1)
  }

  /// Other tools are not asked about chains that they don't know.
  @Test func peersKnowGivenDenseChains() throws {
    let suite = try suite(
      "\"kind\": \"exactness\", \"contestants\": [\"opt_einsum dp\"], "
        + "\"families\": [{\"family\": \"jcdp\", \"sizes\": [4]}]")
    let row = try #require(try tasks(suite)[0].run([:]).first)
    #expect(row.outcome == .skipped)
    #expect(row.note == "plans given dense chains only")
  }

  /// The bytes and seconds of orders under limits are those of their plans.
  @Test(arguments: ["memory", "seconds"])
  func carriedOutUnderLimits(_ kind: String) throws {
    let rows = try rows(
      "\"kind\": \"\(kind)\", \"contestants\": [\"optimum\", \"reverse\"], "
        + "\"limits\": [{}, {\"tapePerStep\": 4}]")
    #expect(
      rows.map(\.outcome) == [.measured, .measured, .measured, .skipped])
    guard kind == "memory" else { return }
    // B of 1 × 2 beside the product of 1 × 3; A of 2 × 3 beside its 3 tangents.
    #expect(rows.map(\.median)[..<3] == [40, 40, 120])
  }

  // MARK: Reading

  private func suite(_ members: String) throws -> Suite {
    try Suite(
      parsing: Array(
        "{\"format\": \"jacobian-chain-suite/1\", \(members)}".utf8),
      name: "s", file: "s.json", isSmoke: false)
  }

  private func tasks(
    _ suite: Suite, in repository: Repository = root
  ) throws -> [BenchTask] {
    try Stage(suite: suite, repository: repository, peers: .none).tasks()
  }

  /// All rows of a suite whose only problem is `f/p.json`.
  private func rows(
    _ members: String,
    of problem: String = problem.replacing("KNOWN", with: "30")
  ) throws -> [ChainBenchResults.Measurement] {
    let folder = try BenchFolder()
    try FileManager.default.createDirectory(
      atPath: folder.path + "/f", withIntermediateDirectories: true)
    try folder.write(Data(problem.utf8), "f/p.json")
    return try withExtendedLifetime(folder) {
      try tasks(
        suite(members + ", \"problems\": [\"f/*.json\"]"),
        in: Repository(path: folder.path)
      ).flatMap { try $0.run([:]) }
    }
  }
}
