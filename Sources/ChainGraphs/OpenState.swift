/// A state of an A* search that waits to be looked at: the least estimate first,
/// of equal ones the one with the most paid, then the older one.
struct OpenState: Comparable {
  /// What has been paid, and what is left at least.
  var total: Int
  var cost: Int
  /// Which state.
  var index: Int

  static func < (a: OpenState, b: OpenState) -> Bool {
    (a.total, b.cost, a.index) < (b.total, a.cost, b.index)
  }
}
