import ChainFormats
import ChainRandom
import JacobianChain

/// A problem file, its name and its folder, and the condition under which it
/// is measured.
struct NamedProblem: Sendable {
  /// The file's name without its ending, and what tells the condition apart.
  private(set) var name: String
  /// The folder, "workloads", or the family; told apart likewise.
  private(set) var folder: String
  private let file: ProblemFile
  /// What plans are chosen for; fma under the problem's own limits at first.
  private(set) var condition = Condition(objective: .fma, label: "")

  /// The problem under its own limits: for what doesn't depend on them.
  var own: Problem { file.problem }

  /// The same problem under a condition.
  func under(_ condition: Condition) -> NamedProblem {
    var other = self
    other.name = condition.named(name)
    other.folder = condition.named(folder)
    other.condition = condition
    return other
  }

  /// The problem with the limits of the condition.
  ///
  /// - Throws: `ChainError` (`infeasible`) when a factor can't be had under
  ///   them.
  func problem() throws(ChainError) -> Problem {
    guard let limits = condition.limits else { return own }
    return try own.with(limits: limits)
  }

  /// The objective of the best plan, when the file states it for these limits.
  var known: UInt128? {
    guard condition.limits ?? own.limits == own.limits else {
      return nil
    }
    return file.known?.value(of: condition.objective)
  }

  /// A given dense chain.
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
          drawn: try family.problem(size, seed: seed), family.label)
      }
    }
  }

  private init(drawn problem: Problem, _ label: String) {
    name = problem.name
    folder = label
    file = ProblemFile(problem: problem)
  }

  /// A problem file, by its path from the root of the repository.
  init(file: String, in root: String) throws(ChainError) {
    let parts = file.split(separator: "/")
    name = String(parts[parts.count - 1].dropLast(5))
    folder = String(parts[parts.count - 2])
    self.file = try ProblemFile(
      parsing: Files.read("\(root)/\(file)"), file: file,
      directory: "\(root)/" + parts.dropLast().joined(separator: "/"))
  }
}

extension DrawnFamily {
  /// The problem of one size and seed, with the limits of a condition if there
  /// is one.
  package func problem(
    _ size: Int, seed: Int, under condition: Condition? = nil
  ) throws(ChainError) -> Problem {
    var settings = DrawSettings()
    settings.matrixFree = matrixFree
    settings.limits = condition?.limits ?? Limits()
    return try family.problem(
      factors: size, seed: UInt64(seed), settings: settings)
  }
}
