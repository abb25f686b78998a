import JacobianChain
import RealModule

/// y_a = x_a, y_b = x_b ⊙ exp(s(x_a)) + t(x_a): an affine coupling layer
/// (Dinh, Sohl-Dickstein & Bengio 2016, "Density estimation using Real NVP",
/// arXiv:1605.08803, eq. 7 and 8).
///
/// x_a are the first `passiveCount` inputs. Row i of the lower half of the
/// Jacobian has the columns of s_i and t_i and the diagonal, which is
/// exp(s_i): the pattern is exact. The parameters of s and t are constants
/// here.
public struct CouplingLayer: ElementalFunction {
  /// The name that reports and errors refer to.
  public let name: String
  /// s, from x_a to one scale per x_b.
  public let scale: any ElementalFunction
  /// t, from x_a to one shift per x_b.
  public let shift: any ElementalFunction
  /// Where the entries lie: always sparse.
  public let structure: Structure
  private let layout: CouplingLayout

  /// Creates the layer.
  ///
  /// - Parameters:
  ///   - scale: s.
  ///   - shift: t.
  /// - Throws: `ChainError` when s and t differ in shape, when one of them has
  ///   no entries, or when the pattern is too large to list.
  /// - Complexity: O(n + entries of s and t).
  public init(
    name: String = "coupling", scale: any ElementalFunction,
    shift: any ElementalFunction
  ) throws(ChainError) {
    let (a, b) = (scale.inputCount, scale.outputCount)
    try ChainError.guardPositive(a, name, "scale/inputs")
    try ChainError.guardPositive(b, name, "scale/outputs")
    guard shift.inputCount == a, shift.outputCount == b else {
      throw .layer(
        name, "shift", expected: "\(b) × \(a), as scale",
        found: "\(shift.outputCount) × \(shift.inputCount)",
        advice: "s and t map the same passive half to the same active half")
    }
    for (part, function) in [("scale", scale), ("shift", shift)]
    where !function.abilities.contains(.entries) {
      throw ChainError(
        .unsupported, at: "\(name)/\(part)",
        expected: "a function with entries", found: "\(function.name) has none",
        advice: "the entries of the layer are made of those of s and t")
    }
    self.name = name
    self.scale = scale
    self.shift = shift
    layout = try CouplingLayout(name, scale, shift)
    structure = .sparse(layout.pattern)
  }

  /// a, the number of inputs that pass unchanged.
  public var passiveCount: Int { scale.inputCount }
  /// n = a + b.
  public var inputCount: Int { scale.inputCount + scale.outputCount }
  /// n.
  public var outputCount: Int { inputCount }

  /// Products and entries.
  public var abilities: Abilities { [.tangent, .adjoint, .entries] }

  /// One fma an entry either way; the entries for an adjoint.
  public var costs: ElementalCosts {
    ElementalCosts(tape: layout.pattern.entries)
  }

  /// A place for the derivative: the entries of the layer, and those of s and
  /// t.
  public func linearization() -> any Linearization {
    CouplingLinearization(self, layout)
  }
}

/// Where the entries of s and t go.
private struct CouplingLayout {
  /// One inner function: row and place of each of its entries.
  struct Half {
    var rows: [Int]
    var places: [Int]
    /// Whether the entries are known ones, which nobody writes.
    var isUnit: Bool
  }

  let pattern: SparsePattern
  let scale: Half
  let shift: Half
  /// Where the diagonal lies.
  let diagonal: [Int]

  init(
    _ name: String, _ scale: any ElementalFunction,
    _ shift: any ElementalFunction
  ) throws(ChainError) {
    let (a, b) = (scale.inputCount, scale.outputCount)
    let s = try Pattern(
      rows: b, columns: a, structure: scale.structure, at: "\(name)/scale")
    let t = try Pattern(
      rows: b, columns: a, structure: shift.structure, at: "\(name)/shift")
    let (ofScale, ofShift) = (try s.coordinates(), try t.coordinates())
    let all = Array(0..<a + b)
    let pattern = try SparsePattern(
      rows: a + b, columns: a + b,
      rowIndices: ofScale.rows.map { $0 + a } + ofShift.rows.map { $0 + a }
        + all,
      columnIndices: ofScale.columns + ofShift.columns + all)
    func place(_ row: Int, _ column: Int) -> Int {
      pattern.position(row: row, column: column) ?? 0
    }
    self.scale = Half(
      rows: ofScale.rows,
      places: zip(ofScale.rows, ofScale.columns).map { place($0 + a, $1) },
      isUnit: s.structure.isUnit)
    self.shift = Half(
      rows: ofShift.rows,
      places: zip(ofShift.rows, ofShift.columns).map { place($0 + a, $1) },
      isUnit: t.structure.isUnit)
    diagonal = all.map { place($0, $0) }
    self.pattern = pattern
  }
}

private final class CouplingLinearization: LayerLinearization {
  /// s or t at the point: its value and its entries.
  private struct Half {
    let layout: CouplingLayout.Half
    let place: any Linearization
    let value: Doubles
    let entries: Doubles

    init(_ layout: CouplingLayout.Half, _ function: any ElementalFunction) {
      self.layout = layout
      place = function.linearization()
      value = Doubles(count: function.outputCount)
      entries = Doubles(
        [Double](repeating: 1, count: layout.places.count))
    }

    func move(to x: Input, _ count: Int, keeping kept: Abilities) throws {
      var span = UnsafeMutableBufferPointer(
        start: value.base, count: value.count
      ).mutableSpan
      try place.move(
        to: UnsafeBufferPointer(start: x, count: count).span, value: &span,
        keeping: kept)
      guard !kept.isEmpty, !layout.isUnit else { return }
      var stored = UnsafeMutableBufferPointer(
        start: entries.base, count: entries.count
      ).mutableSpan
      try place.entries(into: &stored)
    }
  }

  let shape: LayerShape
  private let layout: CouplingLayout
  private let scale: Half
  private let shift: Half
  private let entries: Doubles
  private let passiveCount: Int

  init(_ layer: CouplingLayer, _ layout: CouplingLayout) {
    self.layout = layout
    shape = LayerShape(
      name: layer.name, rows: layer.outputCount, columns: layer.inputCount,
      entries: layout.pattern.entries)
    scale = Half(layout.scale, layer.scale)
    shift = Half(layout.shift, layer.shift)
    entries = Doubles(count: layout.pattern.entries)
    passiveCount = layer.passiveCount
  }

  func evaluate(at x: Input, into y: Output, keeping kept: Abilities) throws {
    let (a, active) = (passiveCount, x + passiveCount)
    try scale.move(to: x, a, keeping: kept.isEmpty ? [] : .entries)
    try shift.move(to: x, a, keeping: kept.isEmpty ? [] : .entries)
    y.update(from: x, count: a)
    // The factors replace s.
    let (factors, t) = (scale.value.base, shift.value.base)
    for i in 0..<shape.rows - a {
      factors[i] = .exp(factors[i])
      y[a + i] = active[i] * factors[i] + t[i]
    }
    if !kept.isEmpty { fill(active, factors) }
  }

  /// ∂y_b/∂x_a = diag(x_b ⊙ exp s) · J_s + J_t, ∂y_b/∂x_b = diag(exp s).
  private func fill(_ active: Input, _ factors: Input) {
    let base = entries.base
    base.update(repeating: 0, count: entries.count)
    let (s, t) = (layout.scale, layout.shift)
    for position in s.places.indices {
      let i = s.rows[position]
      base[s.places[position]] =
        active[i] * factors[i] * scale.entries.base[position]
    }
    for position in t.places.indices {
      base[t.places[position]] += shift.entries.base[position]
    }
    for i in 0..<passiveCount { base[layout.diagonal[i]] = 1 }
    for i in passiveCount..<shape.rows {
      base[layout.diagonal[i]] = factors[i - passiveCount]
    }
  }

  func pushForward(_ seeds: Input, _ width: Int, into block: Output) {
    let (pattern, base) = (layout.pattern, entries.base)
    guard width > 1 else {
      for i in 0..<shape.rows {
        var sum = 0.0
        for position in pattern.rowStarts[i]..<pattern.rowStarts[i + 1] {
          sum += base[position] * seeds[pattern.columnIndices[position]]
        }
        block[i] = sum
      }
      return
    }
    block.update(repeating: 0, count: shape.rows * width)
    for i in 0..<shape.rows {
      let row = block + i * width
      for position in pattern.rowStarts[i]..<pattern.rowStarts[i + 1] {
        DenseLoops.add(
          width, base[position],
          seeds + pattern.columnIndices[position] * width, to: row)
      }
    }
  }

  func pullBack(_ seeds: Input, _ width: Int, into block: Output) {
    let (pattern, base, n) = (layout.pattern, entries.base, shape.rows)
    block.update(repeating: 0, count: width * n)
    for r in 0..<width {
      let (seed, row) = (seeds + r * n, block + r * n)
      for i in 0..<n {
        for position in pattern.rowStarts[i]..<pattern.rowStarts[i + 1] {
          row[pattern.columnIndices[position]] += seed[i] * base[position]
        }
      }
    }
  }

  func writeEntries(into entries: Output) {
    entries.update(from: self.entries.base, count: self.entries.count)
  }
}
