import ChainFormats
import JacobianChain

extension FuzzedReader {
  /// a: 3 × 4, given; b: 2 × 3, by products; c: 3 × 3, which may repeat.
  private static let planned = try? Problem(
    factors: [
      Factor(name: "a", rows: 3, columns: 4),
      Factor(name: "b", rows: 2, columns: 3, tangentCost: 10, adjointCost: 20),
      Factor(name: "c", rows: 3, columns: 3, structure: .diagonal),
    ], targets: [[0, 1], [0, 2, 2, 1]])

  func planViolation(_ bytes: [UInt8]) throws(ChainError) -> String? {
    guard let problem = Self.planned else { return "no problem to plan" }
    let file = try PlanFile.parse(bytes, file: Self.name, problem: problem)
    guard let priced = try? file.plan.priced(for: problem) else { return nil }
    let checked = try? file.schedule?.checked(for: priced)
    try file.checkClaims(
      against: priced, of: problem, scheduled: checked, file: Self.name)
    return again("a plan") { () throws(ChainError) in
      let json = JSONValue.object([
        "format": .string(PlanFile.reportFormat),
        "plan": PlanFile.json(of: priced, in: problem),
        "schedule": checked.map { PlanFile.json(of: $0.schedule) },
      ])
      let read = try PlanFile.parse(
        json.serializedBytes(), file: Self.name, problem: problem)
      try read.checkClaims(
        against: priced, of: problem, scheduled: checked, file: Self.name)
      return read.plan == file.plan
        && read.schedule?.tasks == checked?.schedule.tasks
    }
  }

  func jcdpViolation(_ bytes: [UInt8]) throws(ChainError) -> String? {
    let read = try JcdpConfiguration(parsing: bytes, file: Self.name)
    return again("a configuration") { () throws(ChainError) in
      var again = try JcdpConfiguration(
        parsing: Array(Self.text(of: read).utf8), file: Self.name)
      again.passedOver = read.passedOver
      return again == read
    }
  }

  private static func text(of configuration: JcdpConfiguration) -> String {
    func range(_ key: String, _ range: ClosedRange<Int>) -> String {
      "\(key) \(range.lowerBound) \(range.upperBound)"
    }
    func factors(_ key: String, _ range: ClosedRange<Int>) -> String {
      let bounds = [range.lowerBound, range.upperBound].map {
        "\($0 / 1_000_000).\(String($0 % 1_000_000 + 1_000_000).dropFirst())"
      }
      return "\(key) \(bounds[0]) \(bounds[1])"
    }
    let lengths = configuration.lengths.map(String.init)
    return [
      "length \(lengths.joined(separator: ","))",
      range("size_range", configuration.dimensions),
      range("dag_size_range", configuration.costs),
      factors("tangent_factor_range", configuration.tangentFactors),
      factors("adjoint_factor_range", configuration.adjointFactors),
      configuration.seed.map { "seed \($0)" } ?? "",
      "matrix_free \(configuration.matrixFree ? 1 : 0)",
      "available_memory \(configuration.tapePerStep ?? 0)",
      "available_threads \(configuration.machines ?? 0)",
    ].joined(separator: "\n")
  }
}
