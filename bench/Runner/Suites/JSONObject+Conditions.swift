import ChainFormats
import JacobianChain

/// What suites say of objectives and limits.
extension JSONObject {
  /// What plans are chosen for; without the key, what the kind always can.
  func objectives(of kind: SuiteKind) throws(ChainError) -> [Objective] {
    let honoured = kind.objectives
    guard let value = self["objectives"] else {
      return Array(honoured.prefix(1))
    }
    let place = path("objectives")
    guard !honoured.isEmpty else {
      throw place.mismatch(
        "no objectives: \(kind.rawValue) chooses no plans", value,
        advice: "leave the key out")
    }
    let all = Objective.all.map(\.name)
    let names = try names("objectives", each: "objective", among: all) ?? []
    guard !names.isEmpty else {
      throw place.refuse(
        "one objective or more", found: "none",
        advice: "leave the key out for \(honoured[0].name)")
    }
    let objectives = names.compactMap(Objective.init(named:))
    for (index, objective) in objectives.enumerated()
    where !honoured.contains(objective) {
      throw JSONPath.index(place, index).refuse(
        "one of " + honoured.map(\.name).joined(separator: ", "),
        found: "\"\(objective.name)\"",
        advice: "no contestant of \(kind.rawValue) chooses plans for it; "
          + "leave it out")
    }
    return objectives
  }

  /// One choice of limits or several; empty without the key.
  ///
  /// - Parameter objectives: of the same suite.
  func limits(
    of kind: SuiteKind, for objectives: [Objective]
  ) throws(ChainError) -> [Limits] {
    guard let value = self["limits"] else { return [] }
    let place = path("limits")
    guard kind.takesLimits else {
      throw place.mismatch(
        "no limits: none apply to what \(kind.rawValue) measures", value,
        advice: "leave the key out")
    }
    var written = [(value, place)]
    if case .array(let elements) = value {
      written = elements.enumerated().map { ($1, .index(place, $0)) }
    }
    guard !written.isEmpty else {
      throw place.refuse(
        "limits, or a list of them", found: "an empty list",
        advice: "leave the key out for the problems' own limits")
    }
    var limits: [Limits] = []
    for (value, place) in written {
      let choice = try Limits(value, at: place)
      guard !limits.contains(choice) else {
        throw place.refuse(
          "every choice of limits once", found: "the same limits again",
          advice: "remove one of them")
      }
      if let machines = choice.machines {
        try Self.check([machines], at: .key(place, "machines"), objectives)
      }
      limits.append(choice)
    }
    return limits
  }

  /// The numbers of machines of a family; empty for problems without machines.
  ///
  /// - Parameters:
  ///   - objectives: of the same suite.
  ///   - limits: of the same suite.
  func machines(
    for objectives: [Objective], under limits: [Limits]
  ) throws(ChainError) -> [Int] {
    let machines = try counts("machines") ?? []
    guard !machines.isEmpty else { return [] }
    let place = path("machines")
    try Self.check(machines, at: place, objectives)
    guard limits.allSatisfy({ $0.machines == nil }) else {
      throw place.refuse(
        "machines in one place", found: "machines in the limits, too",
        advice: "leave them out in one of the two")
    }
    return machines
  }

  private static func check(
    _ machines: [Int], at place: JSONPath, _ objectives: [Objective]
  ) throws(ChainError) {
    guard objectives.contains(.makespan) else {
      throw place.refuse(
        "the objective makespan beside machines",
        found: objectives.map(\.name).joined(separator: ", "),
        advice: "leave machines out: they change no price in fma")
    }
  }
}
