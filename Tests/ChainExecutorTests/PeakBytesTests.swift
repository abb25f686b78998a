import ChainFormats
import ChainSolvers
import ChainTestSupport
import Foundation
import JacobianChain
import Testing

@testable import ChainExecutor

/// The peak of a plan is known before it runs, to the byte.
@Suite("Peak bytes: priced is counted")
struct PeakBytesTests {
  static let problems: [URL] = {
    let root = URL(filePath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "problems")
    let all = FileManager.default.enumerator(
      at: root, includingPropertiesForKeys: nil)
    return (all?.compactMap { $0 as? URL } ?? [])
      .filter { $0.pathExtension == "json" }
      .sorted { $0.path < $1.path }
  }()

  private func check(
    _ plan: PricedPlan, _ problem: Problem, _ operands: [Operand],
    by executor: Executor = Executor()
  ) throws {
    let run = try executor.run(plan, of: problem, operands: operands)
    try #require(run.peakBytes == Int(plan.peakBytes), "\(plan.plan)")
    // Given entries that are targets themselves belong to the caller.
    let given = Set(
      operands.compactMap { $0.entries?.storage.map(ObjectIdentifier.init) })
    var results: [ObjectIdentifier: UInt128] = [:]
    for target in run.targets {
      guard let storage = target.storage.map(ObjectIdentifier.init),
        !given.contains(storage)
      else { continue }
      results[storage] = CostModel.bytes(of: target.pattern)
    }
    try #require(results.values.reduce(0, +) == plan.resultBytes)
    try #require(run.countedFMA == plan.fma)
  }

  /// The order that is chosen and the baselines, as far as a debug build has
  /// them in a moment.
  @Test("All files of problems/", arguments: problems)
  func folder(_ url: URL) throws {
    let problem = try ProblemFile(
      parsing: Files.read(url.path), file: url.lastPathComponent,
      directory: url.deletingLastPathComponent().path
    ).problem
    let solved = try Solved(problem).compared()
    let plans =
      [solved.plan]
      + Baseline.allCases.compactMap {
        solved.baselines?[$0]
      }
    #expect((solved.hasLeastPeak == nil) == (problem.graph != nil))
    let operands = try RandomOperands.operands(for: problem, seed: 1)
    for plan in plans where plan.fma <= 60_000_000 {
      guard plan.peakBytes <= 1 << 28 else { continue }
      try check(plan, problem, operands)
    }
  }

  @Test("Several targets, repeated factors, every structure, every way")
  func joint() throws {
    var (runs, hadIndices) = (0, 0)
    try withSeeds(0..<300) { seed in
      let problem = randomJointProblem(seed: seed)
      guard let baselines = try? Baselines(of: problem) else { return }
      var plans = Baseline.allCases.compactMap { baselines[$0] }
      if let solved = try? Solved(problem) { plans.append(solved.plan) }
      let operands = try RandomOperands.operands(for: problem, seed: seed)
      for plan in plans {
        try check(plan, problem, operands)
        runs += 1
        let isSparse = plan.steps.contains {
          if case .given = $0.step { return false }
          return $0.pattern.indexBytes > 0 && $0.pattern.storedEntries > 0
        }
        hadIndices += isSparse ? 1 : 0
      }
    }
    #expect(runs > 600 && hadIndices > 30, "\(runs), \(hadIndices)")
  }

  @Test("Graphs, with sums and units")
  func graphs() throws {
    var sums = 0
    try withSeeds(0..<100) { seed in
      var draw = GraphDraw()
      if seed.isMultiple(of: 3) { draw.tied = 2 }
      let problem = randomGraph(seed: seed, draw)
      let operands = try RandomOperands.operands(for: problem, seed: seed)
      let solved = try Solved(problem).compared()
      let plans =
        [solved.plan]
        + Baseline.all(for: problem).compactMap {
          solved.baselines?[$0]
        }
      for plan in plans {
        try check(plan, problem, operands)
        sums += plan.steps.count {
          if case .add = $0.step { true } else { false }
        }
      }
    }
    #expect(sums > 100)
  }

  @Test("Kernels work in what their law allows, whatever meets")
  func workingEntries() throws {
    for (m, k, n) in [
      (6, 6, 6), (4, 6, 3), (1, 5, 8), (2, 5, 8), (3, 4, 5), (7, 1, 2),
      (12, 8, 12),
    ] {
      for outer in everyPattern(rows: m, columns: k) {
        for inner in everyPattern(rows: k, columns: n) {
          let result = try Pattern.product(outer, inner)
          guard RenamedOperand(outer, inner) == nil, result.storedEntries > 0
          else { continue }
          let kernel = try Product(outer: outer, inner: inner, result: result)
            .kernel()
          let allowed = CostModel.workingEntries(
            outer, inner, making: result)
          #expect(UInt128(kernel.scratch) <= allowed, "\(outer) · \(inner)")
        }
      }
    }
  }
}
