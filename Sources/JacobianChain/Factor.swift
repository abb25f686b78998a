/// One elemental Jacobian J_i of the chain, m × n, and what is known of it.
///
/// | paper | here |
/// |---|---|
/// | m_i, n_i | `rows`, `columns` |
/// | cost of ẏ = J_i·ẋ (JVP) | `tangentCost`, fma per product |
/// | cost of x̄ = ȳ·J_i (VJP) | `adjointCost`, fma per product |
/// | \|E_i\|, edges in the DAG | `tape`, memory units of one adjoint |
/// | explicit, preaccumulated | `isGiven` |
public struct Factor: Hashable, Sendable {
  /// The name by which words and reports refer to the factor.
  public var name: String
  /// The number of rows m (outputs of F_i).
  public var rows: Int
  /// The number of columns n (inputs of F_i).
  public var columns: Int
  /// The nonzero pattern as declared.
  public var structure: Structure
  /// Whether the entries are at hand and cost nothing.
  public var isGiven: Bool
  /// fma of one tangent product J_i·v; nil when F_i has no tangents.
  public var tangentCost: Int?
  /// fma of one adjoint product v·J_i; nil when F_i has no adjoints.
  public var adjointCost: Int?
  /// Memory units that one adjoint of F_i needs.
  public var tape: Int
  /// What tangents take, where a profile's guess from their fma isn't wanted.
  package var tangentTime: EvaluationTime?
  /// What adjoints take, likewise.
  package var adjointTime: EvaluationTime?

  /// Creates a factor; it is given unless it has tangents or adjoints.
  public init(
    name: String, rows: Int, columns: Int, structure: Structure = .dense,
    isGiven: Bool? = nil, tangentCost: Int? = nil, adjointCost: Int? = nil,
    tape: Int = 0
  ) {
    self.name = name
    self.rows = rows
    self.columns = columns
    self.structure = structure
    self.isGiven = isGiven ?? (tangentCost == nil && adjointCost == nil)
    self.tangentCost = tangentCost
    self.adjointCost = adjointCost
    self.tape = tape
  }

  /// fma of one product in `mode`; nil when F_i has none.
  @inlinable
  package func cost(_ mode: Mode) -> Int? {
    switch mode {
    case .tangent: tangentCost
    case .adjoint: adjointCost
    }
  }
}

/// The two ways to apply F_i's derivative without its entries.
public enum Mode: String, Hashable, Sendable, CaseIterable {
  /// Forward mode: J_i · v (JVP, pushforward).
  case tangent
  /// Reverse mode: v · J_i (VJP, pullback).
  case adjoint
}

/// Bounds on the whole plan; nil means unlimited, and 0 is refused.
public struct Limits: Hashable, Sendable {
  /// An adjoint step of F_i is allowed iff its tape is at most this.
  public var tapePerStep: Int?
  /// Σ of the tapes of all adjoint steps of the plan is at most this.
  public var tapeTotal: Int?
  /// The number of identical machines p.
  public var machines: Int?
  /// Bytes that may be alive at one time, results included and given factors
  /// not. Whoever chooses an order keeps to it (`Solved`); pricing a plan only
  /// says what it takes.
  public var memory: Int?

  /// Creates limits; what isn't named is unlimited.
  public init(
    tapePerStep: Int? = nil, tapeTotal: Int? = nil, machines: Int? = nil,
    memory: Int? = nil
  ) {
    self.tapePerStep = tapePerStep
    self.tapeTotal = tapeTotal
    self.machines = machines
    self.memory = memory
  }
}
