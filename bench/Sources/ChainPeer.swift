import Foundation

/// The same recurrence in C++, as a process: `bench/peers/matrix-chain.cpp`.
struct ChainPeer {
  enum Method: String, CaseIterable {
    case twoTables = "two-table"
    case rows
  }

  let executable: URL

  /// The peer at `path`; nil, with a line on standard error, when it isn't
  /// there.
  init?(path: String) {
    guard FileManager.default.isExecutableFile(atPath: path) else {
      FileHandle.standardError.write(
        Data("skipped: no C++ peer at \(path) (make bench builds it)\n".utf8))
      return nil
    }
    executable = URL(filePath: path)
  }

  /// The optimum of a dense chain, and the seconds it took without reading.
  func solve(
    _ dimensions: [Int], _ method: Method
  ) throws -> (fma: UInt128, seconds: Double) {
    let process = Process()
    process.executableURL = executable
    process.arguments = [method.rawValue]
    let (input, output) = (Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    let text = dimensions.map(String.init).joined(separator: " ")
    try input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
    try input.fileHandleForWriting.close()
    let answer = String(
      decoding: output.fileHandleForReading.readDataToEndOfFile(),
      as: UTF8.self)
    process.waitUntilExit()
    let words = answer.split(whereSeparator: \.isWhitespace)
    guard words.count == 2, let fma = UInt128(words[0]),
      let seconds = Double(words[1])
    else { throw Malformed(answer: answer) }
    return (fma, seconds)
  }

  struct Malformed: Error { let answer: String }
}
