import ChainReports
import JacobianChain
import Testing

@Suite("Reports on schedules")
struct ScheduledReportTests {
  @Test("Ratios, gap and proof are those of makespans")
  func values() throws {
    let report = try Samples.scheduledReport()
    #expect(report.solved.objectiveValue == 3_453_200)
    #expect(report.solved.plan.fma == 6_099_711)
    #expect(report.solved.isProven && report.solved.gap == 0)
    #expect(report.solved.saving(over: .forward) == 18_557_253.0 / 3_453_200)
    #expect(report.solved.speedUp == 5_322_370.0 / 3_453_200)
    let open = try Samples.scheduledReport(stopReason: .timeLimit)
    #expect(open.status == "feasible")
    #expect(open.rendered(as: .text).contains("lower bound 1 fma of makespan"))
  }

  @Test("Machines, idle time, critical path and speed-up are sentences")
  func sentences() throws {
    let text = try Samples.scheduledReport().rendered(as: .text)
    for line in [
      "  cost      makespan 3 453 200 fma · work 6 099 711 fma · 12.2 MFLOP",
      "  machines  2 machines · idle 11.7 % · critical path 3 369 220 fma",
      "  speed-up  1.54× over the best plan for one machine (5 322 370 fma), "
        + "which",
      "            takes 4 348 724 fma on 2 machines",
      "                   ━ critical path   ─ other steps   · idle",
    ] {
      #expect(text.contains(line), "\(line)")
    }
  }

  @Test("Who needs only one machine is told so")
  func oneIsEnough() throws {
    let problem = try Samples.chain([1000, 100, 10, 1])
      .with(limits: Limits(machines: 3))
    let plan = try #require(try Baselines(of: problem)[.reverse])
    let schedule = Samples.schedule(plan, machines: 3) { _ in 2 }
    let serial = Solved.Serial(
      work: 101_000, fma: 101_000, makespan: 101_000, isProven: true)
    let proven = try Samples.scheduled(
      problem, plan.plan, schedule, serial: serial)
    let text = proven.rendered(as: .text)
    #expect(text.contains("1 of 3 machines used · never idle"))
    #expect(text.contains("speed-up  1.00×: one machine is enough"))
    #expect(
      proven.verdict
        == "reverse mode is already optimal for this chain on 3 machines")
    let open = try Samples.scheduled(
      problem, plan.plan, schedule, serial: serial, stopReason: .nodeLimit)
    #expect(
      open.rendered(as: .text)
        .contains("1.00× so far: one machine is as fast"))
  }

  @Test("On one machine nothing is said about gains")
  func oneMachine() throws {
    let problem = try Samples.chain([4, 3, 2, 5])
      .with(limits: Limits(machines: 1))
    let plan = try #require(try Baselines(of: problem)[.bestSplit])
    let schedule = Samples.schedule(plan, machines: 1) { _ in 0 }
    let text = try Samples.scheduled(problem, plan.plan, schedule)
      .rendered(as: .text)
    #expect(text.contains("1 machine: the makespan is the work"))
    #expect(!text.contains("speed-up") && !text.contains("order found"))
  }

  @Test(
    "A claimed proof that another schedule disproves is not repeated",
    arguments: ReportFormat.allCases)
  func disproved(format: ReportFormat) throws {
    var report = try Samples.scheduledReport()
    report.solved.machines?.serial?.makespan = 3_453_199
    #expect(
      report.verdict
        == "the best plan for one machine is faster than this plan, use that "
        + "instead")
    let text = report.rendered(as: format)
    #expect(!text.contains("optimum") && !text.contains("optimal\n"))
    #expect(text.contains("feasible"))
  }

  @Test("An fma plan on several machines has one line about them")
  func aside() throws {
    var report = try Samples.scheduledReport()
    report.solved.objective = .fma
    report.solved.lowerBound = 6_099_711
    let text = report.rendered(as: .text)
    #expect(
      text.contains(
        "  machines  on 2 machines this plan takes 3 453 200 fma, 1.77× as"))
    #expect(!text.contains("speed-up") && !text.contains("━ critical"))
    #expect(text.contains("this plan    6 099 711"))
    #expect(report.rendered(as: .json).contains("\"makespan\": 3453200"))
  }

  @Test("No line is wider than 80 columns", arguments: 0..<100)
  func width(seed: Int) throws {
    var random = Seeded(state: UInt64(seed))
    let count = Int.random(in: 2...(seed % 2 == 0 ? 12 : 150), using: &random)
    let bits = Int.random(in: 1...36, using: &random)
    let machines = Int.random(in: 1...40, using: &random)
    let problem = try Samples.chain(
      (0...count).map { _ in Int.random(in: 1...(1 << bits), using: &random) }
    ).with(limits: Limits(machines: seed % 3 == 0 ? nil : machines))
    let plan = Samples.randomPlan(count, &random)
    let schedule = Samples.schedule(
      try plan.priced(for: problem), machines: machines
    ) { _ in Int.random(in: 0..<machines, using: &random) }
    let report = try Samples.scheduled(
      problem, plan, schedule,
      serial: .init(
        work: .max / 3, fma: .max / 3, makespan: .max / 5, isProven: false),
      stopReason: .heuristic)
    for line in report.rendered(as: .text).split(separator: "\n") {
      #expect(line.count <= 80, "seed \(seed): \(line)")
    }
  }
}
