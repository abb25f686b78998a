import JacobianChain

extension Program {
  /// The pattern of a target, m × n.
  public func targetPattern(_ index: Int) -> Pattern {
    plan.steps[plan.plan.targets[index]].pattern
  }

  /// Makes all entries of the targets 0, as before a first run.
  ///
  /// - Throws: `ChainError` (`tooLarge`) when the workspace has no memory for
  ///   the program.
  package func clearTargets(in workspace: Workspace) throws(ChainError) {
    try begin(in: workspace)
    for index in targets.indices { target(index, in: workspace).clear() }
  }

  /// What the last run in a workspace made of a target. Later runs leave it
  /// alone as long as somebody holds it.
  ///
  /// - Precondition: the program was the last one there, and did run.
  /// - Complexity: O(1).
  public func target(_ index: Int, in workspace: Workspace) -> Matrix {
    precondition(workspace.program === self, "another program was run")
    let storage: Buffer? =
      switch targets[index] {
      case .result(let result): workspace.result(result)
      case .given(let factor): given(factor, in: workspace)?.storage
      case .nothing: nil
      }
    return Matrix(pattern: targetPattern(index), sharing: storage)
  }

  /// Reads what the last run in a workspace made of a target, in place.
  ///
  /// - Parameter body: sees what `targetPattern(index)` stores, in the order of
  ///   `Matrix`; nothing for a unit structure.
  /// - Precondition: as `target`.
  /// - Complexity: O(1), and `body`.
  public func withTarget<Result, Failure: Error>(
    _ index: Int, in workspace: Workspace,
    _ body: (Span<Double>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let matrix = target(index, in: workspace)
    defer { withExtendedLifetime(matrix) {} }
    return try body(
      Span(_unsafeStart: matrix.base, count: matrix.storedCount))
  }

  /// The same as `target`, if all its entries are finite; nil if one isn't.
  ///
  /// - Precondition: as `target`.
  /// - Complexity: O(stored entries), less where the operands of a last product
  ///   tell.
  package func finiteTarget(_ index: Int, in workspace: Workspace) -> Matrix? {
    let matrix = target(index, in: workspace)
    return isFiniteByOperands(index, matrix.storedCount, workspace.memories)
      || Self.isFinite(matrix.base, matrix.storedCount) ? matrix : nil
  }

  /// Whether two operands show that their product, with more entries than
  /// they have, is finite: no entry exceeds the product of their Frobenius
  /// norms (Cauchy–Schwarz). False says nothing.
  private func isFiniteByOperands(
    _ target: Int, _ results: Int, _ memories: Memories
  ) -> Bool {
    // Nobody has taken the places of the last operands over.
    guard let last = instructions.last,
      last.step == plan.plan.targets[target],
      case .combine(let product) = last.action,
      case .multiply(let outer, let inner) = plan.plan.steps[last.step]
    else { return false }
    let counts = (stored(outer), stored(inner))
    guard counts.0 > 0, counts.1 > 0, counts.0 + counts.1 < results else {
      return false
    }
    let norms = (
      Self.sumOfSquares(memories[product.outer], counts.0).squareRoot(),
      Self.sumOfSquares(memories[product.inner], counts.1).squareRoot()
    )
    // Half as much, for what rounding adds; NaN is below nothing.
    return norms.0 * norms.1 < 0.5 * .greatestFiniteMagnitude
  }

  private func stored(_ step: Int) -> Int {
    Int(clamping: plan.steps[step].pattern.storedEntries)
  }

  private static func sumOfSquares(
    _ doubles: UnsafePointer<Double>, _ count: Int
  ) -> Double {
    let source = UnsafeRawPointer(doubles)
    typealias Lanes = SIMD8<Double>
    var sums = Lanes.zero
    for block in 0..<count / 8 {
      let lanes = source.loadUnaligned(
        fromByteOffset: block * MemoryLayout<Lanes>.size, as: Lanes.self)
      sums += lanes * lanes
    }
    var sum = sums.sum()
    for i in count / 8 * 8..<count { sum += doubles[i] * doubles[i] }
    return sum
  }

  private static func isFinite(
    _ doubles: UnsafePointer<Double>, _ count: Int
  ) -> Bool {
    // 0 · x is 0 for every finite x, and NaN for all others.
    let source = UnsafeRawPointer(doubles)
    typealias Lanes = SIMD8<Double>
    var zeros = Lanes.zero
    for block in 0..<count / 8 {
      zeros +=
        0
        * source.loadUnaligned(
          fromByteOffset: block * MemoryLayout<Lanes>.size, as: Lanes.self)
    }
    var zero = zeros.sum()
    for i in count / 8 * 8..<count { zero += 0 * doubles[i] }
    return zero == 0
  }
}
