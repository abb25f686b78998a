import ChainBenchResults
import Foundation
import JacobianChain

/// A results file that is being written, a line at a time.
///
/// A file that an earlier run has left is gone on with when its header says
/// the same in every line but the date; otherwise it is put aside as
/// `NAME.previous.csv` (`NAME.previous-2.csv`, …), unless there is no row in it.
package final class ResultsLog {
  /// Where the file is.
  package let path: String
  /// What is known so far.
  package private(set) var known: BenchTask.Earlier = [:]
  /// How many rows were there already.
  package let kept: Int
  /// Where an older file was put; nil when there was none, or it is this one.
  package let putAside: String?
  private let handle: FileHandle

  /// The line of the header that may differ.
  private static let date = "date"

  /// Opens or creates `folder/name.csv`.
  ///
  /// - Throws: when the place can't be written, or another run writes there.
  package init(
    folder: String, name: String, header: [ResultsFile.Header]
  ) throws {
    path = "\(folder)/\(name).csv"
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true)
    var whole = FileManager.default.contents(atPath: path) ?? Data()
    // A kill leaves a last line without its end.
    whole.removeSubrange(
      (whole.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0)...)
    let earlier = try? ResultsFile(
      text: String(decoding: whole, as: UTF8.self))
    // Without a row even the header may have been cut.
    let goesOn =
      earlier.map {
        !$0.measurements.isEmpty && Self.same($0.header, header)
      } ?? false
    if let earlier, goesOn {
      putAside = nil
      kept = earlier.measurements.count
      for row in earlier.measurements { known[row.key] = row }
    } else {
      let isEmpty = earlier?.measurements.isEmpty ?? whole.isEmpty
      putAside = isEmpty ? nil : try Self.putAside(path)
      kept = 0
      whole = Data(ResultsFile(header: header).opening.utf8)
    }
    let descriptor = open(
      path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0, Self.lock(descriptor) else {
      throw ChainError(
        .missingFile, at: path, expected: "a file that this run may write",
        found: String(cString: strerror(errno)),
        advice: "choose another --results, or wait for the other run")
    }
    handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    if goesOn {
      try handle.truncate(atOffset: UInt64(whole.count))
    } else {
      try handle.truncate(atOffset: 0)
      try handle.write(contentsOf: whole)
    }
  }

  /// Writes a row at once.
  package func append(_ row: Measurement) throws {
    known[row.key] = row
    try handle.write(contentsOf: Data(row.line.utf8))
  }

  /// Keeps other runs out. A process that was just started may hold the file
  /// for a moment longer.
  private static func lock(_ descriptor: Int32) -> Bool {
    for _ in 0..<50 {
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
      usleep(20_000)
    }
    return false
  }

  private static func same(
    _ a: [ResultsFile.Header], _ b: [ResultsFile.Header]
  ) -> Bool {
    a.filter { $0.name != date } == b.filter { $0.name != date }
  }

  private static func putAside(_ path: String) throws -> String {
    let stem = String(path.dropLast(4))
    var number = 1
    while true {
      let place = "\(stem).previous\(number == 1 ? "" : "-\(number)").csv"
      guard FileManager.default.fileExists(atPath: place) else {
        try FileManager.default.moveItem(atPath: path, toPath: place)
        return place
      }
      number += 1
    }
  }
}
