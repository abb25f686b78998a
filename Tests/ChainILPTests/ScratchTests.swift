import ChainRandom
import ChainSolvers
import ChainTestSupport
import Foundation
import JacobianChain
import Testing
@testable import ChainILP

func comb(_ q: Int, _ seed: UInt64, powers: Bool = false) throws -> Problem {
  var g = SplitMix64(seed: seed)
  let d = (0...q).map { _ in
    powers ? 1 << g.integer(in: 4...10) : g.integer(in: 1...100)
  }
  var factors = (1...q).map {
    Factor(name: "J\($0)", rows: d[$0], columns: d[$0 - 1])
  }
  for k in 1...q {
    factors.append(
      Factor(
        name: "W\(k)", rows: d[k],
        columns: powers ? 1 << g.integer(in: 4...10) : g.integer(in: 1...100)))
  }
  let targets = (0..<q).map { k in [q + k] + Array(k + 1..<q) }
  return try Problem(name: "comb-\(q)-\(seed)", factors: factors, targets: targets)
}

@Suite struct Scratch {
  @Test func handChecked() throws {
    for h in HandChecked.joint + HandChecked.chains {
      guard IntegerProgram().support(for: h.problem, objective: .fma) == .exact else { print("skip", h.problem.name); continue }
      let s = try IntegerProgram().solve(h.problem)
      let p = try s.plan.priced(for: h.problem)
      print(h.problem.name, p.fma, h.optimum, s.lowerBound, s.explored)
      #expect(p.fma == h.optimum)
    }
  }
  @Test func combs() throws {
    let q = Int(ProcessInfo.processInfo.environment["Q"] ?? "10")!
    let powers = ProcessInfo.processInfo.environment["P"] != nil
    for seed in 1...3 {
      let problem = try comb(q, UInt64(seed), powers: powers)
      let c = ContinuousClock()
      let t = c.now
      let control = SearchControl(shouldStop: { (c.now - t) > .seconds(60) ? .timeLimit : nil })
      let s = try IntegerProgram().solve(problem, objective: .fma, control: control)
      let p = try s.plan.priced(for: problem)
      print("comb", q, seed, p.fma, s.lowerBound, s.explored, s.stopReason as Any, c.now - t)
    }
  }
}
