import ChainCatalog
import ChainSolvers
import ChainTestSupport
import JacobianChain
import Testing

@testable import ChainFormats

@Suite("Chain files of ADMission")
struct AdmissionTests {
  private func read(_ text: String) throws(ChainError) -> Problem {
    try AdmissionFile.problem(parsing: Array(text.utf8), file: "dir/c")
  }

  @Test("A line is a factor, first applied first; the cost is all three")
  func dense() throws {
    let problem = try read("3\n10 1 75\n\n 5\t10 22 \r\n1 5 25")
    #expect(problem.name == "c")
    #expect(!problem.source.isEmpty)
    #expect(problem.isDense && problem.matrixFree)
    #expect(
      problem.factors == [
        Factor(
          name: "F1", rows: 10, columns: 1, tangentCost: 75, adjointCost: 75,
          tape: 75),
        Factor(
          name: "F2", rows: 5, columns: 10, tangentCost: 22, adjointCost: 22,
          tape: 22),
        Factor(
          name: "F3", rows: 1, columns: 5, tangentCost: 25, adjointCost: 25,
          tape: 25),
      ])
  }

  @Test("Digits after every factor are its pattern; a full one is dense")
  func patterns() throws {
    let problem = try read("2\n2 1 9\n1\n1\n3 2 8\n0 1 \n1 0 \n0 0\n")
    #expect(problem.factors[0].structure == .dense)
    let pattern = try SparsePattern(
      rows: 3, columns: 2, rowIndices: [0, 1], columnIndices: [1, 0])
    #expect(problem.factors[1].structure == .sparse(pattern))
    #expect(problem.factors[1].adjointCost == 8)
  }

  @Test("A factor that looks like digits is one when the lines say so")
  func ambiguous() throws {
    #expect(try read("2\n1 3 5\n1 1 1\n").factors.map(\.columns) == [3, 1])
    #expect(try read("1\n1 3 5\n1 0 1\n").factors[0].structure != .dense)
  }

  @Test("Only what starts with a digit is taken for such a file")
  func recognised() {
    for (text, isOne) in [
      ("10\n", true), (" \r\n\t3", true), ("{\"format\": 1}", false),
      ("", false), ("  ", false), ("-1", false), ("[1]", false),
      ("\u{FEFF}3\n", true), ("\u{FEFF}{}", false), ("\u{FEFF}", false),
    ] {
      #expect(AdmissionFile.isRecognised(text.utf8) == isOne, "\(text)")
    }
  }

  static let bad: [BadInput] = [
    BadInput("", "dir/c:1", "the end of the file"),
    BadInput("0\n", "dir/c:1", "the number of factors"),
    BadInput("3 4\n", "dir/c:1", "\"3 4\""),
    BadInput("3 4\n", "dir/c:1", "named @FILE"),
    BadInput("3x4:diagonal\n", "dir/c:1", "named @FILE"),
    BadInput("4000001\n", "dir/c:1", "split the chain", kind: .tooLarge),
    BadInput("99999999999999999999\n", "dir/c:1", "4000000", kind: .tooLarge),
    BadInput("2\n3 4 5\n", "dir/c:3", "factor 2 of 2"),
    BadInput("2\n3 4 5\n2 3\n", "dir/c:3", "\"2 3\""),
    BadInput("1\n3 4 x\n", "dir/c:2", "three whole numbers"),
    BadInput("1\n3 4 -5\n", "dir/c:2", "\"3 4 -5\""),
    BadInput("1\n3 4 1.5\n", "dir/c:2", "ROWS COLUMNS COST"),
    BadInput("1\n0 4 5\n", "dir/c:2", "rows from 1 to 2^40"),
    BadInput("1\n3 1099511627777 5\n", "dir/c:2", "columns from 1"),
    BadInput("1\n3 4 9223372036854775808\n", "dir/c:2", "2^63"),
    BadInput("1\n3 4 5\n2 3 4\n", "dir/c:3", "\"2 3 4\""),
    BadInput("2\n3 4 5\n\n2 4 5\n", "dir/c:4", "3 columns, the rows"),
    BadInput("1\n2 2 5\n1 0\n", "dir/c:4", "row 2 of 2 of F1's pattern"),
    BadInput("1\n2 2 5\n1 0\n1\n", "dir/c:4", "2 digits 0 or 1"),
    BadInput("1\n2 2 5\n1 0\n1 2\n", "dir/c:4", "\"1 2\""),
    BadInput("1\n1 2 5\n1 0\n1 1\n", "dir/c:4", "after 1 factors"),
  ]

  @Test(arguments: bad) func refuses(_ input: BadInput) {
    input.expectRefusal { () throws(ChainError) in _ = try read(input.text) }
  }

  @Test("The whole message")
  func message() {
    #expect(throws: ChainError.self) { try read("2\n3 4 5\n2 3\n") }
    do throws(ChainError) {
      _ = try read("2\n3 4 5\n2 3\n")
    } catch {
      #expect(
        error.description == """
          dir/c:3: malformed
            expected  ROWS COLUMNS COST of factor 2 of 2
            found     "2 3"
            advice    write three whole numbers, such as 10 1 75
          """)
    }
  }

  @Test func mutationsThrowOrParse() {
    let valid = Array(
      "3\n2 1 9\n1\n1\n3 2 8\n0 1 \n1 0 \n0 0\n1 3 4\n1 1 0".utf8)
    var read = 0
    for seed in 0..<3000 {
      var mutations = Mutations(seed: UInt64(seed))
      do throws(ChainError) {
        _ = try AdmissionFile.problem(
          parsing: mutations.mutate(valid), file: "f")
        read += 1
      } catch {
        #expect(error.location.hasPrefix("f"), "seed \(seed)")
      }
    }
    #expect(read > 50 && read < 2900)
  }

  @Test(
    "The published chains in their own form have the published optimum",
    .enabled(if: PublishedInstances.admission != nil))
  func published() throws {
    for chain in try #require(PublishedInstances.admission) {
      let lines = chain.factors.map { "\($0.rows) \($0.columns) \($0.cost)" }
      let text = (["\(chain.factors.count)"] + lines).joined(separator: "\n")
      let problem = try AdmissionFile.problem(
        parsing: Array(text.utf8), file: "graphs/chain/\(chain.id)")
      #expect(problem.name == chain.id)
      let solution = try Catalog.choose(for: problem).solver.solve(problem)
      let price = try solution.plan.priced(for: problem).fma
      #expect(price == UInt128(chain.optimum))
      let baselines = try Baselines(of: problem)
      #expect(baselines[.forward]?.fma == UInt128(chain.homogeneousTangent))
      #expect(baselines[.reverse]?.fma == UInt128(chain.homogeneousAdjoint))
    }
  }
}
