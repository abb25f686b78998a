import ChainFormats
import Foundation
import JacobianChain
import Testing

/// The tables of problems/README.md say what the files and their baselines say.
@Suite struct ProblemTableTests {
  /// A file, and the cells beside its name.
  private struct Row {
    let path: String
    let cells: [String]
  }

  private static func rows() throws -> [Row] {
    let text = try String(
      contentsOf: Command.root.appending(path: "problems/README.md"),
      encoding: .utf8)
    return text.components(separatedBy: "\n").compactMap { line in
      guard
        let match = line.wholeMatch(of: /\| \[[^\]]+\]\(([^)]+)\) \| (.*) \|/)
      else { return nil }
      return Row(
        path: "problems/\(match.1)",
        cells: match.2.components(separatedBy: " | "))
    }
  }

  private static func grouped(_ value: UInt128?) -> String {
    guard let value else { return "–" }
    var text = "\(value)"
    for place in stride(from: text.count - 3, to: 0, by: -3) {
      text.insert(" ", at: text.index(text.startIndex, offsetBy: place))
    }
    return text
  }

  /// `15 (1)` where factors repeat, `8` where there are several targets.
  private static func factors(_ problem: Problem) -> String {
    if let graph = problem.graph { return "\(graph.vertices.count)" }
    let word = problem.targets[0].count
    return problem.targets.count == 1 && word != problem.factors.count
      ? "\(word) (\(problem.factors.count))" : "\(problem.factors.count)"
  }

  private static func expectRatio(_ cell: String, _ ratio: Double, _ row: Row) {
    let decimals = cell.split(separator: ".").last?.count ?? 0
    let printed = Double(cell.dropLast()) ?? 0
    let unit = pow(0.1, Double(decimals - 1))
    #expect(abs(printed - ratio) <= 0.501 * unit, "\(row.path): \(ratio)")
  }

  @Test func everyRowIsTrue() throws {
    for row in try Self.rows() where !row.path.contains("machines/") {
      let file = try ProblemFile(
        path: Command.root.appending(path: row.path).path,
        allowOutsideFiles: false)
      let problem = file.problem
      let baselines = try Baselines(of: problem)
      let prices = Baseline.all(for: problem).map { baselines[$0]?.fma }
      let optimum = try #require(file.known?.fma, "\(row.path)")
      let shape = problem.shape(ofTarget: 0)
      let jacobian =
        problem.targetCount > 1
        ? "\(problem.targetCount)"
        : Self.grouped(UInt128(shape.rows)) + " × "
          + Self.grouped(UInt128(shape.columns))
      #expect(
        Array(row.cells[..<6])
          == [Self.factors(problem), jacobian]
          + (prices + [optimum]).map(Self.grouped), "\(row.path)")
      guard optimum > 0 else {
        #expect(row.cells[6] == "–", "\(row.path)")
        continue
      }
      let better = try #require(prices[..<2].compactMap { $0 }.min())
      Self.expectRatio(row.cells[6], Double(better) / Double(optimum), row)
    }
  }

  @Test func everyRowOfSeveralMachinesIsTrue() throws {
    var count = 0
    for row in try Self.rows() where row.path.contains("machines/") {
      let file = try ProblemFile(
        path: Command.root.appending(path: row.path).path,
        allowOutsideFiles: false)
      let machines = try #require(file.problem.limits.machines)
      #expect(row.cells[0] == "\(file.problem.factors.count)")
      #expect(row.cells[1] == "\(machines)")
      #expect(row.cells[4] == Self.grouped(file.known?.makespan))
      if let work = file.known?.fma {
        #expect(row.cells[2] == Self.grouped(work), "\(row.path)")
      }
      let scheduled = row.cells[3].replacing(" ", with: "")
      let makespan = try #require(file.known?.makespan)
      Self.expectRatio(
        row.cells[5], try #require(Double(scheduled)) / Double(makespan), row)
      count += 1
    }
    #expect(count > 10)
  }

  @Test func everyFileHasItsRow() throws {
    let root = Command.root.appending(path: "problems")
    let files = try #require(
      FileManager.default.enumerator(atPath: root.path)
    ).compactMap { $0 as? String }.filter { $0.hasSuffix(".json") }
    let named = try Self.rows().map(\.path)
    #expect(Set(named) == Set(files.map { "problems/\($0)" }))
    #expect(named.count == Set(named).count)
    let readme = try String(
      contentsOf: Command.root.appending(path: "README.md"), encoding: .utf8)
    #expect(
      readme.contains("holds \(named.count) problems with\nknown optimum"))
  }
}
