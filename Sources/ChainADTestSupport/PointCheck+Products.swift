import ChainAD
import ChainRandom
import JacobianChain

/// Blocks, linearity, and products against entries.
extension PointCheck {
  /// The products of several seeds in one block, one by one again.
  private func applyTogether(
    _ mode: Mode, _ seeds: [[Double]]
  ) throws(ChainError) -> [[Double]] {
    let width = seeds.count
    switch mode {
    case .tangent:
      let block = try probe.tangents(
        (0..<sizes.columns).flatMap { j in seeds.map { $0[j] } }, width: width)
      return (0..<width).map { c in
        (0..<sizes.rows).map { block[$0 * width + c] }
      }
    case .adjoint:
      let block = try probe.adjoints(Array(seeds.joined()), width: width)
      let n = sizes.columns
      return (0..<width).map { Array(block[$0 * n..<($0 + 1) * n]) }
    }
  }

  /// A block of w vectors is w single ones.
  mutating func checkBlocks(_ mode: Mode) throws(ChainError) {
    for width in [2, 3, 8, 33] {
      let seeds = (0..<width).map { _ in draw(probe.length(mode)) }
      let together = try applyTogether(mode, seeds)
      for (index, seed) in seeds.enumerated() {
        let single = try probe.apply(mode, seed)
        try compare(
          "blocks/\(mode.plural)/\(index) of \(width)", together[index],
          single, magnitudes: single)
      }
    }
  }

  /// J · (α u + β v) = α J · u + β J · v, and 0 goes to 0.
  mutating func checkLinearity(_ mode: Mode) throws(ChainError) {
    let (u, v) = (draw(probe.length(mode)), draw(probe.length(mode)))
    let (alpha, beta) = (generator.uniform() * 8, generator.uniform() * 8)
    let sum = try probe.apply(mode, zip(u, v).map { alpha * $0 + beta * $1 })
    let ofU = try probe.apply(mode, u).map { alpha * $0 }
    let ofV = try probe.apply(mode, v).map { beta * $0 }
    try compare(
      "linearity/\(mode.plural)", sum, zip(ofU, ofV).map { $0 + $1 },
      magnitudes: ofU + ofV)
    let ofZero = try probe.apply(
      mode, [Double](repeating: 0, count: probe.length(mode)))
    try compare(
      "linearity/\(mode.plural) of 0", ofZero,
      [Double](repeating: 0, count: ofZero.count), magnitudes: [])
  }

  /// The products of all unit vectors are the entries, and 0 outside the
  /// structure; those of random vectors have every entry in its place.
  mutating func checkEntries(
    _ mode: Mode, _ entries: [Double]?
  ) throws(ChainError) {
    let count = probe.length(mode)
    var lines = [[Int]](repeating: [], count: count)
    for (position, place) in sizes.coordinates.enumerated() {
      lines[mode == .tangent ? place.column : place.row].append(position)
    }
    for first in stride(from: 0, to: count, by: 16) {
      let chosen = first..<min(count, first + 16)
      let products = try applyTogether(
        mode,
        chosen.map { index in
          var unit = [Double](repeating: 0, count: count)
          unit[index] = 1
          return unit
        })
      for (product, index) in zip(products, chosen) {
        try checkLine(mode, index, product, lines[index], entries)
      }
    }
    guard let entries else { return }
    try checkProduct(mode, entries)
  }

  /// Column `index` of J from a tangent, or row `index` from an adjoint.
  private func checkLine(
    _ mode: Mode, _ index: Int, _ product: [Double], _ positions: [Int],
    _ entries: [Double]?
  ) throws(ChainError) {
    let allowed = suite.tolerance * product.largest
    var isInside = [Bool](repeating: false, count: product.count)
    for position in positions {
      let place = sizes.coordinates[position]
      let across = mode == .tangent ? place.row : place.column
      isInside[across] = true
      guard let entries else { continue }
      let isNear = abs(product[across] - entries[position]) <= allowed
      guard isNear else {
        throw probe.broken(
          "entries/row \(place.row), column \(place.column)",
          "\(product[across]), as the \(mode.plural) have it",
          "\(entries[position])")
      }
    }
    for across in product.indices where !isInside[across] {
      guard abs(product[across]) <= allowed else {
        let (row, column) = mode == .tangent ? (across, index) : (index, across)
        throw probe.broken(
          "structure/row \(row), column \(column)",
          "0 outside the declared structure, \(sizes.pattern.structure.name)",
          "\(product[across]) in the \(mode.plural)")
      }
    }
  }

  /// One random product, each double to the error that its own sum allows.
  private mutating func checkProduct(
    _ mode: Mode, _ entries: [Double]
  ) throws(ChainError) {
    let v = draw(probe.length(mode))
    let found = try probe.apply(mode, v)
    var expected = [Double](repeating: 0, count: found.count)
    var magnitudes = expected
    for (place, entry) in zip(sizes.coordinates, entries) {
      let (to, from) =
        mode == .tangent
        ? (place.row, place.column) : (place.column, place.row)
      expected[to] += entry * v[from]
      magnitudes[to] += abs(entry * v[from])
    }
    let tolerance = suite.tolerance
    try compare("entries/\(mode.plural)", found, expected) {
      tolerance * max(magnitudes[$0], .leastNormalMagnitude)
    }
  }
}
