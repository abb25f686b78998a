import ChainFormats
import JacobianChain

/// What a caller asks for beside the problem, read from JSON.
struct SolveOptions {
  var solver = "auto"
  var objective = Objective.fma
  /// What predicts the seconds of the objective time, and of a plan that is
  /// checked; nil when nobody names one.
  var profile: Profile?
  var machines: Int?
  var tapeLimit: Int?
  var timeLimit: Double?
  var nodeLimit: Int?
  /// A `CostModel.gap` that is good enough.
  var gapLimit: Double?
  var comparesBaselines = true
  var file: String?
  var allowOutsideFiles = false

  /// Which call they are for.
  enum Purpose { case solve, check }

  private static let keys = [
    "solver", "objective", "profile", "machines", "tapeLimit", "timeLimit",
    "nodeLimit", "gap", "baselines", "file", "allowOutsideFiles",
  ]
  private static let solvingKeys = [
    "solver", "objective", "nodeLimit", "gap", "baselines",
  ]

  init() {}

  /// Reads a document; one of 0 bytes has no options.
  ///
  /// - Throws: `ChainError` at `options: /key` for what is no option.
  init(parsing bytes: [UInt8], for purpose: Purpose) throws(ChainError) {
    guard !bytes.isEmpty else { return }
    let document = try JSONValue(parsing: bytes, file: "options")
    let object = try JSONObject(
      document, at: .root(file: "options"),
      allowed: purpose == .solve
        ? Self.keys : Self.keys.filter { !Self.solvingKeys.contains($0) })
    solver = try object.string("solver") ?? solver
    if let path = try object.filePath("profile") {
      profile = try ProfileFile.parse(try Files.read(path), file: path)
    }
    if let name = try object.string("objective") {
      objective = try Self.objective(name, object.path("objective"))
      if objective != .fma, let profile {
        objective = Objective(objective.quantity, of: .time(profile))
      }
    }
    machines = try object.positive("machines", "a number of machines")
    tapeLimit = try object.positive("tapeLimit", "memory units")
    timeLimit = try object.number(
      "timeLimit", "seconds above 0",
      advice: "leave it out for a search without one"
    ) { $0 > 0 }
    nodeLimit = try object.positive("nodeLimit", "a number of nodes")
    gapLimit = try object.number(
      "gap", "percent, from 0 to below 100",
      advice: "leave it out for a proven optimum"
    ) { $0 >= 0 && $0 < 100 }.map { $0 / 100 }
    comparesBaselines = try object.bool("baselines") ?? true
    file = try object.filePath("file")
    allowOutsideFiles = try object.bool("allowOutsideFiles") ?? false
  }

  private static func objective(
    _ name: String, _ place: JSONPath
  ) throws(ChainError) -> Objective {
    if let objective = Objective(named: name) { return objective }
    let names = Objective.all.map(\.name)
    throw place.refuse(
      names.map { "\"\($0)\"" }.joined(separator: " or "),
      found: JSONValue.string(name).summary,
      advice: Spelling.suggestion(for: name, among: names)
        ?? "fma is the work, makespan how long it takes on several machines, "
        + "time what a profile predicts")
  }
}

extension JSONObject {
  fileprivate func filePath(_ key: String) throws(ChainError) -> String? {
    let path = try string(key)
    guard let path, path.isEmpty else {
      // A library leaves standard input alone.
      return path == "-" ? "./-" : path
    }
    throw self.path(key).refuse(
      "the path of a file", found: "\"\"", advice: "leave it out for none")
  }

  fileprivate func positive(
    _ key: String, _ expected: String
  ) throws(ChainError) -> Int? {
    let number = try count(key)
    guard let number, number < 1 else { return number }
    throw path(key).refuse(
      "\(expected) from 1 on", found: "\(number)",
      advice: "leave it out for no limit; 0 is not read as unlimited")
  }

  fileprivate func number(
    _ key: String, _ expected: String, advice: String,
    where isMeant: (Double) -> Bool
  ) throws(ChainError) -> Double? {
    guard let value = self[key] else { return nil }
    guard let number = try numberOrNull(key), isMeant(number) else {
      throw path(key).mismatch(expected, value, advice: advice)
    }
    return number
  }
}
