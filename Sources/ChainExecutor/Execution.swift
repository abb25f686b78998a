import JacobianChain

/// What one run of a plan made, and what it took.
public struct Execution: Sendable {
  /// One Jacobian per target of the problem. They stay valid for as long as
  /// they are held; later runs don't touch them.
  public let targets: [Matrix]
  /// Σ fma, as counted by the kernels, plus evaluations × declared cost.
  public let countedFMA: UInt128
  /// The same for each step of the plan.
  package let stepFMA: [UInt128]
  /// Tangent and adjoint evaluations performed.
  public let evaluations: Int
  /// Wall-clock seconds of the whole run.
  public let seconds: Double
  /// Wall-clock seconds of each step, when they were asked for.
  public let stepSeconds: [Double]?
  /// The most bytes of computed values (indices of sparse ones among them) and
  /// temporaries alive at one time, of all workers together, results included,
  /// given factors excluded. One step after the other it is the `peakBytes` of
  /// the plan.
  public let peakBytes: Int
  /// The workers that performed the steps.
  package let workers: Int
  /// Steps that were done by another worker than their schedule says.
  package let stolenSteps: Int
}
