/// What a plan is chosen for.
public struct Objective: Hashable, Sendable {
  /// What of a plan is to be least.
  package enum Quantity: Hashable, Sendable {
    /// The sum of all steps.
    case work
    /// The finish of the last step on `limits.machines` machines.
    case makespan
  }

  /// What of a plan is to be least.
  package let quantity: Quantity
  /// What a step costs.
  package let rate: Rate

  /// Creates an objective.
  package init(_ quantity: Quantity, of rate: Rate) {
    (self.quantity, self.rate) = (quantity, rate)
  }

  /// The sum of all steps' fma: work on one machine.
  public static let fma = Objective(.work, of: .fma)
  /// The finish of the last step on `limits.machines` machines, steps taking
  /// their fma.
  public static let makespan = Objective(.makespan, of: .fma)

  /// The sum of all steps' nanoseconds under a profile, on one core.
  public static func time(_ profile: Profile) -> Objective {
    Objective(.work, of: .time(profile))
  }

  /// The finish of the last step on `limits.machines` machines, of one core
  /// each, steps taking their nanoseconds under a profile.
  public static func makespan(under profile: Profile) -> Objective {
    Objective(.makespan, of: .time(profile))
  }

  /// The sum of all steps at the same rate.
  package var ofWork: Objective { Objective(.work, of: rate) }
  /// Whether plans need a schedule to be compared.
  package var isScheduled: Bool { quantity == .makespan }

  /// A bound on what any plan achieves that needs no search.
  package func lowerBound(of problem: Problem) -> UInt128 {
    isScheduled && rate == .fma
      ? CostModel.makespanLowerBound(of: problem) : rate.lowerBound(of: problem)
  }

  /// One of each kind, time under the built-in profile.
  package static let all: [Objective] = [.fma, .makespan, .time(.builtIn)]

  /// The objective of a name; time is that of the built-in profile. nil for
  /// other names.
  package init?(named name: String) {
    guard let objective = Self.all.first(where: { $0.name == name }) else {
      return nil
    }
    self = objective
  }

  /// The name on the command line and in files.
  package var name: String {
    switch (quantity, rate) {
    case (.work, .fma): "fma"
    case (.work, .time): "time"
    case (.makespan, _): "makespan"
    }
  }
}

extension Objective: CustomStringConvertible {
  /// Its name; that of a profile says more than anybody wants to read.
  public var description: String { name }
}
