import JacobianChain

extension PlanFile {
  /// What a report says of its plan; nil where it says nothing.
  package struct Claims: Hashable, Sendable {
    /// What the plan was chosen for.
    package var objective: String?
    /// What costs are counted in.
    package var unit: String?
    /// What predicted the seconds, by the keys of a report's "profile".
    package var profile: [String: String] = [:]
    /// "optimal" when the plan reaches the bound.
    package var status: String?
    /// Why the search stopped, when it did.
    package var stopReason: String?
    /// Numbers of factors, of vertices and edges of a graph, of rows and columns
    /// of the only Jacobian, and of targets when there are several, by their
    /// keys.
    package var sizes: [String: Int] = [:]
    /// The price, in fma.
    package var fma: UInt128?
    /// The makespan, in fma.
    package var makespan: UInt128?
    /// The machines of makespans; nil for any number.
    package var machines: Int?
    /// The predicted seconds.
    package var seconds: Double?
    /// The most entries alive at a time.
    package var peakEntries: UInt128?
    /// The most bytes alive at a time.
    package var peakBytes: UInt128?
    /// Those without results that are computed in mapped files.
    package var workingBytes: UInt128?
    /// "optimal" when no order of the steps has a lower peak.
    package var peakStatus: String?
    /// Memory units that all adjoints tape together.
    package var tape: UInt128?
    /// What no plan goes below, in the unit: of the makespan if the plan was
    /// chosen for that, else of the price.
    package var lowerBound: UInt128?
    /// How far what the plan takes may be from the best, as `CostModel.gap`
    /// says.
    package var gap: Double?
    /// Prices of baselines by their keys, in fma; `.some(nil)` for one that is
    /// said to be impossible.
    package var baselines: [String: UInt128?] = [:]
    /// Makespans of baselines by their keys, in fma.
    package var baselineMakespans: [String: UInt128] = [:]
    /// Predicted seconds of baselines by their keys.
    package var baselineSeconds: [String: Double] = [:]
    /// The interface of the best split.
    package var split: Int?
    /// Price of a baseline ÷ price of the plan, by the baseline's key.
    package var savings: [String: Double] = [:]
    /// The bound that a certificate proves, in fma.
    package var dualBound: UInt128?
    /// How the order of the only target is written.
    package var bracketing: String?
    /// How the order of each of several targets is written.
    package var bracketings: [String]?
    /// A graph's vertices in the order in which they are eliminated, by name.
    package var order: [String]?
    /// Machines with something to do.
    package var usedMachines: Int?
    /// How long those wait.
    package var idle: UInt128?
    /// The length of a longest path through the plan.
    package var criticalLength: UInt128?
    /// Its steps.
    package var criticalPath: [Int]?
    /// What the best plan on one machine takes, in the unit of the makespan.
    package var serialWork: UInt128?
    /// The makespan of that plan on the machines, in the same unit.
    package var serialMakespan: UInt128?
    /// "optimal" when no plan takes less on one machine.
    package var serialStatus: String?
    /// `serialWork` ÷ the makespan.
    package var speedUp: Double?
    /// What a run of the plan counted.
    package var countedFMA: UInt128?
    /// What runs of baselines counted, by their keys.
    package var countedBaselines: [String: UInt128] = [:]
  }
}

extension PlanFile.Claims {
  static let profileKeys = ["processor", "kernels", "blas", "build"]
  static let sizeKeys = [
    "factors", "vertices", "edges", "rows", "columns", "targets",
  ]
  private static let verdicts = ["optimal", "feasible"]

  /// Reads what can be recomputed; keys that say something else are left alone.
  ///
  /// - Throws: `ChainError` for wrong types and unknown words.
  init(reading report: JSONObject) throws(ChainError) {
    func part(_ key: String) throws(ChainError) -> JSONObject? {
      try report.member(key)
    }
    objective = try report.word(
      "objective", of: Objective.all.map(\.name))
    unit = try report.string("unit")
    status = try report.word("status", of: Self.verdicts)
    stopReason =
      report["stopReason"] == .null ? nil : try report.string("stopReason")
    if let profile = try part("profile") {
      for key in Self.profileKeys {
        self.profile[key] = try profile.string(key)
      }
    }
    if let problem = try part("problem") {
      for key in Self.sizeKeys { sizes[key] = try problem.count(key) }
    }
    if let cost = try part("cost") {
      fma = try cost.wideCount("fma")
      makespan = try cost.wideCountOrNull("makespan")
      seconds = try cost.numberOrNull("seconds")
      peakEntries = try cost.wideCountOrNull("peakEntries")
      peakBytes = try cost.wideCountOrNull("peakBytes")
      workingBytes = try cost.wideCountOrNull("workingBytes")
      peakStatus = try cost.word("peakStatus", of: Self.verdicts)
      tape = try cost.wideCountOrNull("tape")
    }
    if let part = try part("machines") {
      if part["count"] != .null { machines = try part.count("count") }
      try read(machines: part)
    }
    dualBound = try part("certificate")?.wideCount("dualBound")
    bracketing = try report.string("bracketing")
    bracketings = try report.strings(
      "bracketings", "a list of orders, one per target")
    order = try report.strings("order", "a list of names of vertices")
    if let run = try part("run") {
      countedFMA = try run.wideCount("countedFMA")
      for key in Baseline.allCases.map(\.rawValue) {
        countedBaselines[key] = try run.member("baselines")?.member(key)?
          .wideCount("countedFMA")
      }
    }
    lowerBound = try report.wideCountOrNull("lowerBound")
    gap = try report.numberOrNull("gap")
    if let baselines = try part("baselines") {
      for key in Baseline.allCases.map(\.rawValue) {
        guard let value = baselines[key] else { continue }
        guard value != .null else {
          self.baselines[key] = .some(nil)
          continue
        }
        let baseline = try JSONObject(
          value, at: baselines.path(key), allowed: nil)
        if let fma = try baseline.wideCount("fma") {
          self.baselines[key] = fma
        }
        baselineSeconds[key] = try baseline.numberOrNull("seconds")
        baselineMakespans[key] = try baseline.wideCountOrNull("makespan")
        if key == Baseline.bestSplit.rawValue {
          split = try baseline.count("split")
        }
      }
    }
    if let savings = try part("savings") {
      for key in Baseline.allCases.map(\.rawValue) {
        self.savings[key] = try savings.numberOrNull(key)
      }
    }
  }

  /// What is said of a schedule beside it.
  private mutating func read(machines part: JSONObject) throws(ChainError) {
    usedMachines = try part.count("used")
    idle = try part.wideCount("idle")
    let unit = self.unit ?? Rate.Unit.fma.rawValue
    if let critical = try part.member("criticalPath") {
      criticalLength = try critical.wideCount(unit)
      criticalPath = try critical["steps"]?.integers(
        at: critical.path("steps"), "a list of step ids",
        advice: "take the schedule of a report as an example")
    }
    speedUp = try part.numberOrNull("speedUp")
    if let serial = try part.member("serialPlan") {
      serialWork = try serial.wideCount(unit)
      serialMakespan = try serial.wideCount("makespan")
      serialStatus = try serial.word("status", of: Self.verdicts)
    }
  }

  /// Whether a search for the baselines may have ended early.
  var mayBeCutShort: Bool {
    stopReason == StopReason.timeLimit.rawValue
      || stopReason == StopReason.interrupted.rawValue
  }
}

extension JSONObject {
  /// An object inside this one; nil where there is none, or null.
  fileprivate func member(_ key: String) throws(ChainError) -> JSONObject? {
    guard let value = self[key], value != .null else { return nil }
    return try JSONObject(value, at: path(key), allowed: nil)
  }

  /// One of a few words.
  fileprivate func word(
    _ key: String, of words: [String]
  ) throws(ChainError) -> String? {
    guard let word = try string(key), !words.contains(word) else {
      return try string(key)
    }
    throw path(key).refuse(
      "one of " + words.joined(separator: ", "), found: "\"\(word)\"",
      advice: Spelling.suggestion(for: word, among: words)
        ?? "correct it, or leave it out")
  }
}

extension JSONObject {
  /// A list of strings; nil where there is none.
  fileprivate func strings(
    _ key: String, _ expected: String
  ) throws(ChainError) -> [String]? {
    guard let list = self[key] else { return nil }
    let advice = "take a report as an example"
    var strings: [String] = []
    for (position, element)
      in try list.elements(at: path(key), expected, advice: advice)
      .enumerated()
    {
      guard case .string(let text) = element else {
        throw JSONPath.index(path(key), position).mismatch(
          "a string", element, advice: "put the text in double quotes")
      }
      strings.append(text)
    }
    return strings
  }
}
