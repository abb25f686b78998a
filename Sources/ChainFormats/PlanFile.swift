import JacobianChain

/// A plan as written in a `jacobian-chain-plan/1` JSON file, or inside a
/// `jacobian-chain-report/1`, with the prices it claims for itself.
package struct PlanFile: Hashable, Sendable {
  /// The first value of every plan file.
  package static let format = "jacobian-chain-plan/1"
  /// The first value of a report, whose `plan` is read.
  package static let reportFormat = "jacobian-chain-report/1"

  /// The plan, unchecked: `priced(for:)` says whether it is one.
  package let plan: Plan
  /// What each step says it costs in fma; nil where it says nothing.
  package let claimedFMA: [UInt128?]
  /// The evaluations that each step claims; nil where it says nothing.
  package let claimedEvaluations: [Int?]
  /// How often each step says it is done; nil where it says nothing.
  package let claimedPasses: [Int?]
  /// What the report around the plan says of it, if there is one.
  package private(set) var claimed = Claims()
  /// The schedule of the report around the plan, unchecked, with its tasks in
  /// the order of the file: `checked(for:on:)` says whether it is one.
  package private(set) var schedule: Schedule?

  /// A priced plan as JSON, factors by name.
  ///
  /// - Complexity: O(steps).
  package static func json(
    of priced: PricedPlan, in problem: Problem
  ) -> JSONValue {
    json(of: priced.plan, priced.steps) { .string(problem.factors[$0].name) }
  }

  /// A plan as JSON.
  ///
  /// - Parameters:
  ///   - prices: of its steps, if they are known.
  ///   - factor: how a factor is called.
  static func json(
    of plan: Plan, _ prices: PricedSteps? = nil,
    factor: (Int) -> JSONValue
  ) -> JSONValue {
    .object([
      "format": .string(format),
      "steps": .array(
        plan.steps.enumerated().map { id, step in
          json(of: step, id, prices?[id], factor)
        }),
      "targets": .array(plan.targets.map(JSONValue.number)),
      "chunks": plan.chunks.map(json),
      "seedsAtOnce": plan.seedsAtOnce.map(JSONValue.number),
    ])
  }

  /// The loops of each stage, and those of the target, which name no step; the
  /// outermost first.
  private static func json(of chunks: Chunks) -> JSONValue {
    .array(
      chunks.stages.flatMap { stage in
        stage.loops.isEmpty
          ? [.object(["step": .number(stage.step)])]
          : stage.loops.map { json(of: $0, step: stage.step) }
      } + chunks.loops.map { json(of: $0) })
  }

  private static func json(
    of loop: Chunks.Loop, step: Int? = nil
  ) -> JSONValue {
    var after: JSONValue?
    if case .shared(let count) = loop.side { after = .number(count) }
    return .object([
      "step": step.map(JSONValue.number),
      "side": .string(loop.side.name), "after": after,
      "parts": .number(loop.parts),
      "remakes": loop.remakes ? .bool(true) : nil,
    ])
  }

  private static func json(
    of step: Step, _ id: Int, _ priced: PricedStep?,
    _ factor: (Int) -> JSONValue
  ) -> JSONValue {
    let evaluations = priced.map { JSONValue.number($0.evaluations) }
    let fma = priced.map { JSONValue.wide($0.fma) }
    let chunks = priced.flatMap { priced in
      priced.passes > 1 ? JSONValue.number(priced.passes) : nil
    }
    switch step {
    case .given(let index):
      return .object([
        "id": .number(id), "kind": .string("given"), "factor": factor(index),
      ])
    case .accumulate(let index, let mode):
      return .object([
        "id": .number(id), "kind": .string("accumulate"),
        "factor": factor(index), "mode": .string(mode.rawValue),
        "evaluations": evaluations, "fma": fma, "chunks": chunks,
      ])
    case .multiply(let outer, let inner):
      return .object([
        "id": .number(id), "kind": .string("multiply"),
        "outer": .number(outer), "inner": .number(inner), "fma": fma,
        "chunks": chunks,
      ])
    case .eliminate(let index, let mode, let operand):
      return .object([
        "id": .number(id), "kind": .string("eliminate"),
        "factor": factor(index), "mode": .string(mode.rawValue),
        "operand": .number(operand), "evaluations": evaluations, "fma": fma,
        "chunks": chunks,
      ])
    case .add(let first, let second):
      return .object([
        "id": .number(id), "kind": .string("add"),
        "operands": .array([.number(first), .number(second)]), "fma": fma,
        "chunks": chunks,
      ])
    }
  }

  /// Reads a plan for `problem`; whether it computes its targets is left to
  /// `Plan.priced(for:)`.
  ///
  /// - Parameters:
  ///   - bytes: the JSON document, a plan or a report that holds one.
  ///   - file: its name for errors, which stand at `file: /steps/4/inner`.
  /// - Throws: `ChainError` for unknown keys, kinds, modes and factors, for
  ///   ids that aren't the positions 0, 1, 2, … and for wrong types.
  /// - Complexity: O(bytes + factors).
  package static func parse(
    _ bytes: some Collection<UInt8>, file: String, problem: Problem
  ) throws(ChainError) -> PlanFile {
    let document = try JSONValue(parsing: bytes, file: file)
    let root = JSONPath.root(file: file)
    let object = try JSONObject(document, at: root, allowed: nil)
    guard object["format"] == .string(reportFormat) else {
      return try PlanReader(problem).read(document, at: root)
    }
    let plan = try object.required(
      "plan", "a plan", advice: "a report without a plan can't be checked")
    var read = try PlanReader(problem).read(plan, at: object.path("plan"))
    read.claimed = try Claims(reading: object)
    read.schedule = try schedule(of: object, for: problem)
    return read
  }
}

struct PlanReader {
  /// The factors that steps name; nil when they tell positions.
  private let factors: [Factor]?
  private let indices: [String: Int]

  private static let stepKeys = [
    "id", "kind", "factor", "mode", "outer", "inner", "operand", "operands",
    "evaluations", "fma", "chunks",
  ]

  init(_ problem: Problem) {
    factors = problem.factors
    var indices: [String: Int] = [:]
    for (index, factor) in problem.factors.enumerated() {
      indices[factor.name] = index
    }
    self.indices = indices
  }

  /// A reader of plans without their problem: factors are positions.
  init() { (factors, indices) = (nil, [:]) }

  func read(
    _ document: JSONValue, at root: JSONPath
  ) throws(ChainError) -> PlanFile {
    let object = try JSONObject(document, at: root, allowed: nil)
    try ProblemReader.checkFormat(object, PlanFile.format)
    _ = try JSONObject(
      document, at: root,
      allowed: ["format", "steps", "targets", "chunks", "seedsAtOnce"])
    let advice = "take the plan of a report as an example"
    let list = try object.required("steps", "a list of steps", advice: advice)
      .elements(at: object.path("steps"), "a list of steps", advice: advice)
    var steps: [Step] = []
    var prices: [UInt128?] = []
    var evaluations: [Int?] = []
    var passes: [Int?] = []
    steps.reserveCapacity(list.count)
    for (id, element) in list.enumerated() {
      let entry = try JSONObject(
        element, at: .index(object.path("steps"), id), allowed: Self.stepKeys)
      steps.append(try step(entry, id))
      prices.append(try entry.wideCount("fma"))
      evaluations.append(try entry.count("evaluations"))
      passes.append(try entry.count("chunks"))
    }
    let ids = "a list of step ids, one per target"
    let targets = try object.required("targets", ids, advice: advice)
      .integers(at: object.path("targets"), ids, advice: advice)
    return PlanFile(
      plan: Plan(
        steps: steps, targets: targets, chunks: try chunks(object),
        seedsAtOnce: try object.count("seedsAtOnce")),
      claimedFMA: prices, claimedEvaluations: evaluations,
      claimedPasses: passes)
  }

  /// The loops of a plan in chunks; nil without any.
  private func chunks(_ plan: JSONObject) throws(ChainError) -> Chunks? {
    guard let value = plan["chunks"], value != .null else { return nil }
    let (path, advice) = (
      plan.path("chunks"), "take the plan of a report as an example"
    )
    let list = try value.elements(
      at: path, "a list of loops over rows, columns or shared dimensions",
      advice: advice)
    var chunks = Chunks([])
    for (index, element) in list.enumerated() {
      let entry = try JSONObject(
        element, at: .index(path, index),
        allowed: ["step", "side", "after", "parts", "remakes"])
      guard let step = try entry.count("step") else {
        chunks.loops.append(try loop(entry))
        continue
      }
      if chunks.stages.last?.step != step {
        chunks.stages.append(Chunks.Stage(step))
      }
      // A step that is made at once has no side.
      guard entry.members.contains(where: { $0.key != "step" }) else {
        continue
      }
      chunks.stages[chunks.stages.count - 1].loops.append(try loop(entry))
    }
    return chunks
  }

  private func loop(_ entry: JSONObject) throws(ChainError) -> Chunks.Loop {
    let advice = "take the plan of a report as an example"
    let side: Chunks.Side
    switch try choice("side", ["rows", "columns", "shared"], entry) {
    case "rows": side = .rows
    case "columns": side = .columns
    default:
      side = .shared(
        after: try entry.integer(
          "after", "the number of factors before it", advice: advice))
    }
    return Chunks.Loop(
      side,
      parts: try entry.integer("parts", "a number of parts", advice: advice),
      remakes: try entry.bool("remakes") ?? false)
  }

  private func step(_ entry: JSONObject, _ id: Int) throws(ChainError) -> Step {
    let claimed = try entry.integer(
      "id", "the id \(id)", advice: "ids are the positions 0, 1, 2, …")
    guard claimed == id else {
      throw entry.path("id").refuse(
        "the id \(id)", found: "\(claimed)",
        advice: "ids are the positions 0, 1, 2, …")
    }
    let kinds = ["given", "accumulate", "multiply", "add", "eliminate"]
    switch try choice("kind", kinds, entry) {
    case "given":
      try allow(["factor"], entry)
      return .given(factor: try factor(entry))
    case "accumulate":
      try allow(["factor", "mode"], entry)
      return .accumulate(factor: try factor(entry), mode: try mode(entry))
    case "multiply":
      try allow(["outer", "inner"], entry)
      return .multiply(
        outer: try operand("outer", entry), inner: try operand("inner", entry))
    case "add":
      try allow(["operands"], entry)
      let (first, second) = try operands(entry)
      return .add(first, second)
    default:
      try allow(["factor", "mode", "operand"], entry)
      return .eliminate(
        factor: try factor(entry), mode: try mode(entry),
        operand: try operand("operand", entry))
    }
  }

  /// Refuses keys of other kinds of steps.
  private func allow(
    _ keys: [String], _ entry: JSONObject
  ) throws(ChainError) {
    let always = ["id", "kind", "evaluations", "fma", "chunks"]
    for member in entry.members
    where !keys.contains(member.key) && !always.contains(member.key) {
      throw entry.path(member.key).refuse(
        "one of the keys " + (keys + always).joined(separator: ", "),
        found: "\"\(member.key)\" in a step of another kind",
        advice: "remove it, or correct the kind")
    }
  }

  private func choice(
    _ key: String, _ names: [String], _ entry: JSONObject
  ) throws(ChainError) -> String {
    let expected = names.joined(separator: " or ")
    let value = try entry.required(key, expected, advice: "name the \(key)")
    guard case .string(let name) = value, names.contains(name) else {
      let text = if case .string(let text) = value { text } else { "" }
      throw entry.path(key).mismatch(
        expected, value,
        advice: Spelling.suggestion(for: text, among: names)
          ?? "write one of these names")
    }
    return name
  }

  private func mode(_ entry: JSONObject) throws(ChainError) -> Mode {
    // `choice` returns only raw values of modes.
    Mode(
      rawValue: try choice("mode", Mode.allCases.map(\.rawValue), entry))!
  }

  private func factor(_ entry: JSONObject) throws(ChainError) -> Int {
    guard let factors else {
      return try entry.integer(
        "factor", "the position of a factor", advice: "factors count from 0")
    }
    let value = try entry.required(
      "factor", "the name of a factor", advice: "name a factor of the problem")
    guard case .string(let name) = value else {
      throw entry.path("factor").mismatch(
        "the name of a factor", value,
        advice: "name a factor of the problem, not its position")
    }
    guard let index = indices[name] else {
      throw entry.path("factor").unknownFactor(name, factors)
    }
    return index
  }

  private func operands(
    _ entry: JSONObject
  ) throws(ChainError) -> (Int, Int) {
    let (ids, advice) = ("the ids of two steps", "operands are step ids")
    let path = entry.path("operands")
    let list = try entry.required("operands", ids, advice: advice)
      .integers(at: path, ids, advice: advice)
    guard list.count == 2 else {
      throw path.refuse(ids, found: "\(list.count)", advice: advice)
    }
    return (list[0], list[1])
  }

  private func operand(
    _ key: String, _ entry: JSONObject
  ) throws(ChainError) -> Int {
    try entry.integer(
      key, "the id of an earlier step", advice: "operands are step ids")
  }
}
