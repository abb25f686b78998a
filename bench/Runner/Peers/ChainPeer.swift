import ChainSystem
import Foundation
import JacobianChain

/// The interval recurrence in C++, as a process:
/// `bench/peers/matrix-chain.cpp`.
enum ChainPeer: String, CaseIterable {
  case twoTables = "C++ two tables"
  case rows = "C++ rows"

  private var argument: String {
    switch self {
    case .twoTables: "two-table"
    case .rows: "rows"
    }
  }

  /// The optimum of a dense chain, and the seconds it took without reading.
  ///
  /// - Parameter seconds: after these the process ends itself, even when this
  ///   one is gone.
  /// - Throws: `PeerFailure`; `Interruption` after Ctrl-C.
  func solve(
    _ problem: Problem, _ peers: Peers, seconds: Double
  ) throws -> (fma: UInt128, seconds: Double) {
    guard let program = peers.chains else { throw PeerFailure("not built") }
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = [argument, "\(Int(seconds.rounded(.up)))"]
    let (input, output) = (Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    let dimensions = [problem.factors[0].columns] + problem.factors.map(\.rows)
    let text = dimensions.map(String.init).joined(separator: " ")
    try input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
    try input.fileHandleForWriting.close()
    let answer = String(
      decoding: output.fileHandleForReading.readDataToEndOfFile(),
      as: UTF8.self)
    process.waitUntilExit()
    try Interruption.check()
    let words = answer.split(whereSeparator: \.isWhitespace)
    guard words.count == 2, let fma = UInt128(words[0]),
      let taken = Double(words[1])
    else {
      throw PeerFailure(
        process.terminationReason == .uncaughtSignal
          ? "stopped after \(Int(seconds.rounded(.up))) s"
          : "no answer, status \(process.terminationStatus)")
    }
    return (fma, taken)
  }
}
