import JacobianChain
import Testing

@testable import ChainFormats

@Suite struct PlanFileTests {
  /// a: 3 × 4 given, b: 2 × 3 by products.
  private let problem: Problem

  init() throws {
    problem = try Problem(factors: [
      Factor(name: "a", rows: 3, columns: 4),
      Factor(name: "b", rows: 2, columns: 3, tangentCost: 10, adjointCost: 20),
    ])
  }

  private static let plan = Plan(
    steps: [
      .given(factor: 0), .accumulate(factor: 1, mode: .adjoint),
      .multiply(outer: 1, inner: 0),
      .eliminate(factor: 1, mode: .tangent, operand: 0),
    ], targets: [3])

  private static let golden = """
    {
      "format": "jacobian-chain-plan/1",
      "steps": [
        {"id": 0, "kind": "given", "factor": "a"},
        {"id": 1, "kind": "accumulate", "factor": "b", "mode": "adjoint", \
    "evaluations": 2, "fma": 40},
        {"id": 2, "kind": "multiply", "outer": 1, "inner": 0, "fma": 24},
        {
          "id": 3,
          "kind": "eliminate",
          "factor": "b",
          "mode": "tangent",
          "operand": 0,
          "evaluations": 4,
          "fma": 40
        }
      ],
      "targets": [3]
    }
    """

  private func read(_ text: String) throws(ChainError) -> PlanFile {
    try PlanFile.parse(
      Array(text.utf8), file: "plan.json", problem: problem)
  }

  @Test func plansAreGoldenAndComeBack() throws {
    let priced = try Self.plan.priced(for: problem)
    let json = PlanFile.json(of: priced, in: problem)
    #expect(json.serialized() == Self.golden)
    let file = try read(Self.golden)
    #expect(file.plan == Self.plan)
    #expect(file.claimedFMA == [nil, 40, 24, 40])
    #expect(file.claimedEvaluations == [nil, 2, nil, 4])
    let report = JSONValue.object([
      "format": .string("jacobian-chain-report/1"),
      "cost": .object(["fma": .number(104)]),
      "plan": json,
    ])
    let around = try read(report.serialized())
    #expect(around.plan == file.plan && around.claimedFMA == file.claimedFMA)
    #expect(around.claimed.fma == 104 && file.claimed.fma == nil)
    try around.checkClaims(
      against: priced, of: problem, file: "report.json")
  }

  @Test func aLieAboutThePeakIsCaught() throws {
    let priced = try Self.plan.priced(for: problem)
    let report = try read(
      Self.report("[]", ", \"cost\": {\"peakStatus\": \"optimal\"}"))
    #expect(report.claimsLeastPeak)
    for isLeast in [true, nil] {
      try report.checkClaims(
        against: priced, of: problem, hasLeastPeak: isLeast, file: "r.json")
    }
    let error = #expect(throws: ChainError.self) {
      try report.checkClaims(
        against: priced, of: problem, hasLeastPeak: false, file: "r.json")
    }
    #expect(error?.kind == .disagreement)
    #expect(error?.location == "r.json: /cost/peakStatus")
  }

  /// A report around the golden plan whose schedule has these tasks.
  private static func report(_ schedule: String, _ more: String = "") -> String
  {
    """
    {"format": "jacobian-chain-report/1", "plan": \(golden),
     "schedule": \(schedule)\(more)}
    """
  }

  @Test func schedulesComeBackInTheOrderOfTheFile() throws {
    let late = Schedule.Task(
      step: 2, machine: 1, start: 1 << 100, finish: (1 << 100) + 24)
    let early = Schedule.Task(step: 1, machine: 0, start: 0, finish: 40)
    var schedule = Schedule(machines: 2, tasks: [])
    schedule.tasks = [late, early]
    let json = PlanFile.json(of: schedule).serialized()
    #expect(json.contains("\"start\": \"1267650600228229401496703205376\""))
    #expect(try read(Self.report(json)).schedule == schedule)
    #expect(try read(Self.golden).schedule == nil)
    func machines(_ more: String) throws -> Int? {
      try read(Self.report(json, ", " + more)).schedule?.machines
    }
    #expect(try machines("\"machines\": {\"count\": 7}") == 7)
    #expect(try machines("\"machines\": {\"count\": null}") == 2)
    #expect(
      try read(
        Self.report(json, ", \"cost\": {\"makespan\": 9}")
      ).claimed.makespan == 9)
    #expect(
      try read(
        Self.report(json, ", \"cost\": {\"makespan\": null}")
      ).claimed.makespan == nil)
  }

  private static func steps(_ steps: String) -> String {
    """
    {"format": "jacobian-chain-plan/1", "targets": [0], "steps": [\(steps)]}
    """
  }

  static let bad: [BadInput] = [
    BadInput("[]", "plan.json: /", "an object"),
    BadInput("[", "plan.json:1:2", "end of the file"),
    BadInput("{}", "plan.json: /format", "jacobian-chain-plan/1"),
    BadInput(
      "{\"format\": \"jacobian-chain-report/1\"}", "plan.json: /plan",
      "without a plan"),
    BadInput(
      "{\"format\": \"jacobian-chain-report/1\", \"plan\": "
        + steps("{\"id\": 1}") + "}", "plan.json: /plan/steps/0/id", "the id 0"),
    BadInput(
      "{\"format\": \"jacobian-chain-plan/1\", \"step\": []}",
      "plan.json: /step", "\"steps\"?"),
    BadInput(
      "{\"format\": \"jacobian-chain-plan/1\", \"steps\": []}",
      "plan.json: /targets", "one per target"),
    BadInput(
      "{\"format\": \"jacobian-chain-plan/1\", \"steps\": [], "
        + "\"targets\": [\"0\"]}", "plan.json: /targets/0", "\"0\""),
    BadInput(steps("7"), "plan.json: /steps/0", "7"),
    BadInput(steps("{}"), "plan.json: /steps/0/id", "no such key"),
    BadInput(steps("{\"id\": 0}"), "plan.json: /steps/0/kind", "multiply"),
    BadInput(
      steps("{\"id\": 0, \"kind\": \"multipy\"}"), "plan.json: /steps/0/kind",
      "\"multiply\"?"),
    BadInput(
      steps("{\"id\": 0, \"kind\": \"given\"}"), "plan.json: /steps/0/factor",
      "no such key"),
    BadInput(
      steps("{\"id\": 0, \"kind\": \"given\", \"factor\": 0}"),
      "plan.json: /steps/0/factor", "not its position"),
    BadInput(
      steps("{\"id\": 0, \"kind\": \"given\", \"factor\": \"c\"}"),
      "plan.json: /steps/0/factor", "\"c\""),
    BadInput(
      steps("{\"id\": 0, \"kind\": \"given\", \"mode\": \"tangent\"}"),
      "plan.json: /steps/0/mode", "another kind"),
    BadInput(
      steps("{\"id\": 0, \"kind\": \"given\", \"cost\": 1}"),
      "plan.json: /steps/0/cost", "evaluations"),
    BadInput(
      steps(
        "{\"id\": 0, \"kind\": \"accumulate\", \"factor\": \"b\", "
          + "\"mode\": \"reverse\"}"), "plan.json: /steps/0/mode",
      "tangent or adjoint"),
    BadInput(
      steps("{\"id\": 0, \"kind\": \"multiply\", \"outer\": 1.5}"),
      "plan.json: /steps/0/outer", "1.5"),
    BadInput(
      steps("{\"id\": 0, \"kind\": \"multiply\", \"outer\": 1}"),
      "plan.json: /steps/0/inner", "no such key"),
    BadInput(
      steps(
        "{\"id\": 0, \"kind\": \"given\", \"factor\": \"a\", \"fma\": -1}"),
      "plan.json: /steps/0/fma", "-1"),
  ]

  static let badSchedules: [BadInput] = [
    BadInput(report("{}"), "plan.json: /schedule", "a list of tasks"),
    BadInput(report("[7]"), "plan.json: /schedule/0", "7"),
    BadInput(report("[{}]"), "plan.json: /schedule/0/step", "no such key"),
    BadInput(
      report("[{\"step\": 1, \"machine\": 0, \"finish\": 4}]"),
      "plan.json: /schedule/0/start", "no such key"),
    BadInput(
      report(
        "[{\"step\": 1, \"machine\": 0, \"start\": -1, \"finish\": 4}]"),
      "plan.json: /schedule/0/start", "-1"),
    BadInput(
      report("[{\"step\": 1, \"worker\": 0}]"),
      "plan.json: /schedule/0/worker", "machine"),
    BadInput(
      report("[]", ", \"machines\": 4"), "plan.json: /machines",
      "an object"),
  ]

  @Test(arguments: bad + badSchedules) func refuses(_ input: BadInput) {
    input.expectRefusal { () throws(ChainError) in _ = try read(input.text) }
  }

  @Test func mutationsThrowOrParse() {
    let valid = Array(Self.golden.utf8)
    var (priced, refused) = (0, 0)
    for seed in 0..<3000 {
      var mutations = Mutations(seed: UInt64(seed))
      do throws(ChainError) {
        let file = try PlanFile.parse(
          mutations.mutate(valid), file: "plan.json", problem: problem)
        #expect(file.claimedFMA.count == file.plan.steps.count)
        _ = try file.plan.priced(for: problem)
        priced += 1
      } catch {
        #expect(!error.location.isEmpty && !error.advice.isEmpty)
        refused += 1
      }
    }
    #expect(priced > 50 && refused > 1000)
  }

  @Test func aLongPlanComesBack() throws {
    let q = 20_000
    let problem = try Problem(
      factors: (0..<q).map { Factor(name: "J\($0)", rows: 1, columns: 1) })
    var plan = Plan(steps: [.given(factor: 0)], targets: [])
    for factor in 1..<q {
      plan.steps.append(.given(factor: factor))
      plan.steps.append(
        .multiply(outer: 2 * factor - 1, inner: 2 * factor - 2))
    }
    plan.targets = [plan.steps.count - 1]
    let json = PlanFile.json(
      of: try plan.priced(for: problem), in: problem)
    let file = try PlanFile.parse(
      json.serializedBytes(), file: "", problem: problem)
    #expect(file.plan == plan)
  }
}
