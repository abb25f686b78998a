import ChainFormats
import ChainSystem
import Foundation
import JacobianChain

/// One question to a Python script: JSON in a file, JSON in a file back. The
/// protocol is in `bench/peers/protocol.py`.
struct PeerProcess {
  let program: String
  let script: String

  /// Runs the script, on one thread like our own contestants.
  ///
  /// - Parameter seconds: after these it is killed.
  /// - Throws: `PeerFailure`; `Interruption` after Ctrl-C.
  func ask(_ request: JSONValue, seconds: Double) throws -> JSONObject {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "jchain-bench-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let question = folder.appending(path: "request.json")
    let answer = folder.appending(path: "answer.json")
    let complaints = folder.appending(path: "errors.txt")
    try Data(request.serializedBytes(pretty: false)).write(to: question)
    try Data().write(to: complaints)
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = [script, question.path, answer.path]
    var variables = ProcessInfo.processInfo.environment
    for name in ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"] {
      variables[name] = "1"
    }
    process.environment = variables
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = try FileHandle(forWritingTo: complaints)
    try finish(process, seconds)
    guard process.terminationStatus == 0,
      let bytes = FileManager.default.contents(atPath: answer.path)
    else {
      let lines = try String(contentsOf: complaints, encoding: .utf8)
        .split(separator: "\n")
      throw PeerFailure(lines.last.map(String.init) ?? "no answer")
    }
    return try JSONObject(
      JSONValue(parsing: Array(bytes), file: answer.path),
      at: .root(file: answer.path), allowed: nil)
  }

  private func finish(_ process: Process, _ seconds: Double) throws {
    let ended = DispatchSemaphore(value: 0)
    process.terminationHandler = { _ in ended.signal() }
    try process.run()
    let end = ContinuousClock.now + .seconds(seconds)
    while ended.wait(timeout: .now() + .milliseconds(20)) == .timedOut {
      if ContinuousClock.now < end, !Interruption.isRequested { continue }
      kill(process.processIdentifier, SIGKILL)
      ended.wait()
      try Interruption.check()
      throw PeerFailure("stopped after \(Int(seconds.rounded())) s")
    }
    try Interruption.check()
  }
}

extension JSONObject {
  /// Seconds that a peer has measured.
  func samples(_ key: String = "seconds") throws(ChainError) -> [Double] {
    let list = try required(key, "samples", advice: "correct the peer")
      .elements(at: path(key), "samples", advice: "correct the peer")
    var samples: [Double] = []
    for (index, value) in list.enumerated() {
      switch value {
      case .real(let number): samples.append(number)
      case .integer(let number): samples.append(Double(number))
      case .null, .bool, .string, .array, .object:
        throw JSONPath.index(path(key), index).mismatch(
          "a number", value, advice: "correct the peer")
      }
    }
    return samples
  }
}
