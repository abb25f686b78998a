extension UInt128 {
  /// The product, or the largest number where it is beyond.
  func multipliedClamped(by other: UInt128) -> UInt128 {
    let (product, overflow) = multipliedReportingOverflow(by: other)
    return overflow ? .max : product
  }
}
