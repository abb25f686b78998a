/// Whether functions of others were given seeds that aren't finite: what they
/// make of them says nothing. They may drop them where an output is a constant;
/// those of this library drop only what isn't there.
struct ForeignPoles {
  /// By function.
  private let isForeign: [Bool]
  var wereMet = false

  /// - Parameter linearizations: nil for what has none.
  init(_ linearizations: [(any Linearization)?]) {
    isForeign = linearizations.map {
      guard let place = $0 else { return false }
      return !(place is any LayerLinearization)
        && !(place is GenericLinearization)
    }
  }

  /// Looks for seeds of a function that aren't finite.
  mutating func look(at seeds: Span<Double>, of function: Int) {
    guard isForeign[function] else { return }
    // 0 · x is 0 for every finite x, and NaN for all others.
    var zero = 0.0
    for index in seeds.indices { zero += 0 * seeds[index] }
    if zero != 0 { wereMet = true }
  }
}
