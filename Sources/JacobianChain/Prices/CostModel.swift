/// The price of every step in fma (fused multiply-adds; FLOPs = 2 · fma).
///
/// The only place with price formulas. Dense formulas are those of the
/// literature (Naumann 2020, doi:10.1137/20M1311697); structure enters
/// through the exact counts and colours of the patterns.
@usableFromInline package enum CostModel {
  /// A product of an m × k and a k × n Jacobian: Σ_p colnnz(p) · rownnz(p)
  /// over the shared dimension; 0 when one of them is a unit structure.
  ///
  /// - Complexity: O(1) for structures with closed forms, otherwise O(runs of
  ///   equal counts).
  package static func multiply(_ outer: Pattern, _ inner: Pattern) -> UInt128 {
    if outer.isDense, inner.isDense {
      return dense(outer.rows, inner.rows, inner.columns)
    }
    if outer.structure.isUnit || inner.structure.isUnit { return 0 }
    return multiply(outer.columnCounts, inner.rowCounts)
  }

  /// The same from the counts of the shared dimension, nil for a unit.
  ///
  /// - Complexity: O(runs of equal counts).
  static func multiply(
    _ columnCounts: CountVector?, _ rowCounts: CountVector?
  ) -> UInt128 {
    guard let columnCounts, let rowCounts else { return 0 }
    return columnCounts.dot(rowCounts)
  }

  /// A product of two full Jacobians, m × k times k × n.
  @inlinable
  package static func dense(_ m: Int, _ k: Int, _ n: Int) -> UInt128 {
    UInt128(m) * UInt128(k) * UInt128(n)
  }

  /// Tangent or adjoint evaluations that recover a Jacobian with `pattern`.
  package static func evaluations(_ mode: Mode, _ pattern: Pattern) -> Int {
    switch mode {
    case .tangent: pattern.columnColours
    case .adjoint: pattern.rowColours
    }
  }

  /// The same; `control` may stop the colouring of a sparse pattern.
  ///
  /// - Throws: `ChainError` when it did.
  package static func evaluations(
    _ mode: Mode, _ pattern: Pattern, control: SearchControl
  ) throws(ChainError) -> Int {
    guard case .sparse(let entries) = pattern.structure else {
      return evaluations(mode, pattern)
    }
    return try entries.colouring(mode, control).count
  }

  /// A sum: additions aren't counted as fma.
  package static let sum: UInt128 = 0

  /// Evaluations of a function whose products cost `cost` fma each.
  @inlinable
  package static func apply(evaluations: Int, cost: Int) -> UInt128 {
    UInt128(evaluations) * UInt128(cost)
  }

  /// A bound that needs no search: every factor that isn't given is evaluated
  /// at least once. 0 with structure, where a product can be empty.
  package static func lowerBound(of problem: Problem) -> UInt128 {
    guard problem.isDense else { return 0 }
    var bound: UInt128 = 0
    for index in problem.usedFactors {
      let factor = problem.factors[index]
      if factor.isGiven { continue }
      let costs = Mode.allCases.compactMap { problem.cost(of: factor, $0) }
      bound += UInt128(costs.min() ?? 0)
    }
    return bound
  }

  /// (plan − bound) ÷ plan: the share of a plan's price that the best plan may
  /// save at most, from 0 (proven) to 1 (nothing is known).
  ///
  /// The one definition of a gap: limits on it, progress, reports and
  /// benchmarks mean this.
  package static func gap(plan: UInt128, bound: UInt128) -> Double {
    bound < plan ? Double(plan - bound) / Double(plan) : 0
  }

  /// `lowerBound` for makespan, shared out evenly; 0 for any number
  /// of machines.
  package static func makespanLowerBound(of problem: Problem) -> UInt128 {
    guard let machines = problem.limits.machines else { return 0 }
    let p = UInt128(machines)
    let bound = lowerBound(of: problem)
    return bound / p + (bound % p == 0 ? 0 : 1)
  }
}

extension Pattern {
  /// The counts that a product with this pattern as outer one is priced by;
  /// nil for a unit, with which products are free.
  var columnsToMultiply: CountVector? {
    structure.isUnit ? nil : columnCounts
  }

  /// The counts that a product with this pattern as inner one is priced by;
  /// nil for a unit.
  var rowsToMultiply: CountVector? { structure.isUnit ? nil : rowCounts }
}
