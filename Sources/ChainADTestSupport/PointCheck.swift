import ChainAD
import ChainRandom
import JacobianChain

/// The laws at one point.
struct PointCheck {
  let suite: AdapterConformance
  let sizes: Sizes
  let point: [Double]
  let elsewhere: [Double]
  var generator: SplitMix64
  var probe: Probe
  let abilities: Abilities

  init(
    _ suite: AdapterConformance, _ sizes: Sizes, _ point: [Double],
    _ elsewhere: [Double], _ generator: SplitMix64
  ) {
    self.suite = suite
    self.sizes = sizes
    self.point = point
    self.elsewhere = elsewhere
    self.generator = generator
    let function = suite.function
    abilities = function.abilities
    probe = Probe(
      name: function.name, sizes: sizes, place: function.linearization())
  }

  mutating func run() throws(ChainError) {
    let value = try probe.value(at: point, keeping: abilities)
    let entries = abilities.contains(.entries) ? try probe.entries() : nil
    for mode in Mode.allCases where abilities.contains(mode.ability) {
      try checkBlocks(mode)
      try checkLinearity(mode)
      try checkEntries(mode, entries)
    }
    try checkAdjointIdentity()
    try checkRepetition(value, entries)
    try checkDifferences(value)
    try checkParameters()
    try checkCurvature()
    try checkReference()
  }

  /// `count` doubles from −1 to 1.
  mutating func draw(_ count: Int) -> [Double] {
    (0..<count).map { _ in generator.uniform() }
  }

  /// Refuses `found` unless it is `expected` up to `allowed`, each.
  func compare(
    _ law: String, _ found: [Double], _ expected: [Double],
    allowed: (Int) -> Double
  ) throws(ChainError) {
    for index in expected.indices {
      // Written so that NaN is refused, and what only infinity would allow.
      let error = abs(found[index] - expected[index])
      guard error <= allowed(index), allowed(index).isFinite else {
        throw probe.broken(
          "\(law)/\(index)", "\(expected[index])", "\(found[index])")
      }
    }
  }

  /// One error for all: the tolerance times the largest magnitude.
  func compare(
    _ law: String, _ found: [Double], _ expected: [Double],
    magnitudes: [Double]
  ) throws(ChainError) {
    let allowed = suite.tolerance * magnitudes.largest
    try compare(law, found, expected) { _ in allowed }
  }

  /// ⟨ȳ, J·ẋ⟩ = ⟨ȳ·J, ẋ⟩.
  private mutating func checkAdjointIdentity() throws(ChainError) {
    guard abilities.contains([.tangent, .adjoint]) else { return }
    for _ in 0..<3 {
      let (x, y) = (draw(sizes.columns), draw(sizes.rows))
      let forward = try probe.tangents(x, width: 1)
      let backward = try probe.adjoints(y, width: 1)
      let left = zip(y, forward).map { $0 * $1 }
      let right = zip(backward, x).map { $0 * $1 }
      let magnitude = (left + right).reduce(0) { $0 + abs($1) }
      try compare(
        "adjointIdentity", [right.reduce(0, +)], [left.reduce(0, +)],
        magnitudes: [magnitude])
    }
  }

  /// A place that comes from another point, and keeps less, gives the same.
  private mutating func checkRepetition(
    _ value: [Double], _ entries: [Double]?
  ) throws(ChainError) {
    let late = Probe(
      name: probe.name, sizes: sizes,
      place: suite.function.linearization())
    func move(keeping kept: Abilities, _ law: String) throws(ChainError) {
      _ = try late.value(at: elsewhere, keeping: kept)
      let again = try late.value(at: point, keeping: kept)
      try compare(law, again, value, magnitudes: value)
    }
    if let entries {
      try move(keeping: .entries, "repetition/value")
      try compare(
        "repetition/entries", try late.entries(), entries, magnitudes: entries)
    }
    for mode in Mode.allCases where abilities.contains(mode.ability) {
      try move(keeping: mode.ability, "repetition/value")
      let seed = draw(probe.length(mode))
      let expected = try probe.apply(mode, seed)
      try compare(
        "repetition/\(mode.plural)", try late.apply(mode, seed), expected,
        magnitudes: expected)
    }
    try move(keeping: [], "values/keeping nothing")
  }

  /// (F(x + h v) − F(x − h v)) / 2h ≈ J · v.
  private mutating func checkDifferences(
    _ value: [Double]
  ) throws(ChainError) {
    guard let allowed = suite.differenceTolerance else { return }
    let v = draw(sizes.columns)
    let expected: [Double]
    if abilities.contains(.tangent) {
      expected = try probe.tangents(v, width: 1)
    } else if abilities.contains(.entries) {
      expected = expanded(
        sizes.coordinates, try probe.entries(), times: v)
    } else {
      return
    }
    let h = 0x1p-17
    let ahead = try probe.value(
      at: zip(point, v).map { $0 + h * $1 }, keeping: [])
    let behind = try probe.value(
      at: zip(point, v).map { $0 - h * $1 }, keeping: [])
    let quotient = zip(ahead, behind).map { ($0 - $1) / (2 * h) }
    let error = allowed * max(expected.largest, value.largest)
    try compare("differences", quotient, expected) { _ in error }
  }

  /// Σ_j J_ij v_j from the entries.
  func expanded(
    _ coordinates: [(row: Int, column: Int)], _ entries: [Double],
    times v: [Double]
  ) -> [Double] {
    var product = [Double](repeating: 0, count: sizes.rows)
    for (place, entry) in zip(coordinates, entries) {
      product[place.row] += entry * v[place.column]
    }
    return product
  }
}

extension Mode {
  var ability: Abilities {
    switch self {
    case .tangent: .tangent
    case .adjoint: .adjoint
    }
  }

  var plural: String {
    switch self {
    case .tangent: "tangents"
    case .adjoint: "adjoints"
    }
  }
}

extension [Double] {
  /// The largest magnitude; the smallest normal double when all are 0.
  var largest: Double {
    reduce(Double.leastNormalMagnitude) { Swift.max($0, abs($1)) }
  }
}
