import JacobianChain

extension Trajectory {
  /// Looks for seeds that aren't finite. A function of others may drop them
  /// where an output is a constant; those here drop only what isn't there.
  func look(at seeds: Span<Double>, of k: Int) {
    guard isForeign[k] else { return }
    // 0 · x is 0 for every finite x, and NaN for all others.
    var zero = 0.0
    for index in seeds.indices { zero += 0 * seeds[index] }
    if zero != 0 { hasForeignPole = true }
  }

  /// The second derivatives of function `k`.
  func curved(_ k: Int) throws -> any CurvedLinearization {
    try linearizations[k]!.curved(graph.nodes[k].name)
  }

  /// All stored entries of function `k`, made once for a point.
  func wholeEntries(of k: Int, _ pattern: Pattern) throws -> WholeEntries {
    let whole =
      wholes[k] ?? WholeEntries(count: Int(clamping: pattern.storedEntries))
    wholes[k] = whole
    guard whole.move != moves else { return whole }
    let (base, count) = (whole.entries.base, whole.entries.count)
    var entries = MutableSpan(_unsafeStart: base, count: count)
    try write(k, pattern, &whole.recipe, into: &entries)
    whole.move = moves
    return whole
  }

  /// The entries of function `k`: its own, or by products.
  private func write(
    _ k: Int, _ pattern: Pattern, _ recipe: inout EntryRecipe?,
    into entries: inout MutableSpan<Double>
  ) throws {
    let (place, function) = (linearizations[k]!, graph.nodes[k].function!)
    if function.abilities.contains(.entries) {
      return try place.entries(into: &entries)
    }
    let sweeper = ProductSweeper(
      name: function.name, rows: pattern.rows, columns: pattern.columns,
      modes: function.abilities.modes
    ) { mode, seeds, width, block in
      try place.apply(mode, to: seeds, width: width, into: &block)
    }
    try sweeper.entries(
      of: pattern.structure, recipe: &recipe, into: &entries)
  }
}

/// The entries of a function that is accumulated as a whole.
final class WholeEntries {
  let entries: Doubles
  /// The move that they were made after; 0 for none.
  var move = 0
  fileprivate var recipe: EntryRecipe?

  init(count: Int) { entries = Doubles(count: count) }
}

extension Abilities {
  /// The products that there are.
  var modes: [Mode] {
    (contains(.tangent) ? [.tangent] : [])
      + (contains(.adjoint) ? [.adjoint] : [])
  }
}
