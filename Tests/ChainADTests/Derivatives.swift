import ChainAD
import Testing

/// The derivative of a function at a point, by every way that it offers.
struct Derivatives {
  let function: any ElementalFunction
  let place: any Linearization
  private(set) var value: [Double]

  init(
    _ function: any ElementalFunction, at point: [Double],
    keeping kept: Abilities = []
  ) throws {
    self.init(function, function.linearization())
    try move(to: point, keeping: kept)
  }

  init(_ function: any ElementalFunction, _ place: any Linearization) {
    self.function = function
    self.place = place
    value = Array(repeating: .nan, count: function.outputCount)
  }

  mutating func move(
    to point: [Double], keeping kept: Abilities = []
  ) throws {
    let place = place
    var span = value.mutableSpan
    try place.move(to: point.span, value: &span, keeping: kept)
  }

  /// J · S for S with `width` columns.
  func tangents(_ seeds: [Double], width: Int) throws -> [Double] {
    var block = [Double](repeating: .nan, count: function.outputCount * width)
    var span = block.mutableSpan
    try place.tangents(of: seeds.span, width: width, into: &span)
    return block
  }

  /// S · J for S with `width` rows.
  func adjoints(_ seeds: [Double], width: Int) throws -> [Double] {
    var block = [Double](repeating: .nan, count: function.inputCount * width)
    var span = block.mutableSpan
    try place.adjoints(of: seeds.span, width: width, into: &span)
    return block
  }

  func entries(count: Int? = nil) throws -> [Double] {
    var entries = [Double](
      repeating: .nan,
      count: count ?? function.outputCount * function.inputCount)
    var span = entries.mutableSpan
    try place.entries(into: &span)
    return entries
  }

  /// All of J, row by row, as tangents of unit seeds.
  func byTangents() throws -> [Double] {
    try tangents(unit(function.inputCount), width: function.inputCount)
  }

  /// All of J, row by row, as adjoints of unit seeds.
  func byAdjoints() throws -> [Double] {
    try adjoints(unit(function.outputCount), width: function.outputCount)
  }
}

/// The n × n identity, row by row.
func unit(_ n: Int) -> [Double] {
  (0..<n * n).map { $0 / n == $0 % n ? 1 : 0 }
}

/// Numbers without a pattern, the same in each run.
func scattered(_ count: Int, from first: Int = 1) -> [Double] {
  (first..<first + count).map { .init(($0 * 7919) % 1009) / 500 - 1 }
}

/// Whether all numbers agree, relative to the larger of 1 and themselves.
func agree(_ a: [Double], _ b: [Double], within bound: Double) -> Bool {
  a.count == b.count
    && zip(a, b).allSatisfy { x, y in
      x == y || x.isNaN && y.isNaN
        || abs(x - y) <= bound * max(1, abs(x), abs(y)) && (x - y).isFinite
    }
}

/// v · w.
func dot(_ v: [Double], _ w: [Double]) -> Double {
  zip(v, w).reduce(0) { $0 + $1.0 * $1.1 }
}

extension Derivatives {
  /// Σ λ_i ∇²F_i, n × n, row by row, as products with unit seeds.
  func curvature(weights: [Double]) throws -> [Double] {
    let n = function.inputCount
    let place = try #require(place as? any CurvedLinearization)
    var block = [Double](repeating: .nan, count: n * n)
    var span = block.mutableSpan
    try place.curvatureProducts(
      weights: weights.span, of: unit(n).span, width: n, into: &span)
    return block
  }

  /// The same, as stored entries.
  func curvatureEntries(weights: [Double], count: Int) throws -> [Double] {
    let place = try #require(place as? any CurvedLinearization)
    var entries = [Double](repeating: .nan, count: count)
    var span = entries.mutableSpan
    try place.curvature(weights: weights.span, into: &span)
    return entries
  }
}
