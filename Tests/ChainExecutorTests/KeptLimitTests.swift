import ChainFormats
import ChainRandom
import ChainSolvers
import ChainTestSupport
import Foundation
import JacobianChain
import Testing

@testable import ChainExecutor

/// Limits between the results alone and what the best plan takes: kept to the
/// byte, as the allocator counts, or refused with a peak above them.
@Suite("Limits on memory are kept to the byte")
struct KeptLimitTests {
  /// A problem with a limit, and what its plan without one makes.
  private struct Sample {
    let problem: Problem
    let objective: Objective
    let free: PricedPlan
    let operands: [Operand]
    let results: [[Double]]

    init(_ problem: Problem, _ objective: Objective = .fma) throws {
      (self.problem, self.objective) = (problem, objective)
      free = try Solved(problem, objective: objective).plan
      operands = try RandomOperands.operands(for: problem, seed: 1)
      results = try Executor().run(free, of: problem, operands: operands)
        .targets.map { try $0.denseEntries() }
    }

    /// The plan under the results and so much of what it needs beside them; nil
    /// when none was found.
    func plan(_ share: UInt128, of parts: UInt128) throws -> Solved? {
      let room = free.peakBytes - free.resultBytes
      let limit = max(1, free.resultBytes + room * share / parts)
      var limits = problem.limits
      limits.memory = Int(limit)
      let limited = try problem.with(limits: limits)
      let solved: Solved
      do throws(ChainError) {
        solved = try Solved(limited, objective: objective)
      } catch {
        try #require(error.kind == .infeasible && share < parts, "\(error)")
        let peaks = error.expected.split(separator: " ")
          .compactMap { UInt128($0) }
        try #require(
          !peaks.isEmpty && peaks.allSatisfy { $0 > limit }, "\(error)")
        return nil
      }
      try check(solved, limit)
      return solved
    }

    private func check(_ solved: Solved, _ limit: UInt128) throws {
      let plan = solved.plan
      // Parts may take less time than the whole.
      if objective == .fma { try #require(plan.price >= free.price) }
      if limit == free.peakBytes { try #require(plan == free) }
      if solved.needsMappedResults {
        return try #require(plan.workingBytes! <= limit)
      }
      try #require(plan.peakBytes <= limit)
      let run = try Executor().run(
        plan, of: solved.problem, operands: operands)
      try #require(run.peakBytes == Int(plan.peakBytes), "\(plan.plan)")
      try #require(run.countedFMA == plan.fma)
      for (target, right) in zip(run.targets, results) {
        let error = Samples.error(try target.denseEntries(), right)
        try #require(error <= 1e-13, "\(plan.plan)")
      }
    }
  }

  @Test("Random chains of every structure", arguments: 0..<4)
  func random(batch: Int) throws {
    var (kept, refused, sparing, staged) = (0, 0, 0, 0)
    try withSeeds(UInt64(40 * batch)..<UInt64(40 * batch + 40)) { seed in
      var random = SplitMix64(seed: 7000 + seed)
      var problem = try ChunkSamples.chain(&random)
      var objective = Objective.fma
      if random.oneIn(2) {
        problem = try timed(problem, seed: seed)
        objective = .time(try randomProfile(seed: seed))
      }
      let sample = try Sample(problem, objective)
      for share in [4, 2, 1, UInt128(random.integer(in: 0...3))] {
        guard let solved = try sample.plan(share, of: 4) else {
          refused += 1
          continue
        }
        guard !solved.needsMappedResults else { continue }
        kept += 1
        let plan = solved.plan.plan
        if plan.seedsAtOnce != nil { sparing += 1 }
        if plan.chunks.map({ !$0.stages.isEmpty }) ?? false { staged += 1 }
      }
    }
    #expect(
      kept > 40 && refused > 3 && sparing > 0 && staged > 0,
      "\(kept) kept, \(refused) refused, \(sparing) sparing, \(staged) staged")
  }

  /// A problem, and at most how many times the price without a limit is paid for
  /// half and for a quarter of what the results leave; nil where nothing fits.
  struct Expected: CustomTestStringConvertible, Sendable {
    let name: String
    let half: Double?
    let quarter: Double?

    init(_ name: String, _ half: Double?, _ quarter: Double?) {
      (self.name, self.half, self.quarter) = (name, half, quarter)
    }

    var testDescription: String { name }
  }

  @Test(
    "Workloads and structured problems",
    arguments: [
      Expected("w01-autoencoder-600", 1, 1),
      Expected("accumulate-first", 1, 1.15),
      Expected("autoencoder-activations", 1, 3.1),
      Expected("block-diagonal", 1, 1),
      Expected("mixed-given-and-matrix-free", 1, 2.6),
      Expected("selection-both-ends", 1, 1),
      Expected("sparse-arrow", 1, 1),
      Expected("sparse-mesh", 1, nil),
      Expected("sparse-mesh-matrix-free", 3.2, 4.9),
      Expected("tape-limited", 1, 1),
      Expected("tape-unlimited", 1, 1),
      Expected("tridiagonal-6", 1.09, nil),
    ])
  func files(_ expected: Expected) throws {
    let url = try #require(
      PeakBytesTests.problems.first {
        $0.lastPathComponent == "\(expected.name).json"
      })
    let sample = try Sample(
      ProblemFile(
        parsing: Files.read(url.path), file: url.lastPathComponent,
        directory: url.deletingLastPathComponent().path
      ).problem)
    #expect(try sample.plan(1, of: 1)?.plan == sample.free)
    for (parts, most) in [(2, expected.half), (4, expected.quarter)]
      as [(UInt128, Double?)]
    {
      let price = try sample.plan(1, of: parts)?.plan.price
      let times = price.map { Double($0) / Double(sample.free.price) }
      #expect((times == nil) == (most == nil), "1/\(parts)")
      #expect(times ?? 0 <= most ?? 0, "1/\(parts)")
    }
  }
}
