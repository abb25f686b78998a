/// A plan that has been checked against its problem, and what it costs.
///
/// Every number of a report comes from here and never from a solver.
public struct PricedPlan: Hashable, Sendable {
  /// The plan.
  public let plan: Plan
  /// What made the prices.
  package let rate: Rate
  /// One entry per step of the plan.
  package let steps: PricedSteps
  /// Σ fma of all steps.
  public let fma: UInt128
  /// Σ of the prices of all steps, in units of the rate: fma unless it was
  /// priced at another one.
  public let price: UInt128
  /// The prices of the steps at another rate than fma.
  let stepPrices: [UInt128]
  /// Σ tape of all adjoint steps, memory units.
  public let tape: UInt128
  /// The most stored entries (doubles) of computed values alive at one time.
  /// Given factors belong to the caller and don't count.
  package let peakEntries: UInt128
  /// The most bytes alive at one time while the steps run one after the other:
  /// computed values, indices of sparse ones, seeds, evaluated blocks and what
  /// products work in; results included. What the engine counts.
  public let peakBytes: UInt128
  /// Bytes of the targets, which are alive at the end.
  package let resultBytes: UInt128
  /// `peakBytes` when the targets are written where they stay, into a mapped
  /// file, and don't count; nil when one of them isn't a dense value that the
  /// plan makes itself.
  package let workingBytes: UInt128?

  /// The price of step `id`, in units of the rate.
  public func price(ofStep id: Int) -> UInt128 {
    stepPrices.isEmpty ? steps[id].fma : stepPrices[id]
  }
}
