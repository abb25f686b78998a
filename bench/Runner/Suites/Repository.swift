import ChainFormats
import Foundation
import JacobianChain

/// A copy of the repository: where suites and problems are.
package struct Repository: Sendable {
  /// The folder with `problems` and `bench` in it.
  package let path: String

  /// The repository that a folder belongs to.
  package init(path: String) { self.path = path }

  /// The names of all suites, in alphabetical order.
  package func suiteNames() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: "\(path)/bench/suites")
      .filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }.sorted()
  }

  /// Reads a suite.
  ///
  /// - Throws: `ChainError` that lists the suites there are, or with the place
  ///   in the file.
  package func suite(_ name: String, isSmoke: Bool) throws -> Suite {
    let names = try suiteNames()
    guard names.contains(name) else {
      throw ChainError(
        .missingFile, at: "--suite",
        expected: "one of " + names.joined(separator: ", "),
        found: "\"\(name)\"",
        advice: Spelling.suggestion(for: name, among: names)
          ?? "choose one, or add bench/suites/\(name).json")
    }
    let file = "bench/suites/\(name).json"
    return try Suite(
      parsing: Files.read("\(path)/\(file)"), name: name, file: file,
      isSmoke: isSmoke)
  }

  /// The problem files of a suite, in the order of its patterns and then by
  /// name, each once; its chains; what its families draw: each under every
  /// condition. Only the last part of a pattern may hold one `*`.
  ///
  /// - Throws: `ChainError` for a pattern that matches nothing.
  func problems(of suite: Suite) throws -> [NamedProblem] {
    var files: [String] = []
    for (index, pattern) in suite.problems.enumerated() {
      let found = try matches(pattern)
      guard !found.isEmpty else {
        throw ChainError(
          .missingFile,
          at: "bench/suites/\(suite.name).json: /problems/\(index)",
          expected: "a pattern of problem files", found: "\"\(pattern)\"",
          advice: "write one like \"problems/workloads/*.json\"")
      }
      files += found.filter { !files.contains($0) }
    }
    let conditions = suite.conditions()
    let given =
      try files.map { try NamedProblem(file: $0, in: path) }
      + suite.chains.map(NamedProblem.init)
    return given.flatMap { problem in conditions.map(problem.under) }
      + (try suite.families.flatMap { family in
        let conditions = suite.conditions(machines: family.machines)
        return try NamedProblem.drawn(family).flatMap { problem in
          conditions.map(problem.under)
        }
      })
  }

  private func matches(_ pattern: String) throws -> [String] {
    let parts = pattern.split(separator: "/")
    let folder = parts.dropLast().joined(separator: "/")
    guard let last = parts.last, Files.isFolder("\(path)/\(folder)") else {
      return []
    }
    let ends = last.split(
      separator: "*", maxSplits: 1, omittingEmptySubsequences: false)
    let names = try FileManager.default.contentsOfDirectory(
      atPath: "\(path)/\(folder)")
    return names.filter { name in
      guard ends.count == 2 else { return name == last }
      return name.count >= ends[0].count + ends[1].count
        && name.hasPrefix(ends[0]) && name.hasSuffix(ends[1])
    }.sorted().map { "\(folder)/\($0)" }
  }
}
