import ChainFormats
import ChainRandom
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
  /// name, each once; its chains; what its families draw. Only the last part of a pattern may hold one `*`.
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
    return try files.map { try NamedProblem(file: $0, in: path) }
      + suite.chains.map(NamedProblem.init)
      + suite.families.flatMap(NamedProblem.drawn)
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

/// A problem file, its name and its folder.
struct NamedProblem: Sendable {
  /// The file's name without its ending.
  let name: String
  /// The folder: "workloads".
  let folder: String
  /// The problem and its known optimum.
  let file: ProblemFile

  var problem: Problem { file.problem }
  /// The price of the best plan, when the file states it.
  var known: UInt128? { file.known?.fma }

  init(_ chain: DenseChain) throws(ChainError) {
    name = chain.label
    folder = "dense"
    let pairs = zip(chain.dimensions, chain.dimensions.dropFirst())
    file = ProblemFile(
      problem: try Problem(
        name: chain.label,
        factors: pairs.enumerated().map {
          Factor(name: "J\($0 + 1)", rows: $1.1, columns: $1.0)
        }))
  }

  /// Every size with every seed.
  static func drawn(_ family: DrawnFamily) throws -> [NamedProblem] {
    try family.sizes.flatMap { size in
      try (1...family.seeds).map { seed in
        NamedProblem(
          drawn: try family.family.problem(factors: size, seed: UInt64(seed)),
          family.label)
      }
    }
  }

  private init(drawn problem: Problem, _ label: String) {
    name = problem.name
    folder = label
    file = ProblemFile(problem: problem)
  }

  init(file: String, in root: String) throws(ChainError) {
    let parts = file.split(separator: "/")
    name = String(parts[parts.count - 1].dropLast(5))
    folder = String(parts[parts.count - 2])
    self.file = try ProblemFile(
      parsing: Files.read("\(root)/\(file)"), file: file,
      directory: "\(root)/" + parts.dropLast().joined(separator: "/"))
  }
}
