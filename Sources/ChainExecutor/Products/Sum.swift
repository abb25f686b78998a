import JacobianChain

/// One sum of two patterns on its way to a kernel.
struct Sum {
  let first: Pattern
  let second: Pattern
  /// Their union.
  let result: Pattern

  /// The kernel: the first operand goes to its places in the result, whose
  /// others are 0, and the second one is added. Nothing is multiplied.
  ///
  /// Its `outer` is the first operand, its `inner` the second one.
  ///
  /// - Precondition: the result stores something.
  /// - Throws: `ChainError` (`tooLarge`) when it couldn't be held.
  /// - Complexity: O(1) for operands with the result's pattern, otherwise
  ///   O(m + entries).
  func kernel() throws(ChainError) -> Kernel {
    let count = try result.storedCount()
    let (a, b) = (Addend(first, in: result), Addend(second, in: result))
    if a.isWhole, b.isWhole {
      return Kernel { at in
        let (x, y, out) = (at.outer, at.inner, at.result)
        for place in 0..<count { out[place] = x[place] + y[place] }
        return 0
      }
    }
    return Kernel { at in
      if a.isWhole {
        at.result.update(from: at.outer, count: count)
      } else {
        at.result.update(repeating: 0, count: count)
        a.add(at.outer, to: at.result)
      }
      b.add(at.inner, to: at.result)
      return 0
    }
  }
}

extension Matrix {
  /// The sum `a + b`, m × n both.
  ///
  /// - Precondition: they have one shape.
  /// - Throws: `ChainError` (`tooLarge`) when the result or its pattern can't
  ///   be held.
  /// - Complexity: O(m + entries of the three).
  public static func sum(
    _ a: Matrix, _ b: Matrix
  ) throws(ChainError) -> Matrix {
    precondition(a.rows == b.rows && a.columns == b.columns)
    let union = try Pattern.union(a.pattern, b.pattern)
    let result = try Matrix(unfilled: union)
    guard result.storage != nil else { return result }
    _ = try Sum(first: a.pattern, second: b.pattern, result: union).kernel()
      .fill(
        Kernel.Places(
          outer: a.base, inner: b.base, result: result.base,
          scratch: Matrix.nowhere, threads: 1))
    withExtendedLifetime((a, b, result)) {}
    return result
  }
}
