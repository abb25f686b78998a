import ChainBenchResults
import ChainBenchRunner
import Foundation
import Testing

/// What becomes of peers that are right, wrong, broken or slow; shell scripts
/// stand for those in Python.
@Suite struct PeerTests {
  private typealias Row = ChainBenchResults.Measurement

  /// Asks "numpy multi_dot" for the order of one chain of three factors.
  private func row(kind: String, script: String) throws -> Row {
    let folder = try BenchFolder()
    try folder.write(
      Data("echo '{\"versions\": {\"numpy\": \"0\"}}' > \"$2\"\n".utf8),
      "versions.py")
    try folder.write(Data("\(script)\n".utf8), "ordering.py")
    let suite = try Suite(
      parsing: Array(
        """
        {"format": "jacobian-chain-suite/1", "kind": "\(kind)",
         "contestants": ["numpy multi_dot"], "secondsPerCall": 0.1,
         "seconds": 0.1, "families": [{"family": "uniform", "sizes": [3]}]}
        """.utf8), name: "s", file: "s.json", isSmoke: false)
    let tasks = try Stage(
      suite: suite, repository: Repository(path: BenchFolder.root),
      peers: Peers(folder: folder.path, python: "/bin/sh", chains: "none")
    ).tasks()
    return try tasks[0].run([:])[0]
  }

  private func answering(_ pairs: String) -> String {
    "echo '{\"orders\": [{\"seconds\": [0.5], \"pairs\": \(pairs)}]}' > \"$2\""
  }

  /// The cost is ours, whatever the peer believes.
  @Test func ordersArePriced() throws {
    let ratios = try ["[[1,0],[2,3]]", "[[2,1],[3,0]]"].map {
      try row(kind: "exactness", script: answering($0))
    }
    #expect(ratios.map(\.outcome) == [.measured, .measured])
    #expect(ratios.map(\.median).min() == 1)
    #expect(ratios.map(\.median).max()! > 1)
    let seconds = try row(
      kind: "ordering", script: answering("[[1,0],[2,3]]"))
    #expect(seconds.median == 0.5)
  }

  @Test(arguments: ["exactness", "ordering"])
  func nonsenseIsWrong(_ kind: String) throws {
    for pairs in ["[[0,1],[2,3]]", "[[1,0]]", "[[1,0],[2,9]]"] {
      let row = try row(kind: kind, script: answering(pairs))
      #expect(row.outcome == .wrong, "\(pairs)")
      #expect(row.median.isNaN && !row.note.isEmpty)
    }
  }

  @Test func brokenOnesAreSkipped() throws {
    let row = try row(
      kind: "ordering", script: "echo 'no luck' >&2; exit 1")
    #expect(row.outcome == .skipped)
    #expect(row.note == "no luck")
  }

  @Test func slowOnesAreStopped() throws {
    let row = try row(kind: "ordering", script: "exec sleep 60")
    #expect(row.outcome == .skipped)
    #expect(row.note.hasPrefix("stopped after"))
  }

  @Test func absentOnesAreSkipped() throws {
    let peers = Peers.none
    #expect(peers.complaints.count == 2)
  }
}
