import ChainBenchResults
import ChainBenchRunner
import Foundation
import JacobianChain
import Testing

/// However a run ends, the next one goes on from there.
@Suite struct ResumptionTests {
  private typealias Row = ChainBenchResults.Measurement

  private static let header = [
    ResultsFile.Header("suite", "example"),
    ResultsFile.Header("digest", "0123456789abcdef"),
    ResultsFile.Header("commit", "a, \"b\""),
    ResultsFile.Header("date", "2026-11-21T12:00:00Z"),
  ]

  /// Counts what is done again.
  private final class Counter {
    var tasks: [Int] = []
  }

  /// Tasks of one to three rows; `run` says which run measured.
  private static func tasks(_ run: Int, _ counter: Counter) -> [BenchTask] {
    (0..<7).map { task in
      let keys = (0...task % 3).map {
        Row.Key(
          name: "case \(task), \"quoted\"", contestant: "№ \($0)",
          quantity: "run seconds")
      }
      return BenchTask(keys: keys) { _ in
        counter.tasks.append(task)
        return keys.map {
          Row($0, samples: [Double(run), 0.1], note: "a\nb")
        }
      }
    }
  }

  @discardableResult
  private func run(
    _ number: Int, in folder: BenchFolder,
    header: [ResultsFile.Header] = header
  ) throws -> (log: ResultsLog, counter: Counter) {
    let counter = Counter()
    let log = try ResultsLog(
      folder: folder.path, name: "example", header: header)
    let tasks = Self.tasks(number, counter)
    var progress = Progress(suite: "example", total: 7, isShown: false)
    let outcome = try SuiteRun(tasks: tasks, log: log).run(&progress)
    #expect(outcome.rows == tasks.reduce(0) { $0 + $1.keys.count })
    #expect(outcome.failures.isEmpty && !outcome.wasInterrupted)
    return (log, counter)
  }

  private func file(_ folder: BenchFolder) throws -> ResultsFile {
    try ResultsFile(
      text: String(
        decoding: folder.read("example.csv"), as: UTF8.self))
  }

  /// Killed after any byte: the same rows in the same order, what was there
  /// kept as it was, and only what was missing done again.
  @Test func everyPrefixIsGoneOnWith() throws {
    let folder = try BenchFolder()
    try run(1, in: folder)
    let whole = try folder.read("example.csv")
    let all = try file(folder)
    for count in 0...whole.count {
      let part = whole.prefix(count)
      try folder.write(part, "example.csv")
      let kept =
        (try? ResultsFile(text: String(decoding: part, as: UTF8.self)))
        .map(\.measurements.count) ?? 0
      let (log, counter) = try run(2, in: folder)
      let found = try file(folder)
      #expect(log.kept == kept, "\(count) bytes")
      #expect(log.putAside == nil, "\(count) bytes")
      #expect(
        found.measurements.map(\.key) == all.measurements.map(\.key),
        "\(count) bytes")
      #expect(
        found.measurements.prefix(kept).map(\.line)
          == all.measurements.prefix(kept).map(\.line), "\(count) bytes")
      #expect(
        found.measurements.dropFirst(kept).allSatisfy { $0.high == 0.1 },
        "\(count) bytes")
      #expect(found.header == Self.header, "\(count) bytes")
      #expect(
        counter.tasks == Array((7 - counter.tasks.count)..<7),
        "\(count) bytes")
    }
    #expect(try folder.names == ["example.csv"])
  }

  @Test func nothingIsDoneTwice() throws {
    let folder = try BenchFolder()
    try run(1, in: folder)
    let whole = try folder.read("example.csv")
    let later = Self.header.dropLast() + [ResultsFile.Header("date", "later")]
    let (log, counter) = try run(2, in: folder, header: Array(later))
    #expect(counter.tasks.isEmpty)
    #expect(log.kept == 13)
    #expect(try folder.read("example.csv") == whole)
  }

  /// Another suite, commit or machine: the old file is kept under another
  /// name, as often as it happens.
  @Test(arguments: [0, 1, 2])
  func otherHeadersArePutAside(_ line: Int) throws {
    let folder = try BenchFolder()
    try run(1, in: folder)
    let first = try folder.read("example.csv")
    var other = Self.header
    other[line].value = "other"
    let (log, counter) = try run(2, in: folder, header: other)
    #expect(counter.tasks == Array(0..<7))
    #expect(log.putAside == "\(folder.path)/example.previous.csv")
    #expect(try folder.read("example.previous.csv") == first)
    let second = try folder.read("example.csv")
    try run(3, in: folder)
    #expect(try folder.read("example.previous.csv") == first)
    #expect(try folder.read("example.previous-2.csv") == second)
    #expect(try file(folder).header == Self.header)
  }

  /// A file that somebody has edited is not lost.
  @Test func strangeFilesArePutAside() throws {
    let folder = try BenchFolder()
    let strange = Data("# suite: example\nmy notes\n".utf8)
    try folder.write(strange, "example.csv")
    try run(1, in: folder)
    #expect(try folder.read("example.previous.csv") == strange)
  }

  /// Two runs don't write into one file.
  @Test func oneRunAtATime() throws {
    let folder = try BenchFolder()
    let log = try run(1, in: folder).log
    #expect(throws: (any Error).self) { try run(2, in: folder) }
    withExtendedLifetime(log) {}
  }

  /// A task that fails has rows that say why, and the others go on.
  @Test func failuresAreRows() throws {
    struct Failure: Error, CustomStringConvertible {
      let description = "no luck"
    }
    let folder = try BenchFolder()
    let keys = ["a", "b", "c"].map {
      Row.Key(name: $0, contestant: "optimum", quantity: "product fma")
    }
    let tasks = [
      BenchTask(keys: [keys[0]]) { _ in throw Failure() },
      BenchTask(keys: [keys[1]]) { _ in [Row(keys[1], samples: [1])] },
      BenchTask(keys: [keys[2]]) { _ in
        throw ChainError(
          .tooLarge, at: "/", expected: "less", found: "too much",
          advice: "ask for less")
      },
    ]
    let log = try ResultsLog(
      folder: folder.path, name: "example", header: Self.header)
    var progress = Progress(suite: "example", total: 3, isShown: false)
    let outcome = try SuiteRun(tasks: tasks, log: log).run(&progress)
    #expect(outcome.failures == ["a, optimum: no luck"])
    #expect(
      try file(folder).measurements.map(\.outcome) == [
        .wrong, .measured, .skipped,
      ])
  }
}
