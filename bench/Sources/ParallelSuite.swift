import ChainExecutor
import ChainSolvers
import Dispatch
import Foundation
import JacobianChain

/// Two heavy independent halves and a small product that joins them: what two
/// workers gain over one step after the other, and what OpenBLAS gains with
/// two threads in each product instead.
struct ParallelSuite {
  let repetitions: Int

  func rows() throws -> [Row] {
    try machineRows() + HalvesWorkload.all().flatMap(rows)
  }

  /// What the machine's second core is worth: two loops that share nothing,
  /// one after the other and side by side. No executor gains more.
  private func machineRows() -> [Row] {
    @Sendable func loop() -> Double {
      var x = 0.3
      for _ in 0..<1_000_000 { x = tanh(x) + 0.5 }
      return x
    }
    var samples: [[Double]] = [[], []]
    func sample(_ place: Int, _ body: () -> Void) {
      samples[place] += [Timing(repetitions: 1, body).median]
    }
    for _ in 0..<repetitions * 2 {
      sample(0) { for _ in 0..<2 { precondition(loop() > 1) } }
      sample(1) {
        DispatchQueue.concurrentPerform(iterations: 2) { _ in
          precondition(loop() > 1)
        }
      }
    }
    return rows("machine", ["sequential", "2 threads"], samples)
  }

  private func rows(_ workload: HalvesWorkload) throws -> [Row] {
    let problem = try Problem(factors: workload.inner + workload.outer)
    let plan = try workload.plan.priced(for: problem)
    let operands = try workload.operands(for: problem)
    let schedule = Schedule(listing: plan, machines: 2)
    let executor = Executor(threads: 1)
    let threaded = Executor(threads: 2)
    var samples: [[Double]] = [[], [], []]
    func add(_ place: Int, _ repetition: Int, _ run: Execution) {
      precondition(run.countedFMA == plan.fma)
      if repetition > 0 { samples[place].append(run.seconds) }
    }
    // In turns, so that a drifting machine is fair to both.
    for repetition in 0...repetitions * 2 {
      let sequential = try executor.run(plan, of: problem, operands: operands)
      let parallel = try executor.run(
        plan, of: problem, operands: operands, following: schedule)
      add(0, repetition, sequential)
      add(1, repetition, parallel)
      guard repetition == 0 else { continue }
      let (a, b) = (
        try sequential.targets[0].denseEntries(),
        try parallel.targets[0].denseEntries()
      )
      precondition(a == b, workload.name)
    }
    // OpenBLAS's threads spin after a product; so they come last.
    for repetition in 0...repetitions * 2 {
      add(
        2, repetition,
        try threaded.run(plan, of: problem, operands: operands))
    }
    return rows(
      workload.name, ["sequential", "2 workers", "2 BLAS threads"], samples)
  }

  private func rows(
    _ name: String, _ variants: [String], _ samples: [[Double]]
  ) -> [Row] {
    let timings = samples.map(Timing.init(samples:))
    return zip(variants, timings).enumerated().map { index, row in
      Row(
        suite: "parallel", name: name, variant: row.0, timing: row.1,
        ratio: index == 0 ? nil : row.1.median / timings[0].median)
    }
  }
}
