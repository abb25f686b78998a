import CJacobianChain
import ChainCatalog
import ChainFormats
import ChainReports
import ChainSolvers
import Foundation
import JChainHeader
import JacobianChain
import Testing

/// What C gets is what Swift has. The programs in `Programs` ask for the rest,
/// from the library that is shipped.
@Suite struct SolvedTests {
  private static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  private static let files: [URL] = {
    let all = FileManager.default.enumerator(
      at: root.appending(path: "problems"), includingPropertiesForKeys: nil)
    return (all?.compactMap { $0 as? URL } ?? [])
      .filter { $0.pathExtension == "json" && !$0.path.contains("workloads") }
      .sorted { $0.path < $1.path }
  }()

  @Test func thereAreProblems() { #expect(Self.files.count > 50) }

  @Test(arguments: files)
  func theReportIsTheSame(_ url: URL) throws {
    let bytes = try Files.read(url.path)
    let solved = try Solved(bytes, options: ["file": url.path])
    #expect(solved.status == JC_DONE)
    let problem = try ProblemFile(path: url.path, allowOutsideFiles: false)
      .problem
    let report = try Report(
      JacobianChain.Solved(problem, by: Catalog.choose(for: problem))
        .compared())
    #expect(
      withoutSeconds(solved.json)
        == withoutSeconds(report.rendered(as: .json)))
    #expect(
      solved.text(columns: 100).count { $0 == "\n" }
        == report.text(columns: 100).count { $0 == "\n" })
    // No terminal is wider.
    #expect(solved.text(columns: .max) == solved.text(columns: 1000))
    #expect(solved.html.hasPrefix("<!DOCTYPE html>"))
    let fma = solved.steps.map(\.fma).reduce(0, +)
    #expect(fma == UInt64(report.solved.plan.fma))
  }

  @Test func stepsSayWhatTheyTake() throws {
    let solved = try Solved(
      Array(
        """
        {"format": "jacobian-chain/1", "factors": [
          {"name": "f", "rows": 2, "columns": 9, "tangent": 5, "adjoint": 7},
          {"name": "g", "rows": 9, "columns": 2, "tangent": 5, "adjoint": 7}]}
        """.utf8))
    let steps = solved.steps
    #expect(steps.map { Int($0.kind) } == [JC_ACCUMULATE, JC_ELIMINATE])
    #expect(steps.map { Int($0.mode) } == [JC_ADJOINT, JC_TANGENT])
    #expect(steps.map(\.factor) == [0, 1])
    #expect(steps.map(\.operand_count) == [0, 1])
    #expect(steps.map(\.evaluations) == [2, 9])
    #expect(steps.map(\.fma) == [14, 45])
    #expect(steps[0].operands == nil)
    #expect(solved.targets == [1])
  }

  @Test func limitsOfTheProblemGiveWayToOptions() throws {
    let text = Array(
      """
      {"format": "jacobian-chain/1", "limits": {"tapePerStep": 4}, "factors": [
        {"name": "f", "rows": 2, "columns": 9, "adjoint": 7, "tape": 5}]}
      """.utf8)
    #expect(throws: Solved.Refused.self) { try Solved(text) }
    #expect(try Solved(text, options: ["tapeLimit": 5]).status == JC_DONE)
  }

  /// A report's own seconds differ from run to run.
  private func withoutSeconds(_ text: String) -> String {
    text.split(separator: "\n").filter { !$0.contains("\"seconds\": {") }
      .joined(separator: "\n")
  }
}

/// A result of the library, as a client in Swift would hold it.
private final class Solved {
  struct Refused: Error { let status: Int }

  let status: Int
  private let handle: OpaquePointer

  init(_ problem: [UInt8], options: [String: Any] = [:]) throws {
    var made: OpaquePointer?
    let words = try JSONSerialization.data(withJSONObject: options)
    let code = problem.withUnsafeBytes { problem in
      words.withUnsafeBytes { words in
        jc_solve(
          problem.baseAddress?.assumingMemoryBound(to: CChar.self),
          problem.count, nil,
          words.baseAddress?.assumingMemoryBound(to: CChar.self), words.count,
          nil, nil, &made)
      }
    }
    guard let made else { throw Refused(status: Int(code)) }
    (status, handle) = (Int(code), made)
  }

  deinit { jc_solved_free(handle) }

  var json: String { String(cString: jc_solved_json(handle, nil)) }
  var html: String { String(cString: jc_solved_html(handle, nil)) }

  func text(columns: Int32) -> String {
    String(cString: jc_solved_text(handle, columns, nil))
  }

  var steps: [jc_step] {
    var count = 0
    let start = jc_solved_steps(handle, &count)
    return Array(UnsafeBufferPointer(start: start, count: count))
  }

  var targets: [Int64] {
    var count = 0
    let start = jc_solved_targets(handle, &count)
    return Array(UnsafeBufferPointer(start: start, count: count))
  }
}
