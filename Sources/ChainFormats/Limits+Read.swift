import JacobianChain

extension Limits {
  /// Reads limits as problem files write them: an absent key is unlimited.
  ///
  /// - Throws: `ChainError` with the place of what is no limit, 0 included.
  package init(
    _ value: JSONValue, at path: JSONPath
  ) throws(ChainError) {
    let entry = try JSONObject(
      value, at: path,
      allowed: ["tapePerStep", "tapeTotal", "machines", "memory"])
    self.init(
      tapePerStep: try entry.count("tapePerStep"),
      tapeTotal: try entry.count("tapeTotal"),
      machines: try entry.count("machines"),
      memory: try entry.count("memory"))
    try check(at: path.location)
  }

  /// The same, but for the limits that `others` state.
  func giving(way others: Limits) -> Limits {
    Limits(
      tapePerStep: others.tapePerStep ?? tapePerStep,
      tapeTotal: others.tapeTotal ?? tapeTotal,
      machines: others.machines ?? machines,
      memory: others.memory ?? memory)
  }
}
