import JacobianChain
import Testing

@testable import ChainFormats

@Suite struct ShapeListTests {
  private func read(_ text: String) throws(ChainError) -> Problem {
    try ShapeList.problem(text.split(separator: " ").map(String.init))
  }

  @Test func interfaceDimensionsAreInputFirst() throws {
    let problem = try read("1000 100 10 1")
    #expect(problem.factors.map(\.name) == ["J1", "J2", "J3"])
    #expect(problem.factors.map(\.rows) == [100, 10, 1])
    #expect(problem.factors.map(\.columns) == [1000, 100, 10])
    #expect(problem.isDense)
  }

  @Test func shapesHaveSuffixes() throws {
    let problem = try read(
      "100x1000 100x100:diagonal 100x100:identity,tape=3 "
        + "100x100:banded(1,2),tangent=500 40x100:block(2x5) "
        + "7x40:tangent=5,adjoint=9,tape=4")
    let factors = problem.factors
    #expect(factors[0].structure == .dense && factors[0].isGiven)
    #expect(factors[1].structure == .diagonal)
    #expect(factors[2].structure == .identity && factors[2].tape == 3)
    #expect(factors[3].structure == .banded(lower: 1, upper: 2))
    #expect(factors[3].tangentCost == 500 && !factors[3].isGiven)
    #expect(
      factors[4].structure == .blockDiagonal(count: 20, rows: 2, columns: 5))
    #expect(
      factors[5]
        == Factor(
          name: "J6", rows: 7, columns: 40, tangentCost: 5, adjointCost: 9,
          tape: 4))
  }

  static let bad: [BadInput] = [
    BadInput("", "argument 1", "no argument"),
    BadInput("5", "argument 2", "at least two"),
    BadInput("5 0", "argument 2", "2^40"),
    BadInput("5 1099511627777", "argument 2", "1099511627777"),
    BadInput("5 3x5", "argument 2", "\"3x5\""),
    BadInput("3x5 5", "argument 2", "\"5\""),
    BadInput("3x5 2x4", "argument 2", "3 columns"),
    BadInput("3x", "argument 1", "ROWSxCOLUMNS"),
    BadInput("-3x5", "argument 1", "\"-3x5\""),
    BadInput("3x5x7", "argument 1", "\"3x5x7\""),
    BadInput("0x5", "argument 1", "from 1"),
    BadInput("4x4:", "argument 1", "diagonal"),
    BadInput("4x4:diagnal", "argument 1", "\"diagonal\"?"),
    BadInput("4x4:diagonal,identity", "argument 1", "one structure"),
    BadInput("4x5:diagonal", "argument 1", "square"),
    BadInput("4x4:banded(1)", "argument 1", "banded(lower,upper)"),
    BadInput("4x4:banded(1,-1)", "argument 1", "banded(1,-1)"),
    BadInput("4x4:banded(1,2", "argument 1", "banded(1,2"),
    BadInput("4x4:block(3x2)", "argument 1", "1 blocks of 3 × 2"),
    BadInput("4x4:block(0x2)", "argument 1", "1 × 1"),
    BadInput("4x4:tangent=", "argument 1", "tangent=500"),
    BadInput("4x4:tape", "argument 1", "write tape=500"),
    BadInput("4x4:tangent=9223372036854775808", "argument 1", "2^63"),
    BadInput("4x4:tangent=1,tangent=2", "argument 1", "tangent once"),
    BadInput("4x4 4x4:cost=1", "argument 2", "\"cost\""),
  ]

  @Test(arguments: bad) func refuses(_ input: BadInput) {
    input.expectRefusal { () throws(ChainError) in _ = try read(input.text) }
  }

  @Test func textHasOneListPerLine() throws {
    let text = "# shapes\n\n10 5 1 # dense\r\n  4x4:diagonal\t2x4\n"
    let problems = try ShapeList.problems(inText: Array(text.utf8), file: "s")
    #expect(problems.map(\.name) == ["s:3", "s:4"])
    #expect(problems.map(\.factors.count) == [2, 2])
    for (text, location, fact) in [
      ("5 1\n\n5 y\n", "s:3: argument 2", "\"y\""),
      ("# nothing\n", "s:2", "none"),
    ] {
      BadInput(text, location, fact).expectRefusal { () throws(ChainError) in
        _ = try ShapeList.problems(inText: Array(text.utf8), file: "s")
      }
    }
    BadInput("FF", "s:2", "UTF-8").expectRefusal { () throws(ChainError) in
      _ = try ShapeList.problems(
        inText: [0x35, 0x20, 0x31, 0x0A, 0xFF], file: "s")
    }
  }

  @Test func mutationsThrowOrParse() {
    let valid = Array("4x9:banded(1,2),tangent=5 4x4:block(2x2) 1x4".utf8)
    var read = 0
    for seed in 0..<3000 {
      var mutations = Mutations(seed: UInt64(seed))
      do throws(ChainError) {
        _ = try ShapeList.problems(inText: mutations.mutate(valid), file: "s")
        read += 1
      } catch {
        #expect(error.location.hasPrefix("s:"), "seed \(seed)")
      }
    }
    #expect(read > 50 && read < 2900)
  }
}
