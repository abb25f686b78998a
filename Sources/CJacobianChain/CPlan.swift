import JChainHeader
import JacobianChain

/// A plan as arrays that C reads, as long as the value lives.
///
/// Unchecked: nobody changes the arrays.
final class CPlan: @unchecked Sendable {
  let steps: UnsafeMutableBufferPointer<jc_step>
  let targets: UnsafeMutableBufferPointer<Int64>
  /// The operands of all steps, one after the other: two at most of each.
  private let operands: UnsafeMutablePointer<Int64>

  init(_ priced: PricedPlan) {
    steps = .allocate(capacity: priced.steps.count)
    operands = .allocate(capacity: 2 * priced.steps.count)
    targets = .allocate(capacity: priced.plan.targets.count)
    _ = targets.initialize(from: priced.plan.targets.map(Int64.init))
    var used = operands
    for (id, step) in priced.steps.enumerated() {
      let start = used
      let (first, second) = step.step.operands
      for operand in [first, second] {
        guard let operand else { continue }
        used.initialize(to: Int64(operand))
        used += 1
      }
      let (kind, factor, mode) = step.step.parts
      steps.initializeElement(
        at: id,
        to: jc_step(
          kind: Int32(kind), mode: Int32(mode), factor: Int64(factor),
          operands: used > start ? UnsafePointer(start) : nil,
          operand_count: Int64(used - start),
          evaluations: Int64(step.evaluations),
          fma: UInt64(clamping: step.fma)))
    }
  }

  deinit {
    steps.deallocate()
    operands.deallocate()
    targets.deallocate()
  }
}

extension Step {
  /// What the header calls it.
  fileprivate var parts: (kind: Int, factor: Int, mode: Int) {
    switch self {
    case .given(let factor): (JC_GIVEN, factor, JC_NO_MODE)
    case .accumulate(let factor, let mode):
      (JC_ACCUMULATE, factor, mode.header)
    case .multiply: (JC_MULTIPLY, -1, JC_NO_MODE)
    case .eliminate(let factor, let mode, _):
      (JC_ELIMINATE, factor, mode.header)
    case .add: (JC_ADD, -1, JC_NO_MODE)
    }
  }
}

extension Mode {
  fileprivate var header: Int {
    switch self {
    case .tangent: JC_TANGENT
    case .adjoint: JC_ADJOINT
    }
  }
}
