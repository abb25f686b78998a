import ChainFormats
import Foundation
import Testing

/// Words that are files: problems, given matrices, lists of both.
@Suite struct GivenMatrixTests {
  /// B is 2 × 3 and sparse, A is 3 × 2: B · A, and C · B · A with C 1 × 2.
  private static func folder() throws -> Scratch {
    let folder = try Scratch()
    try folder.write([1, 2, 3, 4, 5, 6], 3, 2, to: "A.npy")
    try folder.write(
      "%%MatrixMarket matrix coordinate real general\n2 3 2\n1 1 10\n2 3 -1\n",
      to: "B.mtx")
    try folder.write([1, 100], 1, 2, to: "C.NPY")
    return folder
  }

  private func run(
    _ folder: Scratch, _ arguments: String...
  ) throws -> Command {
    try Command(arguments, in: folder.url)
  }

  @Test func givenMatricesArePlannedAndMultiplied() throws {
    let folder = try Self.folder()
    let command = try run(
      folder, "run", "A.npy", "B.mtx", "C.NPY", "--output", "J.npy",
      "--output", "r.json", "--quiet")
    #expect(command.status == 0, "\(command.errors)")
    // B·A = [10 20; -5 -6].
    #expect(try folder.array("J.npy").values == [-490, -580])
    let report = try folder.text("r.json")
    for part in ["\"A-B-C\"", "\"C\"", "\"rows\": 1, \"columns\": 2"] {
      #expect(report.contains(part), "\(part)")
    }
    // Two entries in B: B·A takes 4 fma and C·B two; then C·B·A four.
    #expect(report.contains(/"cost": \{\s*"fma": 6,/))
  }

  @Test func planCompareAndCheckTakeThemToo() throws {
    let folder = try Self.folder()
    let words = ["A.npy", "B.mtx", "C.NPY"]
    let plan = try Command(
      ["plan"] + words + ["--format", "json"], in: folder.url)
    #expect(plan.status == 0, "\(plan.errors)")
    try folder.write(plan.output, to: "plan.json")
    for arguments in [["compare"] + words, ["check"] + words + ["plan.json"]] {
      let command = try Command(arguments, in: folder.url)
      #expect(command.status == 0, "\(command.errors)")
      #expect(command.output.hasPrefix("A-B-C · 3 factors · Jacobian 1 × 2\n"))
    }
    let shapes = try Command(
      ["check", "2", "3", "2", "plan.json"], in: folder.url)
    #expect(shapes.status == 65)
  }

  @Test func shapesStandBesideMatrices() throws {
    let folder = try Self.folder()
    let command = try run(folder, "plan", "A.npy", "5x3:banded(1,1)")
    #expect(command.status == 0, "\(command.errors)")
    #expect(command.output.hasPrefix("A-J2 · 2 factors · Jacobian 5 × 2"))
    // The diagonal is drawn, the matrix isn't.
    let drawn = try run(
      folder, "run", "A.npy", "3x3:identity", "--output", "J.npy", "--quiet")
    #expect(drawn.status == 0, "\(drawn.errors)")
    #expect(try folder.array("J.npy").values == [1, 2, 3, 4, 5, 6])
    let dimension = try run(folder, "plan", "A.npy", "3")
    #expect(dimension.status == 65)
    #expect(dimension.errors.contains("argument 2"))
    #expect(dimension.errors.contains("ROWSxCOLUMNS"))
  }

  /// The same file is the same factor, however it is spelled; other files of
  /// the same name are others.
  @Test func oneFileIsOneFactor() throws {
    let folder = try Scratch()
    try folder.write([2, 0, 0, 3], 2, 2, to: "S.npy")
    try FileManager.default.createDirectory(
      at: folder.url.appending(path: "other"),
      withIntermediateDirectories: true)
    try folder.write([1, 1, 0, 1], 2, 2, to: "other/S.npy")
    let power = try run(
      folder, "run", "S.npy", "./S.npy", folder("S.npy"), "S.npy", "--output",
      "J.npy")
    #expect(power.status == 0, "\(power.errors)")
    #expect(power.output.contains("4 factors (1 distinct)"))
    #expect(power.output.contains("cost      16 fma"))
    #expect(try folder.array("J.npy").values == [16, 0, 0, 81])
    let two = try run(
      folder, "run", "S.npy", "other/S.npy", "--output", "J.npy", "--format",
      "json")
    #expect(two.output.contains("\"S#2·S\""))
    #expect(try folder.array("J.npy").values == [2, 3, 0, 3])
  }

  @Test(
    arguments: [
      (["B.mtx", "A.npy"], 0, "", ""),
      (["C.NPY", "B.mtx"], 65, "B.mtx", "turn the list around"),
      (
        ["A.npy", "A.npy"], 65, "A.npy", "3 columns, the rows of A.npy (3 × 2)"
      ),
      (["A.npy", "4x4"], 65, "4x4", "3 columns, the rows of A.npy (3 × 2)"),
      (["A.npy", "none.npy"], 66, "none.npy", "No such file"),
      (["none.mtx"], 66, "none.mtx", "No such file"),
      (["folder.npy"], 66, "folder.npy", "a folder"),
      (["none.mtx.gz"], 66, "none.mtx.gz", "No such file"),
      (["none"], 66, "none", "a shape, or a file"),
      (["10x"], 66, "10x", "a shape, or a file"),
      (["1e3"], 66, "1e3", "a shape, or a file"),
      (["12abc"], 66, "12abc", "a shape, or a file"),
      (["60,4"], 66, "60,4", "did you mean 60 4?"),
      (["60-4-1"], 66, "60-4-1", "did you mean 60 4 1?"),
      (["60 4 1"], 66, "60 4 1", "did you mean 60 4 1?"),
      (["4×3", "5×4"], 66, "4×3", "did you mean 4x3?"),
      (["4X3"], 66, "4X3", "did you mean 4x3?"),
      (["60-4.json"], 66, "60-4.json", "check the path"),
      (
        ["lost.json"], 66, "lost.json: /factors/0/structure/sparse/file",
        "start at the folder of the problem"
      ),
      ([""], 66, "\"\"", "No such file"),
      (["3layers.json"], 0, "", ""),
      (["1000"], 65, "argument 2", "two dimensions"),
      (["./1000"], 0, "", ""),
      (["3layers.json", "4"], 65, "argument 1", "alone"),
      (["4", "3", "none"], 66, "none", "No such file"),
      (["4", "-"], 65, "argument 2", "alone"),
      (["@lists", "4"], 65, "argument 1", "alone"),
      (["@none"], 66, "none", "No such file"),
      (["4x4:diagnal"], 65, "argument 1", "did you mean \"diagonal\"?"),
      (["4x4", "4x4:diagnal"], 65, "argument 2", "\"diagonal\"?"),
      (
        ["99999999999999999999999999999999999999999", "4"], 65, "argument 1",
        "2^40"
      ),
      (["name with blanks.npy"], 0, "", ""),
      (["@lists"], 0, "", ""),
      (["@deep/lists"], 65, "deep/lists:2: ../A.npy", "outside"),
    ] as [([String], Int32, String, String)])
  func wordsAreShapesOrFiles(
    _ words: [String], _ status: Int32, _ place: String, _ fact: String
  ) throws {
    let folder = try Self.folder()
    for name in ["folder.npy", "deep"] {
      try FileManager.default.createDirectory(
        at: folder.url.appending(path: name),
        withIntermediateDirectories: true)
    }
    let chain = """
      {"format": "jacobian-chain/1", "factors": [{"rows": 2, "columns": 3}]}
      """
    try folder.write(chain, to: "3layers.json")
    try folder.write(chain, to: "1000")
    let lost = "\"columns\": 3, \"structure\": {\"sparse\": {\"file\": \"no\"}}"
    try folder.write(
      chain.replacingOccurrences(of: "\"columns\": 3", with: lost),
      to: "lost.json")
    try folder.write([1, 2], 1, 2, to: "name with blanks.npy")
    try folder.write("A.npy B.mtx # both\n\n3layers.json\n9 1 9\n", to: "lists")
    try folder.write([7], 1, 1, to: "deep/A.npy")
    try folder.write("A.npy 5x1\n../A.npy\n", to: "deep/lists")
    let command = try Command(["plan"] + words, in: folder.url)
    #expect(command.status == status, "\(command.errors)")
    if command.status != 0 {
      #expect(command.errors.hasPrefix("jchain: \(place): "))
      #expect(command.errors.contains(fact), "\(command.errors)")
      #expect(command.output.isEmpty)
    }
  }

  @Test func aPatternHasNoNumbersToMultiply() throws {
    let folder = try Scratch()
    try folder.write(
      "%%MatrixMarket matrix coordinate pattern general\n2 3 1\n1 1\n",
      to: "P.mtx")
    #expect(try run(folder, "plan", "P.mtx", "5x2").status == 0)
    let command = try run(folder, "run", "P.mtx", "5x2")
    #expect(command.status == 65)
    #expect(command.errors.contains("a pattern without values"))
  }

  @Test func listsMayLeaveTheirFolderWhenAllowed() throws {
    let folder = try Self.folder()
    try FileManager.default.createDirectory(
      at: folder.url.appending(path: "deep"),
      withIntermediateDirectories: true)
    try folder.write("../A.npy ../B.mtx\n", to: "deep/lists")
    let command = try run(
      folder, "plan", "@deep/lists", "--allow-outside-files")
    #expect(command.status == 0, "\(command.errors)")
    #expect(command.output.contains("B·A"))
  }
}
