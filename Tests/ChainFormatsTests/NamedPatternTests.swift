import JacobianChain
import Testing

@testable import ChainFormats

/// `"patterns"` at the top of a problem, and those that a caller brings along.
@Suite struct NamedPatternTests {
  private static let pattern = try? SparsePattern(
    rows: 2, columns: 3, rowIndices: [0, 1], columnIndices: [2, 0])

  /// A 2 × 3 factor with this structure, below these patterns.
  private static func file(
    _ patterns: String, _ structure: String = "{\"pattern\": \"mesh\"}"
  ) -> String {
    "{\"format\": \"jacobian-chain/1\", \(patterns)\"factors\": [{\"rows\": 2, "
      + "\"columns\": 3, \"structure\": {\"sparse\": \(structure)}}]}"
  }

  private static func named(_ entry: String) -> String {
    file("\"patterns\": {\"mesh\": \(entry)}, ")
  }

  private static let listed =
    "{\"rows\": 2, \"columns\": 3, \"rowIndices\": [1, 0], "
    + "\"columnIndices\": [0, 2]}"

  private func read(
    _ text: String, in directory: String? = nil,
    _ patterns: [String: SparsePattern] = [:]
  ) throws(ChainError) -> ProblemFile {
    try ProblemFile(
      parsing: Array(text.utf8), file: "p.json", directory: directory,
      patterns: patterns)
  }

  private func expectMesh(_ file: ProblemFile) throws {
    let pattern = try #require(Self.pattern)
    #expect(file.problem.factors[0].structure == .sparse(pattern))
  }

  @Test func patternsAreListed() throws {
    try expectMesh(try read(Self.named(Self.listed)))
  }

  @Test func patternsAreFiles() throws {
    let folder = try TemporaryFolder()
    try folder.write(
      "%%MatrixMarket matrix coordinate pattern general\n2 3 2\n1 3\n2 1\n",
      to: "m.mtx")
    let file = try read(
      Self.named("{\"file\": \"m.mtx\"}"), in: folder.path)
    try expectMesh(file)
    #expect(file.patternFiles == [Files.realPath("\(folder.path)/m.mtx")])
  }

  @Test func patternsComeFromTheCaller() throws {
    let pattern = try #require(Self.pattern)
    try expectMesh(try read(Self.file(""), ["mesh": pattern]))
    BadInput("", "p.json: /patterns/mesh", "the caller")
      .expectRefusal { () throws(ChainError) in
        _ = try read(Self.named(Self.listed), ["mesh": pattern])
      }
  }

  @Test func sharedPatternsAreWrittenOnce() throws {
    let text = """
      {"format": "jacobian-chain/1", "patterns": {
        "unused": {"rows": 1, "columns": 1, "rowIndices": [], "columnIndices": []},
        "a": {"rows": 3, "columns": 3, "rowIndices": [2], "columnIndices": [0]},
        "b": {"rows": 3, "columns": 3, "rowIndices": [0, 0], "columnIndices": [1, 2]}},
       "factors": [
        {"rows": 3, "columns": 3, "structure": {"sparse": {"pattern": "b"}}},
        {"rows": 3, "columns": 3, "structure": {"sparse": {"pattern": "a"}}},
        {"rows": 3, "columns": 3, "structure": {"sparse":
          {"rowIndices": [0, 0], "columnIndices": [2, 1]}}}]}
      """
    let file = try read(text)
    let json = file.json()
    guard case .object(let members) = json else {
      Issue.record("no object")
      return
    }
    let patterns = members.first { $0.key == "patterns" }?.value
    #expect(
      patterns
        == .object([
          "pattern1": .object([
            "rows": .number(3), "columns": .number(3),
            "rowIndices": .array([.number(0), .number(0)]),
            "columnIndices": .array([.number(1), .number(2)]),
          ])
        ]))
    let again = try read(json.serialized())
    #expect(again == file)
    // Nothing is shared, nothing is named.
    let alone = try read(Self.named(Self.listed)).json().serialized()
    #expect(!alone.contains("patterns"))
  }

  static let bad: [BadInput] = [
    BadInput(
      file(""), "p.json: /factors/0/structure/sparse/pattern", "\"mesh\""),
    BadInput(
      file("\"patterns\": {\"mash\": \(listed)}, "),
      "p.json: /factors/0/structure/sparse/pattern", "did you mean \"mash\"?"),
    BadInput(
      file("", "{\"pattern\": 3}"),
      "p.json: /factors/0/structure/sparse/pattern", "a string"),
    BadInput(
      file(
        "\"patterns\": {\"mesh\": \(listed)}, ",
        "{\"pattern\": \"mesh\", \"rowIndices\": []}"),
      "p.json: /factors/0/structure/sparse", "remove the others"),
    BadInput(file("\"patterns\": [], "), "p.json: /patterns", "an object"),
    BadInput(named("[]"), "p.json: /patterns/mesh", "an object"),
    BadInput(named("{}"), "p.json: /patterns/mesh/rows", "rows and columns"),
    BadInput(
      named("{\"rows\": 0, \"columns\": 3}"), "p.json: /patterns/mesh/rows",
      "from 1 to 2^40"),
    BadInput(
      named("{\"rows\": 2, \"columns\": 3}"),
      "p.json: /patterns/mesh/rowIndices", "both rowIndices"),
    BadInput(
      named(
        "{\"rows\": 2, \"columns\": 3, \"rowIndices\": [2], "
          + "\"columnIndices\": [0]}"),
      "p.json: /patterns/mesh/rowIndices/0", "from 0 to 1"),
    BadInput(
      named(
        "{\"rows\": 3, \"columns\": 2, \"rowIndices\": [2], "
          + "\"columnIndices\": [0]}"),
      "p.json: /factors/0/structure/sparse/pattern", "3 × 2 in \"mesh\""),
    BadInput(
      named("{\"file\": \"m.mtx\", \"rows\": 2}"), "p.json: /patterns/mesh",
      "remove the others"),
    BadInput(
      named("{\"file\": \"m.mtx\"}"), "p.json: /patterns/mesh/file",
      "whose folder is known"),
    BadInput(
      named("{\"fill\": \"m.mtx\"}"), "p.json: /patterns/mesh/fill",
      "did you mean \"file\"?"),
    BadInput(
      named(
        "{\"rows\": 60000000, \"columns\": 1, \"rowIndices\": [], "
          + "\"columnIndices\": []}"),
      "p.json: /patterns/mesh", "60000000 × 1", kind: .tooLarge),
  ]

  @Test(arguments: bad) func refuses(_ input: BadInput) {
    input.expectRefusal { () throws(ChainError) in
      _ = try read(input.text)
    }
  }

  /// A problem that is no file may say where its entries are.
  @Test func dataIsLeftAloneWithoutAFolder() throws {
    let text =
      "{\"format\": \"jacobian-chain/1\", \"factors\": [{\"rows\": 2, "
      + "\"columns\": 3, \"data\": \"a.npy\"}]}"
    #expect(try read(text).dataFiles == ["a.npy"])
  }
}
