/// A plan that has been checked against its problem, and what it costs.
///
/// Every number of a report comes from here and never from a solver.
public struct PricedPlan: Hashable, Sendable {
  /// What one step costs and makes.
  public struct PricedStep: Hashable, Sendable {
    /// The step itself.
    public let step: Step
    /// Its price in fma.
    public let fma: UInt128
    /// Tangent or adjoint evaluations; 0 for other steps.
    public let evaluations: Int
    /// The pattern of the value it makes.
    public let pattern: Pattern
    /// The innermost (first applied) factor of the value; of a sum, that of
    /// its first addend.
    public let innermost: Int
    /// The outermost (last applied) factor of the value; of a sum, that of
    /// its first addend.
    public let outermost: Int
    /// The number of factors in the value's word; of a sum, in its longest.
    public let length: Int
    /// Between which vertices of a graph the value lies; nil for a product, and
    /// on graphs with one factor on several arcs, where values have no place.
    public internal(set) var ends: Graph.Block?
  }

  /// The plan.
  public let plan: Plan
  /// What made the prices.
  public let rate: Rate
  /// One entry per step of the plan.
  public let steps: [PricedStep]
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
  public let peakEntries: UInt128

  /// The price of step `id`, in units of the rate.
  public func price(ofStep id: Int) -> UInt128 {
    stepPrices.isEmpty ? steps[id].fma : stepPrices[id]
  }
}
