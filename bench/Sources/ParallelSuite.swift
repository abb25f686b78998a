import ChainExecutor
import ChainSolvers
import JacobianChain

/// Two heavy independent halves and a small product that joins them: what two
/// workers gain over one step after the other, and what OpenBLAS gains with
/// two threads in each product instead.
struct ParallelSuite {
  let repetitions: Int

  func rows() throws -> [Row] { try HalvesWorkload.all().flatMap(rows) }

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
    let timings = samples.map(Timing.init(samples:))
    let variants = ["sequential", "2 workers", "2 BLAS threads"]
    return zip(variants, timings).map { variant, timing in
      Row(
        suite: "parallel", name: workload.name, variant: variant,
        timing: timing,
        ratio: variant == "sequential"
          ? nil : timing.median / timings[0].median)
    }
  }
}
