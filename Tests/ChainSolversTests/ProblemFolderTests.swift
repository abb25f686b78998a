import ChainCatalog
import ChainFormats
import ChainSolvers
import ChainTestSupport
import Foundation
import JacobianChain
import Testing

/// Every file of `problems/`: it reads, it is solved, it says the truth.
@Suite struct ProblemFolder {
  static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "problems")

  static let files: [URL] = {
    let all = FileManager.default.enumerator(
      at: root, includingPropertiesForKeys: nil)
    return (all?.compactMap { $0 as? URL } ?? [])
      .filter { $0.pathExtension == "json" }
      .sorted { $0.path < $1.path }
  }()

  static func read(_ url: URL) throws -> ProblemFile {
    try ProblemFile(
      parsing: Files.read(url.path), file: url.lastPathComponent,
      directory: url.deletingLastPathComponent().path)
  }

  @Test func allFoldersAreThere() {
    let folders = Set(
      Self.files.map { $0.deletingLastPathComponent().lastPathComponent })
    #expect(
      folders.isSuperset(of: [
        "seeds", "workloads", "papers", "structured", "targets", "tied",
        "budgets", "machines", "graphs",
      ]))
    #expect(Self.files.count > 50)
  }

  @Test(arguments: files)
  func knownOptimumIsProven(_ url: URL) throws {
    let file = try Self.read(url)
    let known = try #require(file.known?.fma, "no known optimum")
    #expect(file.known?.source?.isEmpty == false)
    #expect(!file.problem.source.isEmpty)
    #expect(file.problem.name == url.deletingPathExtension().lastPathComponent)
    let choice = try Catalog.choose(for: file.problem)
    let solution = try choice.solver.solve(file.problem)
    let price = try solution.plan.priced(for: file.problem)
    // Not every order of a graph is looked at.
    if solution.status == .stopped(.heuristic), file.problem.graph != nil {
      #expect(price.fma >= known && solution.lowerBound <= known)
      return
    }
    #expect(price.fma == known)
    #expect(solution.lowerBound == known && solution.status == .optimal)
  }

  /// Not only the one that is chosen: whoever supports the file. The chains
  /// of `workloads` are too long for those that enumerate or branch.
  @Test(
    arguments: Catalog.solvers.map(\.name),
    files.filter { !$0.path.contains("/workloads/") })
  func everySolverThatSupportsItProvesIt(_ name: String, _ url: URL) throws {
    let file = try Self.read(url)
    let solver = try Catalog.solver(named: name)
    guard solver.support(for: file.problem, objective: .fma) == .exact,
      name != "exhaustive" || file.problem.factors.count <= 4
    else { return }
    let isLong =
      name == "integer-program"
      && Self.longWords.contains(url.deletingPathExtension().lastPathComponent)
    let solution = try solver.solve(
      file.problem, objective: .fma,
      control: isLong ? stopping(after: 20) : .unlimited)
    let price = try solution.plan.priced(for: file.problem)
    let known = try #require(file.known?.fma)
    if isLong {
      #expect(solution.lowerBound <= known && known <= price.fma)
      return
    }
    #expect(price.fma == known)
    #expect(solution.lowerBound == price.fma && solution.status == .optimal)
  }

  /// Repeated words whose relaxations are weak: an oracle in theory.
  private static let longWords = [
    "period-2-length-32", "power-63", "recurrence-100", "through-time-12",
  ]

  @Test(arguments: files)
  func writtenAndReadAgainItIsTheSame(_ url: URL) throws {
    let file = try Self.read(url)
    let again = try ProblemFile(
      parsing: file.json().serializedBytes(), file: "again",
      directory: url.deletingLastPathComponent().path)
    #expect(again.problem == file.problem)
    #expect(again.known == file.known)
  }

  static let scheduled = files.filter { $0.path.contains("/machines/") }

  @Test(arguments: scheduled)
  func knownMakespanIsProven(_ url: URL) throws {
    let file = try Self.read(url)
    let known = try #require(file.known?.makespan, "no known makespan")
    let choice = try Catalog.choose(for: file.problem, objective: .makespan)
    let solution = try choice.solver.solve(
      file.problem, objective: .makespan, control: .unlimited)
    let plan = try solution.plan.priced(for: file.problem)
    let schedule = try #require(solution.schedule)
      .checked(for: plan, on: file.problem.limits.machines)
    #expect(schedule.makespan == known)
    #expect(solution.lowerBound == known && solution.status == .optimal)
  }

  /// A plan that never holds a dense n × n value where structure doesn't need
  /// one: the stored entries stay far below n².
  @Test(arguments: [
    ("w04-burgers-sensors", 1_100_000), ("w05-tridiagonal-15", 150_000),
  ])
  func structureIsKept(_ name: String, _ entries: UInt128) throws {
    let url = Self.root.appending(path: "workloads/\(name).json")
    let problem = try Self.read(url).problem
    let solver = try Catalog.choose(for: problem).solver
    let plan = try solver.solve(problem).plan.priced(for: problem)
    // The Jacobian of the first is a dense 1000 × 1000 by itself.
    #expect(plan.peakEntries < entries)
  }
}
