import ChainRandom
import JacobianChain

/// A profile of no machine: every kernel has times of its own, drawn from a
/// seed, so that what is fast has nothing to do with fma.
package func randomProfile(seed: UInt64) throws -> Profile {
  var draw = SplitMix64(seed: seed)
  var tables: [Work.Kernel: TimeTable] = [:]
  for kernel in Work.Kernel.allCases {
    let axes = (0..<3).map { _ in
      [1.0, 3, 8, 40].prefix(draw.integer(in: 1...4))
    }
    let count = axes.reduce(1) { $0 * $1.count }
    tables[kernel] = try TimeTable(
      rows: Array(axes[0]), shared: Array(axes[1]), columns: Array(axes[2]),
      nanoseconds: (0..<count).map { _ in
        Double(draw.integer(in: 1...4000)) / 4
      })
  }
  return try Profile(
    origin: Profile.Origin(
      processor: "seed \(seed)", kernels: "none", build: "test"),
    tables: tables)
}

/// The same chain with measured times of some of its functions, drawn from a
/// seed.
package func timed(_ problem: Problem, seed: UInt64) throws -> Problem {
  var draw = SplitMix64(seed: seed)
  func time() -> EvaluationTime? {
    draw.oneIn(3)
      ? nil
      : EvaluationTime(
        fixed: draw.integer(in: 0...9000), perSeed: draw.integer(in: 0...900))
  }
  var factors = problem.factors
  for index in factors.indices {
    if factors[index].tangentCost != nil { factors[index].tangentTime = time() }
    if factors[index].adjointCost != nil { factors[index].adjointTime = time() }
  }
  return try Problem(
    name: problem.name, source: problem.source, factors: factors,
    targets: problem.targets, matrixFree: problem.matrixFree,
    limits: problem.limits)
}
