import JacobianChain
import Testing

@testable import ChainReports

@Suite("Gantt layout")
struct GanttLayoutTests {
  /// A random plan over a random chain on random machines.
  private static func sample(
    _ seed: Int
  ) throws -> (report: Report, random: Seeded) {
    var random = Seeded(state: UInt64(seed))
    let count = Int.random(in: 2...(seed % 5 == 0 ? 400 : 40), using: &random)
    let bits = Int.random(in: 1...30, using: &random)
    let dimensions = (0...count).map { _ in
      1 << Int.random(in: 0...bits, using: &random)
    }
    let problem = try Samples.chain(dimensions)
    let plan = Samples.randomPlan(count, &random)
    let machines = Int.random(in: 1...30, using: &random)
    let schedule = Samples.schedule(
      try plan.priced(for: problem), machines: machines
    ) { _ in Int.random(in: 0..<machines, using: &random) }
    return (
      try Samples.scheduled(problem, plan, schedule, stopReason: .heuristic),
      random
    )
  }

  @Test("Boxes keep apart and every task is accounted for", arguments: 0..<200)
  func laws(seed: Int) throws {
    var (report, random) = try Self.sample(seed)
    let checked = try #require(report.solved.machines?.schedule)
    let width = Int.random(in: 1...1000, using: &random)
    let least = Int.random(in: 1...4, using: &random)
    let limit = Int.random(in: 1...20, using: &random)
    let layout = GanttLayout(
      checked, width: width, least: least, limit: limit)
    #expect(layout.rows.count <= limit)
    var drawn: [Int] = []
    for row in layout.rows {
      var end = 0
      for box in row.boxes {
        #expect(box.columns.lowerBound >= end, "seed \(seed)")
        #expect(!box.columns.isEmpty && box.start < box.finish)
        end = box.columns.upperBound
        drawn += box.steps
      }
      #expect(end <= width, "seed \(seed)")
    }
    #expect(Set(drawn).count == drawn.count, "seed \(seed)")
    let unseen = layout.rows.reduce(0) { $0 + $1.unseen }
    #expect(
      drawn.count + unseen + layout.instants + layout.left.tasks
        == checked.schedule.tasks.count, "seed \(seed)")
    let busy = layout.rows.reduce(0) { $0 + $1.busy } + layout.left.work
    #expect(busy == checked.work, "seed \(seed)")
    // What is left out has less to do than anything that is drawn.
    if layout.left.machines > 0 {
      let least = try #require(layout.rows.map(\.busy).min())
      #expect(
        layout.left.work <= least * UInt128(layout.left.machines),
        "seed \(seed)")
    }
  }

  @Test("A box is critical when one of its steps is")
  func critical() throws {
    let checked = try #require(
      Samples.scheduledReport().solved.machines?.schedule)
    #expect(checked.criticalPath == [0, 3, 4])
    let layout = GanttLayout(checked, width: 60, least: 2, limit: 16)
    let marks = layout.rows.map { $0.boxes.map(\.isCritical) }
    #expect(marks == [[true, true], [false, false, true]])
  }

  @Test(
    "Ticks are round, equally far apart and not beyond the end",
    arguments: [1, 2, 3, 9, 10, 999, 1000, 3_453_200, 1 << 60, .max / 3, .max]
      as [UInt128])
  func axis(end: UInt128) {
    for count in 1...9 {
      let axis = TimeAxis(to: end, count: count)
      #expect(axis.ticks[0].time == 0 && axis.ticks[0].label == "0")
      #expect(axis.ticks.allSatisfy { $0.time <= end })
      #expect((1...2 * count + 1).contains(axis.ticks.count), "\(end) \(count)")
      #expect(Set(axis.ticks.map(\.label)).count == axis.ticks.count)
      guard axis.ticks.count > 1 else { continue }
      let digits = "\(axis.ticks[1].time)"
      #expect(["1", "2", "5"].contains(digits.prefix(1)))
      #expect(digits.dropFirst().allSatisfy { $0 == "0" })
    }
  }

  @Test("Labels of an axis are its times in its unit")
  func labels() {
    let axis = TimeAxis(to: 3_453_200, count: 8)
    #expect(axis.unit == "Mfma")
    #expect(
      axis.ticks.map(\.label)
        == ["0", "0.5", "1.0", "1.5", "2.0", "2.5", "3.0"])
    #expect(
      TimeAxis(to: 7, count: 5).ticks.map(\.label) == ["0", "2", "4", "6"])
    #expect(TimeAxis(to: 7, count: 5).unit == "fma")
    for (end, unit) in [
      (999, "ns"), (1000, "µs"), (5_000_000, "ms"), (2_000_000_000, "s"),
      (7_000_000_000_000, "ks"),
    ] as [(UInt128, String)] {
      #expect(TimeAxis(to: end, count: 5, in: .nanoseconds).unit == unit)
    }
  }
}
