import Foundation
import JacobianChain

/// Instances with published or proven optima, kept outside of the package.
///
/// They are looked for in the folder that the environment variable JCHAIN_DATA
/// names, else in `../shared/data` beside the package. Loaders return nil when
/// the file isn't there; tests that need it say
/// `.enabled(if: PublishedInstances.scheduled != nil)`, so that they show up
/// as skipped and not as passed.
package enum PublishedInstances {
  /// `scheduled-chains.json`: 76 chains with machines and tape limits.
  package static let scheduled: [ScheduledChain]? = load(
    "scheduled-chains.json")
  /// `admission-chains.json`: three dense chains of ADMission.
  package static let admission: [AdmissionChain]? = load(
    "admission-chains.json")
  /// `acda25-chains.json`: 250 chains of the ACDA25 data set.
  package static let acda25: [ACDA25Chain]? = load("acda25-chains.json")

  private static var folder: URL {
    if let path = ProcessInfo.processInfo.environment["JCHAIN_DATA"] {
      return URL(fileURLWithPath: path)
    }
    let file = URL(fileURLWithPath: #filePath)
    let root = file.deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return root.deletingLastPathComponent()
      .appendingPathComponent("shared/data")
  }

  static func load<Value: Decodable>(_ name: String) -> Value? {
    let file = folder.appendingPathComponent(name)
    guard let bytes = try? Data(contentsOf: file) else { return nil }
    do {
      return try JSONDecoder().decode(Value.self, from: bytes)
    } catch {
      preconditionFailure("\(file.path): \(error)")
    }
  }
}

/// A line of `scheduled-chains.json`.
package struct ScheduledChain: Decodable, Sendable {
  /// A factor that is only applied, never given.
  package struct Entry: Decodable, Sendable {
    /// The shape m × n.
    package let rows, columns: Int
    /// The cost of one product in fma, and the tape of one adjoint.
    package let tangent, adjoint, tape: Int
  }

  /// The name of the instance.
  package let id: String
  /// The number of machines; nil for as many as there are steps.
  package let machines: Int?
  /// Whether eliminations may be used.
  package let matrixFree: Bool
  /// The tape limit per step; nil for none.
  package let tapeLimit: Int?
  /// First applied first.
  package let factors: [Entry]
  /// The proven optimum (a makespan unless `machines` is 1), if known.
  package let optimum: Int?
  /// The best makespan known, and that of the published heuristic.
  package let bestKnown, peerDP: Int
  /// Homogeneous tangent and adjoint; the latter ignores tape limits.
  package let allTangent, allAdjoint: Int
  /// The optimum on one machine without eliminations.
  package let preaccumulateThenOptimalBracketing: Int
  /// The optimum on one machine with eliminations.
  package let optimalMatrixFreeSerial: Int
  /// No plan on any number of machines ends before this.
  package let lowerBoundUnlimitedMachines: Int

  /// The instance as a problem, with or without its tape limit.
  package func problem(withLimits: Bool = true) throws -> Problem {
    try Problem(
      name: id, source: "scheduled-chains.json",
      factors: factors.enumerated().map { index, entry in
        Factor(
          name: "f\(index + 1)", rows: entry.rows, columns: entry.columns,
          tangentCost: entry.tangent, adjointCost: entry.adjoint,
          tape: entry.tape)
      },
      matrixFree: matrixFree,
      limits: Limits(
        tapePerStep: withLimits ? tapeLimit : nil, machines: machines))
  }
}

/// A factor whose tangents and adjoints cost the same, never given.
package struct SymmetricEntry: Decodable, Sendable {
  /// The shape m × n, and the fma of one product in either mode.
  package let rows, columns, cost: Int

  func factor(_ index: Int, hasTape: Bool) -> Factor {
    Factor(
      name: "f\(index + 1)", rows: rows, columns: columns, tangentCost: cost,
      adjointCost: cost, tape: hasTape ? cost : 0)
  }
}

/// A line of `admission-chains.json`: `cost` is that of one tangent and of
/// one adjoint, and nothing is given; then the published optimum is that of
/// the dynamic program of the model.
package struct AdmissionChain: Decodable, Sendable {
  /// The name of the instance.
  package let id: String
  /// First applied first.
  package let factors: [SymmetricEntry]
  /// Published prices in fma.
  package let optimum, homogeneousTangent, homogeneousAdjoint: Int
  /// Σ of the cheaper accumulations, and the products after them.
  package let preaccumulateAll, denseBracketingAfterPreaccumulation: Int

  /// The instance as a problem.
  package func problem() throws -> Problem {
    try Problem(
      name: id, source: "admission-chains.json",
      factors: factors.enumerated().map { $1.factor($0, hasTape: false) })
  }
}

/// A line of `acda25-chains.json`: tangent = adjoint = tape = cost.
package struct ACDA25Chain: Decodable, Sendable {
  /// What was published for one number of machines.
  package struct Result: Decodable, Sendable {
    /// Whether the branch and bound ended, so that its value is the optimum.
    package let finished: Bool
    /// Makespans of the branch and bound and of the heuristic.
    package let branchAndBound, dp: Int
  }

  /// The name of the instance.
  package let id: String
  /// First applied first.
  package let factors: [SymmetricEntry]
  /// By number of machines, "1", "2", ….
  package let published: [String: Result]

  /// The instance as a problem on `machines` machines.
  package func problem(machines: Int? = nil) throws -> Problem {
    try Problem(
      name: id, source: "acda25-chains.json",
      factors: factors.enumerated().map { $1.factor($0, hasTape: true) },
      limits: Limits(machines: machines))
  }
}
