import JacobianChain

/// Products with minus an identity or minus a selection: data moves and changes
/// its sign, nothing is multiplied.
extension Product {
  /// −J, which is stored as J is.
  ///
  /// - Precondition: the result has the pattern of the operand.
  func negated(
    _ operand: @escaping @Sendable (Kernel.Places) -> Kernel.Pointer
  ) throws(ChainError) -> Kernel {
    let count = try result.storedCount()
    return Kernel { at in
      let (source, out) = (operand(at), at.result)
      for place in 0..<count { out[place] = -source[place] }
      return 0
    }
  }

  /// The kernel of the same product with a selection where there is minus one.
  ///
  /// - Precondition: one operand is minus a selection; the product of two
  ///   stores nothing.
  func withoutSign() throws(ChainError) -> Kernel {
    var product = self
    if case .negatedSelection = outer.structure {
      product.outer = outer.negated
    } else {
      product.inner = inner.negated
    }
    return try product.kernel()
  }
}

extension Kernel {
  /// The same with the other sign.
  ///
  /// - Parameter count: the doubles of the result.
  func negating(_ count: Int) -> Kernel {
    Kernel(scratch: scratch) { [fill] at in
      let fma = fill(at)
      for place in 0..<count { at.result[place] = -at.result[place] }
      return fma
    }
  }
}
