import COpenBLAS
import JacobianChain

/// The products of a plan as calls of dgemm into buffers made beforehand.
final class BareCalls {
  private struct Call {
    var outer, inner, result: Int
    var m, k, n: Int32
  }

  private var buffers: [UnsafeMutableBufferPointer<Double>] = []
  private var calls: [Call] = []

  /// One thread, as the plan has; those of OpenBLAS go on spinning after a call
  /// and would disturb it.
  init(_ plan: PricedPlan, _ factors: [[Double]]) throws {
    openblas_set_num_threads(1)
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
      case .accumulate, .eliminate, .add:
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
