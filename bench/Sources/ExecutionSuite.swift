import COpenBLAS
import ChainCatalog
import ChainExecutor
import JacobianChain

/// What executing a plan costs above the bare calls that it stands for.
struct ExecutionSuite {
  let repetitions: Int

  /// Given dense chains whose optimum is a known sequence of products.
  private static let chains: [(name: String, dimensions: [Int])] = [
    ("autoencoder 600", [600, 60, 40, 10, 40, 60, 600]),
    ("autoencoder 3072", [3072, 1024, 256, 32, 256, 1024, 3072]),
    ("low rank 2000", [2000, 20, 2000, 20, 2000]),
    ("classifier 784", [784, 512, 256, 10]),
  ]

  func rows() throws -> [Row] {
    try Self.chains.flatMap { name, dimensions in
      try rows(name, dimensions)
    }
  }

  private func rows(_ name: String, _ dimensions: [Int]) throws -> [Row] {
    let problem = try Problem(
      factors: zip(dimensions, dimensions.dropFirst()).enumerated().map {
        Factor(name: "J\($0 + 1)", rows: $1.1, columns: $1.0)
      })
    let plan = try Catalog.choose(for: problem).solver.solve(problem).plan
      .priced(for: problem)
    let operands = try RandomOperands.operands(for: problem, seed: 1)
    let executor = Executor(threads: 1)
    let bare = try BareCalls(plan, operands.map { try $0.dense })
    var executed: [Double] = []
    var called: [Double] = []
    let clock = ContinuousClock()
    // In turns, so that a drifting machine is fair to both.
    for repetition in 0...repetitions * 4 {
      let start = clock.now
      let execution = try executor.run(plan, of: problem, operands: operands)
      let middle = clock.now
      bare.run()
      let end = clock.now
      precondition(execution.countedFMA == plan.fma)
      guard repetition > 0 else {
        let difference = zip(
          try execution.targets[0].denseEntries(), bare.result
        ).reduce(0) { max($0, abs($1.0 - $1.1)) }
        precondition(difference < 1e-9, "\(name): \(difference)")
        continue
      }
      executed.append((middle - start) / .seconds(1))
      called.append((end - middle) / .seconds(1))
    }
    let ours = Timing(samples: executed)
    let theirs = Timing(samples: called)
    return [
      Row(
        suite: "execution", name: name, variant: "plan", timing: ours,
        ratio: ours.median / theirs.median),
      Row(
        suite: "execution", name: name, variant: "bare dgemm", timing: theirs),
    ]
  }
}

extension Operand {
  /// The entries of a given factor, row-major.
  fileprivate var dense: [Double] {
    get throws { try entries!.denseEntries() }
  }
}

/// The products of a plan as calls of dgemm into buffers made beforehand.
private final class BareCalls {
  private struct Call {
    var outer, inner, result: Int
    var m, k, n: Int32
  }

  private var buffers: [UnsafeMutableBufferPointer<Double>] = []
  private var calls: [Call] = []

  init(_ plan: PricedPlan, _ factors: [[Double]]) throws {
    for (id, step) in plan.steps.enumerated() {
      let count = step.pattern.rows * step.pattern.columns
      let buffer = UnsafeMutableBufferPointer<Double>.allocate(capacity: count)
      buffers.append(buffer)
      switch step.step {
      case .given(let factor):
        _ = buffer.initialize(from: factors[factor])
      case .multiply(let outer, let inner):
        buffer.initialize(repeating: 0)
        calls.append(
          Call(
            outer: outer, inner: inner, result: id,
            m: Int32(step.pattern.rows),
            k: Int32(plan.steps[outer].pattern.columns),
            n: Int32(step.pattern.columns)))
      case .accumulate, .eliminate:
        preconditionFailure("a given chain has products only")
      }
    }
  }

  deinit { for buffer in buffers { buffer.deallocate() } }

  var result: [Double] { Array(buffers[calls[calls.count - 1].result]) }

  func run() {
    for call in calls {
      cblas_dgemm(
        CblasRowMajor, CblasNoTrans, CblasNoTrans, call.m, call.n, call.k, 1,
        buffers[call.outer].baseAddress, call.k,
        buffers[call.inner].baseAddress, call.n, 0,
        buffers[call.result].baseAddress, call.n)
    }
  }
}
