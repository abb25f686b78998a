import ChainFormats
import Foundation
import Testing

/// What goes into which file, and what can't.
@Suite struct OutputTests {
  private static let shapes = ["4", "3", "2"]

  /// A folder with a chain, a plan of it and a folder.
  private static func folder() throws -> Scratch {
    let folder = try Scratch()
    try folder.write(
      """
      {"format": "jacobian-chain/1", "factors": [
        {"rows": 1, "columns": 2, "data": "d.npy",
         "structure": {"sparse": {"file": "p.mtx"}}}]}
      """, to: "chain.json")
    try folder.write([1, 0], 1, 2, to: "d.npy")
    try folder.write(
      "%%MatrixMarket matrix coordinate pattern general\n1 2 1\n1 1\n",
      to: "p.mtx")
    try FileManager.default.createDirectory(
      at: folder.url.appending(path: "there"),
      withIntermediateDirectories: true)
    return folder
  }

  /// Both sides of the contradiction are named.
  @Test(arguments: [
    ["plan", "4", "3", "--format", "json", "--output", "r.html"],
    ["plan", "4", "3", "--format", "json", "--output", "r.HTML"],
    ["plan", "4", "3", "--format", "html", "--output", "r.txt"],
    ["run", "4", "3", "--format", "text", "--output", "r.Json"],
    [
      "plan", "4", "3", "--format", "dot", "--output", "r.gv", "--output",
      "r.md",
    ],
    ["plan", "4", "3", "--format", "text", "--output", "r.lp"],
    ["compare", "4", "3", "--format", "text", "--output", "r.json"],
    ["compare", "4", "3", "--format", "json", "--output", "r.html"],
    ["solvers", "--format", "markdown", "--output", "r.txt"],
    ["check", "chain.json", "p", "--format", "json", "--output", "r.dot"],
    ["plan", "4", "3", "--format", "swift", "--output", "p.py"],
    ["plan", "4", "3", "--format", "jax", "--output", "p.swift"],
    ["compare", "4", "3", "--format", "text", "--output", "p.py"],
  ])
  func contradictionsAreRefused(_ arguments: [String]) throws {
    let folder = try Self.folder()
    let before = folder.names
    let command = try Command(arguments, in: folder.url)
    #expect(command.status == 64)
    #expect(command.output.isEmpty && folder.names == before)
    let format = try #require(arguments.firstIndex(of: "--format"))
    #expect(
      command.errors.contains(
        "--format \(arguments[format + 1]) and --output \(arguments.last!)"),
      "\(command.errors)")
  }

  /// What the name of a file can't be, and the word that says why.
  @Test(
    arguments: [
      (["plan", "4", "3", "--output", "J.NPY"], "only `jchain run`"),
      (["plan", "4", "3", "--output", "new/"], "only `jchain run`"),
      (["check", "chain.json", "p", "--output", "J.mtx"], "only `jchain run`"),
      (["plan", "4", "3", "--output", "report"], "--format"),
      (["plan", "4", "3", "--output", "json"], "--format"),
      (["run", "4", "3", "--output", "r.pdf"], "--format"),
      (["plan", "4", "3", "--output", "x.lp"], "--write-lp"),
      (
        ["plan", "4", "3", "--output", "-", "--format", "json"],
        "standard output"
      ),
      (["run", "4", "3", "--output", "J.mtx.gz"], ".npy or .mtx"),
      (["plan", "4", "3", "--write-lp", "x.html"], "a report as HTML"),
      (["plan", "4", "3", "--write-lp", "x.py"], "a program in Python"),
      (["run", "4", "3", "--output", "p.swift"], "`jchain plan` writes"),
      (["run", "4", "3", "--format", "numpy"], "`jchain plan` writes"),
      (["plan", "4", "3", "--write-lp", "x.npy"], "a matrix"),
      (["compare", "4", "3", "--output", "t.dot"], "tables end in"),
      (["compare", "4", "3", "--output", "t.npy"], "tables end in"),
      (["compare", "4", "3", "--output", "t"], "tables end in"),
      (["generate", "uniform", "--output", "c.html"], "a problem file"),
      (["generate", "uniform", "--output", "c.npy"], "a problem file"),
    ] as [([String], String)])
  func namesThatStandForNothingHere(
    _ arguments: [String], _ fact: String
  ) throws {
    let folder = try Self.folder()
    let before = folder.names
    let command = try Command(arguments, in: folder.url)
    #expect(command.status == 64)
    #expect(command.output.isEmpty && folder.names == before)
    #expect(command.errors.contains(fact), "\(command.errors)")
  }

  /// No file is written twice, or over what is read.
  @Test(arguments: [
    ["plan", "4", "3", "--output", "a.json", "--output", "./a.json"],
    [
      "plan", "4", "3", "--format", "json", "--output", "a", "--write-lp", "a",
    ],
    ["plan", "chain.json", "--output", "chain.json"],
    ["plan", "chain.json", "--output", "link.json"],
    ["compare", "chain.json", "--output", "there/../chain.json"],
    ["check", "chain.json", "plan.json", "--output", "plan.json"],
    ["run", "d.npy", "--output", "d.npy"],
    ["run", "chain.json", "--output", "d.npy"],
    ["run", "chain.json", "--output", "p.mtx"],
    ["run", "chain.json", "--output", "J.npy", "--output", "J.npy"],
    ["run", "chain.json", "--output", "new/", "--output", "new"],
    ["generate", "jcdp", "--config", "config", "--output", "config"],
  ])
  func oneFileHasOneRole(_ arguments: [String]) throws {
    let folder = try Self.folder()
    try FileManager.default.createSymbolicLink(
      atPath: folder("link.json"), withDestinationPath: "chain.json")
    try folder.write(
      Command("plan", folder("chain.json"), "--format", "json").output,
      to: "plan.json")
    try folder.write("length 3\n", to: "config")
    let before = try folder.contents()
    let command = try Command(arguments, in: folder.url)
    #expect(command.status == 64, "\(command.errors)")
    #expect(try folder.contents() == before)
  }

  /// Endings are read in any case, and say what goes into the file.
  @Test(arguments: [
    ("r.HTML", "<!DOCTYPE html>"), ("r.Htm", "<!DOCTYPE html>"),
    ("r.JSON", "{"), ("r.MD", "#"), ("r.Markdown", "#"), ("r.GV", "digraph"),
    ("r.TXT", "4-3-2"), ("J.NPY", "\u{93}NUMPY"), ("J.Npy", "\u{93}NUMPY"),
    ("J.MTX", "%%MatrixMarket"),
  ])
  func endingsAreReadInAnyCase(_ name: String, _ start: String) throws {
    let folder = try Self.folder()
    let command = try Command(
      ["run"] + Self.shapes + ["--output", name, "--quiet"], in: folder.url)
    #expect(command.status == 0, "\(command.errors)")
    let bytes = try Data(contentsOf: folder.url.appending(path: name))
    let expected = start.unicodeScalars.map { UInt8($0.value) }
    #expect(Array(bytes.prefix(expected.count)) == expected)
  }

  /// A Jacobian has a file of its own, so that the report's form is free.
  @Test func aReportBesideAJacobian() throws {
    let folder = try Self.folder()
    let command = try Command(
      ["run"] + Self.shapes + ["--format", "json", "--output", "J.NPY"],
      in: folder.url)
    #expect(command.status == 0, "\(command.errors)")
    #expect(try command.json["run"] != nil)
    #expect(try folder.array("J.NPY").values.count == 8)
  }

  @Test func tablesTakeTheirFormFromTheName() throws {
    let folder = try Self.folder()
    for (name, start) in [
      ("t.md", "| hu-shing |"), ("t.JSON", "{\n"), ("t.txt", "hu-shing"),
    ] {
      let command = try Command(["solvers", "--output", name], in: folder.url)
      #expect(command.status == 0, "\(command.errors)")
      #expect(try folder.text(name).contains(start), "\(name)")
    }
    let table = try Command(
      ["compare", "4", "3", "2", "--output", "c.md"], in: folder.url)
    #expect(table.status == 0 && table.output.isEmpty)
    #expect(try folder.text("c.md").contains("| hu-shing |"))
  }

  /// Known before the work is done, and called by its name.
  @Test(
    arguments: [
      (["plan", "4", "3", "--output", "there"], "a folder"),
      (["compare", "4", "3", "--output", "there"], "a folder"),
      (["generate", "uniform", "--output", "there"], "a folder"),
      (["plan", "4", "3", "--write-lp", "there"], "a folder"),
      (["plan", "4", "3", "--output", "no/r.html"], "no folder no"),
      (["run", "4", "3", "--output", "no/J.npy"], "no folder no"),
      (["run", "4", "3", "--output", "no/new/"], "no folder no"),
      (["run", "4", "3", "--output", "d.npy/J.npy"], "a file where d.npy"),
      (["run", "4", "3", "--output", "d.npy/"], "a file of that name"),
      (["run", "4", "3", "--output", "d.npy/new/"], "a file where d.npy"),
      (["run", "4", "3", "--output", "J.npy"], "a folder"),
      (["run", "4", "3", "--output", "r.html"], "a folder"),
      (
        ["run", "4", "3", "--format", "html", "--output", "r.html"], "a folder"
      ),
      (["plan", "4", "3", "--output", "r.html"], "a folder"),
      (
        ["plan", "4", "3", "--format", "html", "--output", "there"],
        "a folder"
      ),
      (["plan", "4", "3", "--output", "d.npy/r.html"], "a file where d.npy"),
      (["plan", "4", "3", "--write-lp", "x.lp/"], "the name of a folder"),
      (["plan", "4", "3", "--write-lp", "d.npy/x.lp"], "a file where d.npy"),
      (["compare", "4", "3", "--output", "r.html"], "a folder"),
      (["check", "4", "3", "p", "--output", "r.html"], "a folder"),
      (["calibrate", "--output", "there"], "a folder"),
      (["calibrate", "--output", "d.npy/p.json"], "a file where d.npy"),
      (
        // A million factors would take seconds to draw.
        [
          "generate", "uniform", "--factors", "1000000", "--output",
          "d.npy/c.json",
        ], "a file where d.npy"
      ),
      (["solvers", "--output", "no/s.md"], "no folder no"),
    ] as [([String], String)])
  func placesThatCanNotBeWritten(
    _ arguments: [String], _ fact: String
  ) throws {
    let folder = try Self.folder()
    for name in ["J.npy", "r.html"] {
      try FileManager.default.createDirectory(
        at: folder.url.appending(path: name), withIntermediateDirectories: true)
    }
    let before = folder.names
    let command = try Command(arguments, in: folder.url)
    #expect(command.status == 74, "\(command.errors)")
    #expect(command.errors.contains(fact), "\(command.errors)")
    #expect(command.output.isEmpty && folder.names == before)
    for name in ["J.npy", "r.html", "there"] {
      let inside = try FileManager.default.contentsOfDirectory(
        atPath: folder(name))
      #expect(inside.isEmpty, "\(inside) in \(name)")
    }
  }

  /// A folder whose name has no ending takes Jacobians without a slash, too.
  @Test(arguments: ["there", "there/", "J.npy/"])
  func foldersTakeJacobians(_ name: String) throws {
    let folder = try Self.folder()
    let command = try Command(
      ["run", "4", "3", "--quiet", "--output", name], in: folder.url)
    #expect(command.status == 0, "\(command.errors)")
    #expect(try folder.array("\(name)/target-1.npy").values.count == 12)
  }

  /// What is named to be read is no folder, and lies in one.
  @Test(arguments: ["there", "d.npy/p.json", "no.json"])
  func profilesThatCanNotBeRead(_ name: String) throws {
    let folder = try Self.folder()
    let command = try Command(
      ["plan", "4", "3", "--objective", "time", "--profile", name],
      in: folder.url)
    #expect(command.status == 66 && command.output.isEmpty)
    #expect(command.errors.contains("jchain: \(name)"))
  }
}

extension Scratch {
  /// Every file's bytes.
  fileprivate func contents() throws -> [String: Data?] {
    Dictionary(
      uniqueKeysWithValues: names.map {
        ($0, try? Data(contentsOf: url.appending(path: $0)))
      })
  }
}
