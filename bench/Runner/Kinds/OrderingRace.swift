import ChainBenchResults
import ChainCatalog
import ChainSolvers
import ChainSystem
import JacobianChain

/// All planners on one problem: everybody's answer is checked first, then
/// those of this process and the compiled ones are timed in turns.
struct OrderingRace {
  /// What becomes of one contestant.
  struct Result {
    var outcome = Measurement.Outcome.measured
    var samples: [Double] = []
    var note = ""
  }

  private let problem: Problem
  private let objective: Objective
  private let stage: Stage
  /// nil when it wasn't found in the time of one call.
  private let optimum: UInt128?
  private var results: [Result] = []
  private var samples: [(place: Int, take: Sampling.Sample)] = []

  init(_ problem: Problem, _ objective: Objective, _ stage: Stage) throws {
    self.problem = problem
    self.objective = objective
    self.stage = stage
    let solution = try Catalog.choose(for: problem, objective: objective)
      .solver.solve(
        problem, objective: objective,
        control: Interruption.control(seconds: 4 * stage.suite.secondsPerCall))
    try Interruption.check()
    let achieved = try solution.achieved(for: problem, objective: objective)
    optimum = solution.status == .optimal ? achieved : nil
  }

  mutating func skip(_ reason: String) {
    results.append(Result(outcome: .skipped, note: reason))
  }

  /// Lets a contestant solve the problem once, and take part if it can.
  mutating func enter(_ contestant: String) throws {
    do {
      if let peer = OrderPeer(rawValue: contestant) {
        try PeerFailure.unlessPlanned(problem, for: objective)
        try enter(peer)
      } else if let peer = ChainPeer(rawValue: contestant) {
        try PeerFailure.unlessPlanned(problem, for: objective)
        try enter(peer)
      } else {
        try enter(Catalog.solver(named: contestant))
      }
    } catch let failure as PeerFailure {
      skip(failure.reason)
    }
  }

  /// The rows, in the order of the entries.
  func run() throws -> [Result] {
    var results = results
    let taken = try stage.sampling.inTurns(samples.map(\.take))
    for (sample, seconds) in zip(samples, taken) {
      results[sample.place].samples = seconds
    }
    return results
  }

  private mutating func enter(_ solver: any ChainSolver) throws {
    switch solver.support(for: problem, objective: objective) {
    case .unsupported(let why): return skip(why)
    case .exact, .heuristic: break
    }
    let limit = stage.suite.secondsPerCall
    let solution = try solver.solve(
      problem, objective: objective,
      control: Interruption.control(seconds: 4 * limit))
    try Interruption.check()
    guard solution.status == .optimal else {
      return skip(
        solution.status == .stopped(.heuristic)
          ? "proves nothing here" : "stopped after \(4 * limit) s")
    }
    let fma = try solution.achieved(for: problem, objective: objective)
    try check(
      fma == optimum ?? fma,
      "\(solver.name) costs \(fma), another one \(optimum ?? fma)")
    samples.append(
      (
        results.count,
        { [problem, objective] calls in
          try Sampling.seconds(calls) {
            _ = try solver.solve(
              problem, objective: objective, control: .unlimited)
          }
        }
      ))
    results.append(Result())
  }

  private mutating func enter(_ peer: ChainPeer) throws {
    let seconds = 4 * stage.suite.secondsPerCall
    let answer = try peer.solve(problem, stage.peers, seconds: seconds)
    guard answer.fma == optimum ?? answer.fma else {
      results.append(
        Result(outcome: .wrong, note: "finds \(answer.fma) as the optimum"))
      return
    }
    samples.append(
      (
        results.count,
        { [problem, stage] _ in
          try peer.solve(problem, stage.peers, seconds: 2 * seconds).seconds
        }
      ))
    results.append(Result())
  }

  private mutating func enter(_ peer: OrderPeer) throws {
    let answer = try peer.answers(
      for: [problem], stage.sampling, limit: stage.suite.secondsPerCall,
      stage.peers)[0]
    guard let priced = try? answer.plan.priced(for: problem) else {
      results.append(Result(outcome: .wrong, note: "no order of the chain"))
      return
    }
    var result = Result(samples: answer.seconds)
    if let optimum, priced.fma != optimum {
      result.note =
        "costs \(Double(priced.fma) / Double(optimum)) times the optimum"
    }
    results.append(result)
  }
}
