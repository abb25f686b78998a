import ChainAD
import JacobianChain

/// Where a derivative isn't finite, every way to it says so.
extension PointCheck {
  /// Outputs and inputs that have a part in entries that aren't finite.
  private struct Poles: Equatable {
    var rows: Set<Int> = []
    var columns: Set<Int> = []
  }

  mutating func checkPoles() throws(ChainError) {
    probe.admitsPoles = true
    _ = try probe.value(at: point, keeping: abilities)
    let ofEntries = try polesOfEntries()
    var (rows, columns) = (ofEntries?.rows, ofEntries?.columns)
    if abilities.contains(.tangent) {
      rows = try checkPoles(.tangent, rows, "outputs")
    }
    if abilities.contains(.adjoint) {
      columns = try checkPoles(.adjoint, columns, "inputs")
    }
    guard rows?.isEmpty != columns?.isEmpty else { return }
    if let rows, let columns {
      throw probe.broken(
        "poles", "the same from the left and from the right",
        "outputs \(rows.sorted()), inputs \(columns.sorted())")
    }
  }

  private func polesOfEntries() throws(ChainError) -> Poles? {
    guard abilities.contains(.entries) else { return nil }
    var poles = Poles()
    for (place, entry) in zip(sizes.coordinates, try probe.entries())
    where !entry.isFinite {
      poles.rows.insert(place.row)
      poles.columns.insert(place.column)
    }
    return poles
  }

  /// Unit vectors have them where the entries do, and so has 0: a 0 that is
  /// multiplied by ∞ must not hide it.
  ///
  /// - Parameter expected: by the entries; nil without any.
  private func checkPoles(
    _ mode: Mode, _ expected: Set<Int>?, _ what: String
  ) throws(ChainError) -> Set<Int> {
    let count = probe.length(mode)
    func poles(_ product: [Double]) -> Set<Int> {
      Set(product.indices.filter { !product[$0].isFinite })
    }
    var found: Set<Int> = []
    for index in 0..<count {
      var unit = [Double](repeating: 0, count: count)
      unit[index] = 1
      found.formUnion(poles(try probe.apply(mode, unit)))
    }
    let ofZero = poles(
      try probe.apply(mode, [Double](repeating: 0, count: count)))
    for (law, poles) in [("", found), (" of 0", ofZero)] {
      let expected = expected ?? found
      guard poles == expected else {
        throw probe.broken(
          "poles/\(mode.plural)\(law)",
          "\(what) \(expected.sorted()) not finite: 0 · ∞ is NaN",
          "\(poles.sorted())")
      }
    }
    return found
  }
}
