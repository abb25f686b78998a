import ChainRandom
import ChainTestSupport
import Foundation
import JacobianChain
import Testing

@testable import ChainFormats

/// What any encoder writes is the document of the format.
@Suite struct CodableTests {
  private func recoded<Value: Codable>(_ value: Value) throws -> Value {
    try JSONDecoder().decode(Value.self, from: JSONEncoder().encode(value))
  }

  @Test(arguments: 0..<200)
  func problemsReadBack(_ seed: UInt64) throws {
    let problem = randomProblem(seed: seed)
    #expect(try recoded(problem) == problem)
  }

  @Test(arguments: 0..<50)
  func graphsReadBack(_ seed: UInt64) throws {
    let problem = randomGraph(seed: seed)
    #expect(try recoded(problem) == problem)
  }

  @Test func theDocumentIsThatOfAFile() throws {
    let file = try ProblemFile(
      parsing: Array(ProblemFileTests.full.utf8), file: "p.json",
      directory: "/tmp")
    let bytes = try JSONEncoder().encode(file.problem)
    let back = try ProblemFile(
      parsing: bytes, file: "encoded", directory: nil)
    #expect(back.problem == file.problem)
    #expect(try recoded(file.problem) == file.problem)
  }

  @Test(arguments: 0..<200)
  func plansReadBack(_ seed: UInt64) throws {
    let problem = randomProblem(seed: seed)
    var generator = SplitMix64(seed: seed)
    let plan = randomPlan(for: problem, using: &generator)
    #expect(try recoded(plan) == plan)
  }

  @Test func chunksReadBack() throws {
    let plan = Plan(
      steps: [.given(factor: 0)], targets: [0],
      chunks: Chunks(
        [
          Chunks.Loop(.rows, parts: 3, remakes: true),
          Chunks.Loop(.shared(after: 2), parts: 4),
        ],
        after: [
          Chunks.Stage(3),
          Chunks.Stage(
            5, [Chunks.Loop(.columns, parts: 2), Chunks.Loop(.rows, parts: 7)]),
          Chunks.Stage(6, [Chunks.Loop(.shared(after: 1), parts: 2)]),
        ]), seedsAtOnce: 3)
    #expect(try recoded(plan) == plan)
    let last = Plan(
      steps: plan.steps, targets: [0],
      chunks: Chunks([], after: [Chunks.Stage(3)]))
    #expect(try recoded(last) == last)
  }

  @Test func profilesReadBack() throws {
    #expect(try recoded(Profile.builtIn) == .builtIn)
    let random = try randomProfile(seed: 3)
    #expect(try recoded(random) == random)
  }

  @Test(
    arguments: [
      (#"{"format": "jacobian-chain/1", "factor": []}"#, "problem: /factor"),
      (#"{"format": "jacobian-chain/2", "factors": []}"#, "problem: /format"),
      (#"[1]"#, "problem: /"),
      (
        #"{"format": "jacobian-chain/1", "factors": [{"rows": 0, "columns": 2}]}"#,
        "problem: /factors/0/rows"
      ),
    ])
  func whatTheFormatRefusesIsRefused(_ text: String, _ location: String) {
    let error = #expect(throws: ChainError.self) {
      try JSONDecoder().decode(Problem.self, from: Data(text.utf8))
    }
    #expect(error?.location == location)
  }

  @Test func plansTellPositions() {
    let text = #"""
      {"format": "jacobian-chain-plan/1", "targets": [0],
       "steps": [{"id": 0, "kind": "given", "factor": "a"}]}
      """#
    let error = #expect(throws: ChainError.self) {
      try JSONDecoder().decode(Plan.self, from: Data(text.utf8))
    }
    #expect(error?.location == "plan: /steps/0/factor")
  }
}
