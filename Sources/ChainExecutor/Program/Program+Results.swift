import JacobianChain

extension Program {
  /// Computes the targets, and gives the only one out, if all its entries are
  /// finite; nil if one isn't.
  ///
  /// A product that makes the target last is written where it is given out;
  /// `withTarget` and `target` then don't show it.
  ///
  /// - Parameters:
  ///   - operands: apply the matrix-free factors.
  ///   - workspace: where the memory of the target comes from, and goes when
  ///     nobody holds it any more; nil for the system.
  /// - Precondition: the problem has one target.
  /// - Throws: `ChainError`: as `run(_:)`, and `tooLarge` when there isn't
  ///   enough memory.
  /// - Complexity: as `run(_:)`, and O(stored entries).
  public func finiteResult(
    _ operands: some ProgramOperands, in workspace: Workspace? = nil
  ) throws(ChainError) -> Matrix? {
    precondition(targets.count == 1, "the problem has several targets")
    guard let last = productThatMakesTarget else {
      try run(operands)
      return try finiteTarget(0, in: workspace)
    }
    let matrix = try Matrix(unfilled: targetPattern(0), in: workspace)
    try run(operands, lastInto: matrix.base)
    let isFinite =
      isFiniteByOperands(last, results: matrix.storedCount)
      || Self.isFinite(matrix.base, matrix.storedCount)
    return isFinite ? matrix : nil
  }

  /// The last instruction, if it is a product with the place of the target.
  private var productThatMakesTarget: Multiplication? {
    guard case .multiply(let product)? = instructions.last,
      !targets[0].isEmpty, product.result == targets[0].lowerBound
    else { return nil }
    return product
  }

  /// Whether two operands show that their product, with more entries than
  /// they have, is finite: no entry exceeds the product of their Frobenius
  /// norms (Cauchy–Schwarz). False says nothing.
  private func isFiniteByOperands(
    _ product: Multiplication, results: Int
  ) -> Bool {
    let (outer, inner) = (product.outer, product.inner)
    guard !outer.isEmpty, !inner.isEmpty, outer.count + inner.count < results
    else { return false }
    func norm(_ operand: Range<Int>) -> Double {
      Self.sumOfSquares(buffer.base + operand.lowerBound, operand.count)
        .squareRoot()
    }
    // Half as much, for what rounding adds; NaN is below nothing.
    return norm(outer) * norm(inner) < 0.5 * .greatestFiniteMagnitude
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

  /// What the last run made of a target, as a copy that later runs leave
  /// alone, if all entries are finite; nil if one isn't.
  ///
  /// - Parameter workspace: as in `finiteResult`.
  /// - Throws: `ChainError` (`tooLarge`) when there isn't enough memory.
  /// - Complexity: O(stored entries).
  public func finiteTarget(
    _ index: Int, in workspace: Workspace? = nil
  ) throws(ChainError) -> Matrix? {
    let source = buffer.base + targets[index].lowerBound
    guard Self.isFinite(source, targets[index].count) else { return nil }
    let matrix = try Matrix(unfilled: targetPattern(index), in: workspace)
    matrix.base.update(from: source, count: matrix.storedCount)
    return matrix
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
