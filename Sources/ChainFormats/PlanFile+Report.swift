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
    /// Numbers of factors, of rows and columns of the only Jacobian, and of
    /// targets when there are several, by their keys.
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
  }
}

extension PlanFile.Claims {
  static let profileKeys = ["processor", "kernels", "blas", "build"]
  static let sizeKeys = ["factors", "rows", "columns", "targets"]

  /// Reads what can be recomputed; keys that say something else are left alone.
  ///
  /// - Throws: `ChainError` for wrong types.
  init(reading report: JSONObject) throws(ChainError) {
    func part(_ key: String) throws(ChainError) -> JSONObject? {
      guard let value = report[key], value != .null else { return nil }
      return try JSONObject(value, at: report.path(key), allowed: nil)
    }
    objective = try report.string("objective")
    unit = try report.string("unit")
    status = try report.string("status")
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
      peakStatus = try cost.string("peakStatus")
      tape = try cost.wideCountOrNull("tape")
    }
    if let part = try part("machines"), part["count"] != .null {
      machines = try part.count("count")
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

  /// Whether a search for the baselines may have ended early.
  var mayBeCutShort: Bool {
    stopReason == StopReason.timeLimit.rawValue
      || stopReason == StopReason.interrupted.rawValue
  }
}
