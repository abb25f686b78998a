import JacobianChain
import Testing

@testable import ChainFormats

@Suite struct ProblemFileRefusalTests {
  private static func file(_ rest: String) -> String {
    "{\"format\": \"jacobian-chain/1\", \(rest)}"
  }

  /// A 4 × 4 factor with these further members.
  private static func square(_ members: String) -> String {
    file("\"factors\": [{\"rows\": 4, \"columns\": 4, \(members)}]")
  }

  private static func structure(_ text: String) -> String {
    square("\"structure\": \(text)")
  }

  private static func with(_ members: String) -> String {
    file("\"factors\": [{\"rows\": 4, \"columns\": 4}], \(members)")
  }

  static let bad: [BadInput] = [
    BadInput("[]", "p.json: /", "an object"),
    BadInput("3", "p.json: /", "3"),
    BadInput("{\"a\": 1", "p.json:1:8", "\"}\""),
    BadInput("{}", "p.json: /format", "jacobian-chain/1"),
    BadInput("{\"format\": 1}", "p.json: /format", "jacobian-chain/1"),
    BadInput(
      "{\"format\": \"jacobian-chain/2\"}", "p.json: /format",
      "jacobian-chain/2"),
    BadInput(
      "{\"format\": \"jacobian-chain-report/1\"}", "p.json: /format",
      "this file is a report"),
    BadInput(file("\"name\": \"x\""), "p.json: /factors", "list the Jacobians"),
    BadInput(file("\"factors\": {}"), "p.json: /factors", "an object of 0"),
    BadInput(file("\"factors\": []"), "p.json: /factors", "one or more"),
    BadInput(file("\"factors\": [7]"), "p.json: /factors/0", "7"),
    BadInput(
      square("\"tangent\": 9, \"tangentTime\": {\"fixed\": 3}"),
      "p.json: /factors/0/tangentTime/perSeed", "no such key"),
    BadInput(
      square("\"tangent\": 9, \"tangentTime\": 7"),
      "p.json: /factors/0/tangentTime", "7"),
    BadInput(
      square(
        "\"tangent\": 9, \"tangentTime\": {\"fixed\": 1, \"perSeeds\": 1}"),
      "p.json: /factors/0/tangentTime/perSeeds", "\"perSeed\"?"),
    BadInput(
      square(
        "\"tangent\": 9, \"adjointTime\": {\"fixed\": 1, \"perSeed\": 1}"),
      "p.json: /factors/0/adjointTime", "state adjoint"),
    BadInput(with("\"target\": []"), "p.json: /target", "\"targets\"?"),
    BadInput(with("\"a/b~\": 1"), "p.json: /a~1b~0", "matrixFree"),
    BadInput(with("\"name\": 3"), "p.json: /name", "a string"),
    BadInput(with("\"source\": null"), "p.json: /source", "a string"),
    BadInput(with("\"matrixFree\": 1"), "p.json: /matrixFree", "true or false"),
    BadInput(with("\"limits\": 4"), "p.json: /limits", "tapePerStep"),
    BadInput(
      with("\"limits\": {\"machine\": 4}"), "p.json: /limits/machine",
      "\"machines\"?"),
    BadInput(
      with("\"limits\": {\"machines\": 0}"), "p.json: /limits/machines",
      "0 is not read as unlimited"),
    BadInput(
      with("\"limits\": {\"tapeTotal\": -1}"), "p.json: /limits/tapeTotal",
      "-1"),
    BadInput(
      with("\"limits\": {\"tapePerStep\": 1.5}"),
      "p.json: /limits/tapePerStep", "1.5"),
    BadInput(
      with("\"limits\": {\"tapePerStep\": \"many\"}"),
      "p.json: /limits/tapePerStep", "\"many\""),
    BadInput(with("\"known\": 3"), "p.json: /known", "makespan"),
    BadInput(with("\"known\": {\"fma\": -3}"), "p.json: /known/fma", "2^128"),
    BadInput(
      with("\"known\": {\"makespan\": \"12e\"}"), "p.json: /known/makespan",
      "12e"),
    BadInput(
      with("\"known\": {\"cost\": 3}"), "p.json: /known/cost", "\"cost\""),
    BadInput(
      file("\"factors\": [{\"columns\": 4}]"), "p.json: /factors/0/rows",
      "no such key"),
    BadInput(
      file("\"factors\": [{\"rows\": 4, \"colums\": 4}]"),
      "p.json: /factors/0/colums", "\"columns\"?"),
    BadInput(
      file("\"factors\": [{\"rows\": 4, \"columns\": \"4\"}]"),
      "p.json: /factors/0/columns", "\"4\""),
    BadInput(
      file("\"factors\": [{\"rows\": 4, \"columns\": 1e3}]"),
      "p.json: /factors/0/columns", "whole numbers"),
    BadInput(
      file("\"factors\": [{\"rows\": 0, \"columns\": 4}]"),
      "p.json: /factors/0/rows", "from 1 to 2^40"),
    BadInput(
      file("\"factors\": [{\"rows\": 1099511627777, \"columns\": 4}]"),
      "p.json: /factors/0/rows", "1099511627777"),
    BadInput(
      file("\"factors\": [{\"rows\": 4, \"columns\": 9223372036854775808}]"),
      "p.json: /factors/0/columns", "9223372036854775808"),
    BadInput(
      file(
        "\"factors\": [{\"rows\": 4, \"columns\": 4}, "
          + "{\"rows\": 2, \"columns\": 5}]"),
      "p.json: /factors/1/columns", "4 columns"),
    BadInput(
      file(
        "\"factors\": [{\"name\": \"a\", \"rows\": 4, \"columns\": 4}, "
          + "{\"name\": \"a\", \"rows\": 4, \"columns\": 4}]"),
      "p.json: /factors/1/name", "a second \"a\""),
    BadInput(square("\"name\": \"\""), "p.json: /factors/0/name", "empty"),
    BadInput(square("\"name\": 1"), "p.json: /factors/0/name", "a string"),
    BadInput(square("\"given\": 0"), "p.json: /factors/0/given", "true"),
    BadInput(
      square("\"given\": false"), "p.json: /factors/0/given", "neither"),
    BadInput(
      square("\"tangent\": -1"), "p.json: /factors/0/tangent", "at least 0"),
    BadInput(
      square("\"adjoint\": \"9223372036854775808\""),
      "p.json: /factors/0/adjoint", "2^63"),
    BadInput(square("\"tape\": []"), "p.json: /factors/0/tape", "an array"),
    BadInput(
      square("\"data\": \"x.csv\""), "p.json: /factors/0/data", ".npy"),
    BadInput(
      square("\"data\": \"../x.npy\""), "p.json: /factors/0/data", "outside"),
    BadInput(
      square("\"data\": \"/etc/x.npy\""), "p.json: /factors/0/data",
      "/etc/x.npy"),
    BadInput(structure("4"), "p.json: /factors/0/structure", "\"diagonal\""),
    BadInput(
      structure("\"diagnal\""), "p.json: /factors/0/structure",
      "\"diagonal\"?"),
    BadInput(structure("{}"), "p.json: /factors/0/structure", "one key"),
    BadInput(
      structure("{\"band\": 1}"), "p.json: /factors/0/structure/band",
      "banded"),
    BadInput(
      structure("{\"banded\": {\"lower\": 1}}"),
      "p.json: /factors/0/structure/banded/upper", "no such key"),
    BadInput(
      structure("{\"banded\": {\"lower\": -1, \"upper\": 0}}"),
      "p.json: /factors/0/structure/banded/lower", "-1"),
    BadInput(
      structure("{\"banded\": 3}"), "p.json: /factors/0/structure/banded",
      "lower, upper"),
    BadInput(
      structure(
        "{\"blockDiagonal\": {\"count\": 3, \"rows\": 2, \"columns\": 2}}"),
      "p.json: /factors/0/structure/blockDiagonal", "3 blocks of 2 × 2"),
    BadInput(
      structure("{\"selection\": [0, 1]}"),
      "p.json: /factors/0/structure/selection", "4 columns, one per row"),
    BadInput(
      structure("{\"selection\": [0, 1, 2, 4]}"),
      "p.json: /factors/0/structure/selection/3", "from 0 to 3"),
    BadInput(
      structure("{\"selection\": [0, 1, 2, \"3\"]}"),
      "p.json: /factors/0/structure/selection/3", "\"3\""),
    BadInput(
      structure("{\"sparse\": {}}"),
      "p.json: /factors/0/structure/sparse/rowIndices", "give \"file\""),
    BadInput(
      structure("{\"sparse\": {\"rowIndices\": [0], \"columnIndices\": []}}"),
      "p.json: /factors/0/structure/sparse/columnIndices", "1 entries"),
    BadInput(
      structure("{\"sparse\": {\"rowIndices\": [4], \"columnIndices\": [0]}}"),
      "p.json: /factors/0/structure/sparse/rowIndices/0", "from 0 to 3"),
    BadInput(
      structure("{\"sparse\": {\"file\": \"a.mtx\", \"rowIndices\": []}}"),
      "p.json: /factors/0/structure/sparse", "remove the others, or \"file\""),
    BadInput(
      structure("{\"sparse\": {\"file\": \"\"}}"),
      "p.json: /factors/0/structure/sparse/file", "name of a file"),
    BadInput(
      structure("{\"sparse\": {\"file\": \"a/../../b.mtx\"}}"),
      "p.json: /factors/0/structure/sparse/file", "outside"),
    BadInput(
      structure("{\"sparse\": {\"file\": \"no-such.mtx\"}}"),
      "p.json: /factors/0/structure/sparse/file", "no-such.mtx",
      kind: .missingFile),
    BadInput(
      file(
        "\"factors\": [{\"rows\": 60000000, \"columns\": 1, \"structure\": "
          + "{\"sparse\": {\"rowIndices\": [], \"columnIndices\": []}}}]"),
      "p.json: /factors/0/structure/sparse", "60000000 × 1", kind: .tooLarge),
    BadInput(with("\"targets\": []"), "p.json: /targets", "at least one"),
    BadInput(with("\"targets\": [[]]"), "p.json: /targets/0", "empty"),
    BadInput(with("\"targets\": [\"J1\"]"), "p.json: /targets/0", "\"J1\""),
    BadInput(with("\"targets\": [[0]]"), "p.json: /targets/0/0", "the name"),
    BadInput(
      with("\"targets\": [[\"J1\", \"J11\"]]"), "p.json: /targets/0/1",
      "\"J1\"?"),
    BadInput(
      file(
        "\"factors\": [{\"rows\": 2, \"columns\": 3}], "
          + "\"targets\": [[\"J1\", \"J1\"]]"),
      "p.json: /targets/0/0", "3 columns"),
    BadInput(
      file(
        "\"factors\": [{\"rows\": 2, \"columns\": 3, \"adjoint\": 5, "
          + "\"tape\": 9}], \"limits\": {\"tapePerStep\": 8}"),
      "p.json: /factors/0", "tapePerStep = 8", kind: .infeasible),
  ]

  @Test(arguments: bad) func refuses(_ input: BadInput) {
    input.expectRefusal { () throws(ChainError) in
      _ = try ProblemFile(
        parsing: Array(input.text.utf8), file: "p.json", directory: "/tmp")
    }
  }

  @Test func theTableIsLong() { #expect(Self.bad.count >= 45) }

  /// One such factor is fine; what counts is their sum.
  @Test func manyEmptyPatternsAreRefusedTogether() throws {
    let text = Self.file(
      "\"factors\": [{\"rows\": 10, \"columns\": 9, \"structure\": "
        + "{\"sparse\": {\"rowIndices\": [1, 2, 3], "
        + "\"columnIndices\": [0, 0, 0]}}}]")
    let document = try JSONValue(parsing: Array(text.utf8), file: "p.json")
    for (used, fits) in [(7, true), (6, false)] {
      var reader = ProblemReader(
        folder: Folder(path: "/tmp", allowsOutside: false))
      reader.emptyExtent = ProblemReader.emptyExtentLimit - used
      if fits {
        _ = try reader.read(document, at: .root(file: "p.json"))
        continue
      }
      BadInput(
        text, "p.json: /factors/0/structure/sparse", "16777217 empty ones",
        kind: .tooLarge
      ).expectRefusal { () throws(ChainError) in
        _ = try reader.read(document, at: .root(file: "p.json"))
      }
    }
  }
}
