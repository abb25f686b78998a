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
      "one of savings, seconds, ordering, exactness, joint, machines, memory, "
        + "execution, parallel, functions", "\"saving\"",
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
      "\"kind\": \"savings\", \"seconds\": 0", "s.json: /seconds",
      "a number of seconds above 0", "0", "write 0.5 or 2"
    ),
    (
      "\"kind\": \"savings\", \"repetition\": 3", "s.json: /repetition",
      "one of the keys format, summary, kind, problems, chains, families, "
        + "functions, contestants, repetitions, seconds, secondsPerCall, smoke",
      "the unknown key \"repetition\"", "did you mean \"repetitions\"?"
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
