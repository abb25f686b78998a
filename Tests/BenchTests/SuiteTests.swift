import ChainBenchRunner
import ChainFormats
import Foundation
import JacobianChain
import Testing

/// The files of `bench/suites`, and what is refused in one.
@Suite struct SuiteTests {
  private static let repository = Repository(path: BenchFolder.root)

  /// Every suite can be read and expanded in both modes, and no row occurs
  /// twice.
  @Test(arguments: try SuiteTests.repository.suiteNames(), [false, true])
  func everySuite(_ name: String, _ isSmoke: Bool) throws {
    let suite = try Self.repository.suite(name, isSmoke: isSmoke)
    #expect(!suite.summary.isEmpty)
    let tasks = try Stage(
      suite: suite, repository: Self.repository, peers: .none
    ).tasks()
    #expect(!tasks.isEmpty)
    let keys = tasks.flatMap(\.keys)
    #expect(Set(keys).count == keys.count)
    #expect(tasks.allSatisfy { !$0.keys.isEmpty })
  }

  /// Every kind of measurement has a suite.
  @Test func everyKindIsUsed() throws {
    let kinds = try Self.repository.suiteNames().map {
      try Self.repository.suite($0, isSmoke: false).kind
    }
    #expect(Set(kinds) == Set(SuiteKind.allCases))
  }

  /// Every key, kind and objective is explained beside the suites.
  @Test func everyKeyIsDocumented() throws {
    let text = try String(
      contentsOfFile: "\(BenchFolder.root)/bench/suites/README.md",
      encoding: .utf8)
    let lines = text.split(separator: "\n")
    for key in Suite.keys {
      #expect(
        lines.contains { $0.hasPrefix("|") && $0.contains("| `\(key)` |") },
        "\(key) has no row")
    }
    for kind in SuiteKind.allCases {
      let objectives = kind.objectives.map(\.name).joined(separator: ", ")
      let end =
        "| \(objectives.isEmpty ? "none" : objectives) | "
        + (kind.takesLimits ? "yes" : "no")
      #expect(
        lines.contains {
          $0.hasPrefix("| `\(kind.rawValue)` |") && $0.contains(end)
        }, "\(kind.rawValue) has no row with \(end)")
    }
  }

  @Test func smokeReplaces() throws {
    let text = """
      {"format": "jacobian-chain-suite/1", "kind": "savings",
       "problems": ["problems/seeds/*.json"], "seconds": 2,
       "smoke": {"problems": ["problems/tied/power-15.json"]}}
      """
    let full = try read(text), smoke = try read(text, isSmoke: true)
    #expect(full.problems == ["problems/seeds/*.json"])
    #expect(smoke.problems == ["problems/tied/power-15.json"])
    #expect(full.seconds == 2 && smoke.seconds == 2)
    #expect(full.digest == smoke.digest)
    #expect(full.digest != (try read(text + " ")).digest)
  }

  @Test(arguments: [
    (
      "\"kind\": \"saving\"", "s.json: /kind",
      "one of savings, seconds, prediction, ordering, exactness, joint, "
        + "machines, graphs, memory, execution, parallel, functions, scalar",
      "\"saving\"",
      "did you mean \"savings\"?"
    ),
    (
      "\"kind\": \"savings\", \"contestants\": [\"forwards\"]",
      "s.json: /contestants/0",
      "one of optimum, forward, reverse, best split", "\"forwards\"",
      "did you mean \"forward\"?"
    ),
    (
      "\"kind\": \"ordering\", \"families\": [{\"family\": \"uniform\"}]",
      "s.json: /families/0/sizes", "rising numbers of factors",
      "others, or none", "give them as \"sizes\": [10, 100]"
    ),
    (
      "\"kind\": \"machines\", \"families\": "
        + "[{\"family\": \"jcdp\", \"sizes\": [5]}, "
        + "{\"family\": \"jcdp\", \"sizes\": [6], \"matrixFree\": false}]",
      "s.json: /families/1", "a name of its own in the results",
      "\"jcdp\", as above", "give it another \"label\""
    ),
    (
      "\"kind\": \"savings\", \"seconds\": 0", "s.json: /seconds",
      "a number of seconds above 0", "0", "write 0.5 or 2"
    ),
    (
      "\"kind\": \"savings\", \"repetition\": 3", "s.json: /repetition",
      "one of the keys format, summary, kind, problems, chains, families, "
        + "functions, objectives, limits, contestants, repetitions, seconds, "
        + "secondsPerCall, smoke",
      "the unknown key \"repetition\"", "did you mean \"repetitions\"?"
    ),
    (
      "\"kind\": \"ordering\", \"objectives\": [\"makspan\"]",
      "s.json: /objectives/0", "one of fma, makespan, time",
      "\"makspan\"", "did you mean \"makespan\"?"
    ),
    (
      "\"kind\": \"joint\", \"objectives\": [\"fma\", \"makespan\"]",
      "s.json: /objectives/1", "one of fma", "\"makespan\"",
      "no contestant of joint chooses plans for it; leave it out"
    ),
    (
      "\"kind\": \"machines\", \"objectives\": [\"fma\"]",
      "s.json: /objectives/0", "one of makespan", "\"fma\"",
      "no contestant of machines chooses plans for it; leave it out"
    ),
    (
      "\"kind\": \"savings\", \"objectives\": []", "s.json: /objectives",
      "one objective or more", "none", "leave the key out for fma"
    ),
    (
      "\"kind\": \"savings\", \"objectives\": [\"fma\", \"fma\"]",
      "s.json: /objectives/1", "every objective once", "\"fma\" again",
      "remove one of them"
    ),
    (
      "\"kind\": \"parallel\", \"objectives\": [\"makespan\"]",
      "s.json: /objectives", "no objectives: parallel chooses no plans",
      "an array of 1", "leave the key out"
    ),
    (
      "\"kind\": \"execution\", \"limits\": {\"tapeTotal\": 9}",
      "s.json: /limits",
      "no limits: none apply to what execution measures",
      "an object of 1 members", "leave the key out"
    ),
    (
      "\"kind\": \"savings\", \"limits\": []", "s.json: /limits",
      "limits, or a list of them", "an empty list",
      "leave the key out for the problems' own limits"
    ),
    (
      "\"kind\": \"savings\", \"limits\": [{}, {\"tapetotal\": 9}]",
      "s.json: /limits/1/tapetotal",
      "one of the keys tapePerStep, tapeTotal, machines, memory",
      "the unknown key \"tapetotal\"", "did you mean \"tapeTotal\"?"
    ),
    (
      "\"kind\": \"joint\", \"limits\": [{\"tapeTotal\": 0}]",
      "s.json: /limits/0/tapeTotal", "a number of at least 1", "0",
      "leave tapeTotal out for unlimited; 0 is not read as unlimited"
    ),
    (
      "\"kind\": \"joint\", \"limits\": [{}, {\"tapeTotal\": 9}, {}]",
      "s.json: /limits/2", "every choice of limits once",
      "the same limits again", "remove one of them"
    ),
    (
      "\"kind\": \"savings\", \"limits\": {\"machines\": 2}",
      "s.json: /limits/machines", "the objective makespan beside machines",
      "fma", "leave machines out: they change no price in fma"
    ),
    (
      "\"kind\": \"ordering\", \"families\": "
        + "[{\"family\": \"jcdp\", \"sizes\": [5], \"machines\": [2]}]",
      "s.json: /families/0/machines",
      "the objective makespan beside machines", "fma",
      "leave machines out: they change no price in fma"
    ),
    (
      "\"kind\": \"machines\", \"limits\": {\"machines\": 2}, "
        + "\"families\": "
        + "[{\"family\": \"jcdp\", \"sizes\": [5], \"machines\": [2]}]",
      "s.json: /families/0/machines", "machines in one place",
      "machines in the limits, too", "leave them out in one of the two"
    ),
    (
      "\"kind\": \"seconds\", \"limits\": {\"tapeTotal\": 9}, "
        + "\"functions\": [{\"workload\": \"flow 256\"}]",
      "s.json: /limits", "no limits beside functions",
      "functions, which are planned without",
      "give the problems under limits a suite of their own"
    ),
  ])
  func refusals(
    _ members: String, _ location: String, _ expected: String, _ found: String,
    _ advice: String
  ) throws {
    let error = try #require(throws: ChainError.self) {
      try read("{\"format\": \"jacobian-chain-suite/1\", \(members)}")
    }
    #expect(error.location == location)
    #expect(error.expected == expected)
    #expect(error.found == found)
    #expect(error.advice == advice)
  }

  @Test func unknownSuitesAndPatterns() throws {
    let unknown = try #require(throws: ChainError.self) {
      try Self.repository.suite("saving", isSmoke: false)
    }
    #expect(unknown.advice == "did you mean \"savings\"?")
    let empty = try read(
      """
      {"format": "jacobian-chain-suite/1", "kind": "savings",
       "problems": ["problems/nothing/*.json"]}
      """)
    let error = try #require(throws: ChainError.self) {
      try Stage(suite: empty, repository: Self.repository, peers: .none)
        .tasks()
    }
    #expect(error.location == "bench/suites/s.json: /problems/0")
    #expect(error.found == "\"problems/nothing/*.json\"")
  }

  private func read(
    _ text: String, isSmoke: Bool = false
  ) throws(ChainError) -> Suite {
    try Suite(
      parsing: Array(text.utf8), name: "s", file: "s.json", isSmoke: isSmoke)
  }
}
