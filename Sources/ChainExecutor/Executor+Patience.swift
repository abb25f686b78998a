extension Executor {
  /// The fma of an order above which it is not carried out only to be compared
  /// with a better one: nobody would wait for it.
  package static let patience: UInt128 = 500_000_000_000
}
