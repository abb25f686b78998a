import ChainCatalog
import JacobianChain

/// The ways to measure. A new one is a case here, its contestants, and a file
/// in `Kinds` with its tasks.
package enum SuiteKind: String, CaseIterable, Sendable {
  /// What orders cost, in fma.
  case savings
  /// What orders take when they are carried out, on matrices and as functions,
  /// and what peers take.
  case seconds
  /// What a profile predicts that orders take, and what they take.
  case prediction
  /// What choosing an order takes.
  case ordering
  /// How far from the optimum chosen orders are.
  case exactness
  /// Several targets, and factors that occur again.
  case joint
  /// Proofs and gaps of schedules on several machines.
  case machines
  /// Orders of elimination on graphs: counts, bounds and seconds.
  case graphs
  /// The most memory at one time.
  case memory
  /// A plan against the bare calls that it stands for.
  case execution
  /// One worker against two.
  case parallel
  /// Jacobians of composed functions.
  case functions
  /// Jacobians of scalar functions: compiled eliminations and what they are
  /// held against.
  case scalar

  /// Everybody who can take part.
  package var contestants: [String] {
    switch self {
    case .savings, .memory: Orders.names
    case .seconds:
      Orders.names + ["numpy multi_dot", "prepared jacobian"]
        + FunctionPeer.allCases.map(\.rawValue)
    case .ordering:
      Catalog.solvers.map(\.name) + OrderPeer.allCases.map(\.rawValue)
        + ChainPeer.allCases.map(\.rawValue)
    case .exactness:
      Catalog.solvers.map(\.name) + OrderPeer.allCases.map(\.rawValue)
        + Orders.names.dropFirst()
    case .prediction: PredictionTasks.contestants
    case .joint: JointTasks.plans + JointTasks.solvers
    case .machines: Catalog.solvers.map(\.name)
    case .graphs: GraphTasks.contestants
    case .execution: ExecutionTasks.contestants
    case .parallel: ParallelTasks.contestants
    case .functions: FunctionTasks.contestants
    case .scalar: ScalarTasks.contestants
    }
  }

  /// What its contestants can choose plans for, the usual one first; empty
  /// where the plans are given.
  package var objectives: [Objective] {
    switch self {
    case .savings, .exactness: [.fma, .makespan]
    case .ordering: [.fma, .makespan, .time(.builtIn)]
    case .prediction: [.time(.builtIn)]
    case .machines: [.makespan]
    case .seconds, .joint, .graphs, .memory, .execution, .functions: [.fma]
    case .parallel, .scalar: []
    }
  }

  /// Whether its plans may have to keep to limits. Tapes are for factors that
  /// are functions, not for given ones; prepared functions are not limited.
  package var takesLimits: Bool {
    switch self {
    case .savings, .seconds, .ordering, .exactness, .joint, .machines, .memory:
      true
    case .graphs, .execution, .parallel, .functions, .scalar, .prediction: false
    }
  }
}
