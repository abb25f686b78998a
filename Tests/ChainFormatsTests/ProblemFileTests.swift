import JacobianChain
import Testing

@testable import ChainFormats

@Suite struct ProblemFileTests {
  static let full = #"""
    {
      "format": "jacobian-chain/1", "name": "full", "source": "a paper",
      "factors": [
        {"name": "encode", "rows": 2, "columns": 6, "data": "e.npy"},
        {"name": "act", "rows": 2, "columns": 2, "structure": "diagonal"},
        {"name": "same", "rows": 2, "columns": 2, "structure": "identity"},
        {"name": "lift", "rows": 6, "columns": 2, "structure": "dense"},
        {"rows": 6, "columns": 6,
         "structure": {"banded": {"lower": 1, "upper": 2}}},
        {"name": "blocks", "rows": 6, "columns": 6,
         "structure": {"blockDiagonal": {"count": 3, "rows": 2, "columns": 2}}},
        {"name": "mesh", "rows": 6, "columns": 6, "structure":
         {"sparse": {"rowIndices": [0, 5], "columnIndices": [1, 4]}}},
        {"name": "sense", "rows": 3, "columns": 6,
         "structure": {"selection": [5, 0, 5]}},
        {"name": "solve", "rows": 4, "columns": 3, "tangent": 9000,
         "adjoint": "9007199254740993", "tape": "77", "given": true,
         "tangentTime": {"fixed": 300, "perSeed": 20},
         "adjointTime": {"fixed": "0", "perSeed": 1000000000000000}}
      ],
      "targets": [["solve", "sense", "mesh"], ["lift", "act", "same", "act"]],
      "matrixFree": false,
      "limits": {"tapePerStep": 50000, "tapeTotal": "200000", "machines": 4},
      "known": {"fma": "340282366920938463463374607431768211455",
                "makespan": 12, "source": "table 1"}
    }
    """#

  private func read(_ text: String) throws(ChainError) -> ProblemFile {
    try ProblemFile(
      parsing: Array(text.utf8), file: "p.json", directory: "/tmp")
  }

  @Test func readsEveryKey() throws {
    let file = try read(Self.full)
    let problem = file.problem
    #expect(problem.name == "full")
    #expect(problem.source == "a paper")
    #expect(
      problem.factors.map(\.name) == [
        "encode", "act", "same", "lift", "J5", "blocks", "mesh", "sense",
        "solve",
      ])
    #expect(
      problem.factors[4].structure == .banded(lower: 1, upper: 2))
    #expect(problem.factors[7].structure == .selection([5, 0, 5]))
    #expect(problem.factors[8].adjointCost == 9_007_199_254_740_993)
    #expect(problem.factors[8].tape == 77)
    #expect(problem.factors[8].isGiven)
    #expect(
      problem.factors[8].tangentTime == EvaluationTime(fixed: 300, perSeed: 20))
    #expect(problem.factors[8].adjointTime?.perSeed == EvaluationTime.most)
    #expect(problem.targets == [[6, 7, 8], [1, 2, 1, 3]])
    #expect(!problem.matrixFree)
    #expect(
      problem.limits
        == Limits(tapePerStep: 50000, tapeTotal: 200_000, machines: 4))
    #expect(
      file.known
        == ProblemFile.Known(fma: .max, makespan: 12, source: "table 1"))
    #expect(file.dataFiles.count == 9)
    #expect(file.dataFiles[0]?.hasSuffix("/tmp/e.npy") == true)
    #expect(file.dataFiles[1...].allSatisfy { $0 == nil })
  }

  @Test func whatIsWrittenReadsBackEqual() throws {
    let file = try read(Self.full)
    let text = file.json().serialized()
    #expect(try read(text) == file)
    #expect(try read(text).json().serialized() == text)
  }

  @Test func theSmallestFileIsGolden() throws {
    let file = ProblemFile(
      problem: try Problem(factors: [Factor(name: "J1", rows: 2, columns: 3)]))
    let text = """
      {
        "format": "jacobian-chain/1",
        "name": "chain",
        "factors": [
          {"name": "J1", "rows": 2, "columns": 3}
        ],
        "matrixFree": true
      }
      """
    #expect(file.json().serialized() == text)
    #expect(try read(text) == file)
  }

  @Test func mutationsThrowOrParse() throws {
    let valid = Array(Self.full.utf8)
    var (read, refused) = (0, 0)
    for seed in 0..<3000 {
      var mutations = Mutations(seed: UInt64(seed))
      do {
        let file = try ProblemFile(
          parsing: mutations.mutate(valid), file: "p.json", directory: "/tmp")
        let again = try ProblemFile(
          parsing: file.json().serializedBytes(), file: "p.json",
          directory: "/tmp")
        #expect(again.problem == file.problem, "seed \(seed)")
        read += 1
      } catch {
        #expect(error.location.hasPrefix("p.json:"), "seed \(seed)")
        #expect(!error.advice.isEmpty, "seed \(seed)")
        refused += 1
      }
    }
    #expect(read > 50 && refused > 1000)
  }
}
