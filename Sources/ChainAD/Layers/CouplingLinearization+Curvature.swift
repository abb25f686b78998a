import JacobianChain

/// What the second derivatives of a coupling layer need, made when they are
/// wanted for the first time.
final class CouplingBends {
  /// nil where there are none.
  let scale: InnerCurvature?
  let shift: InnerCurvature?
  /// p = λ_b ⊙ x_b ⊙ exp(s) and q = λ_b ⊙ exp(s).
  fileprivate let slopes: Doubles
  fileprivate let factors: Doubles
  /// b × width.
  fileprivate var block = Doubles(count: 0)

  init(
    _ scale: CouplingLinearization.Half, _ shift: CouplingLinearization.Half
  ) throws(ChainError) {
    self.scale = try InnerCurvature(scale.function, scale.place)
    self.shift = try InnerCurvature(shift.function, shift.place)
    slopes = Doubles(count: scale.value.count)
    factors = Doubles(count: scale.value.count)
  }
}

extension CouplingLinearization: CurvedLayerLinearization {
  /// C · S by the formula of the layer, J being ∂s/∂x_a: with U = J · S_a,
  /// C · S = (Jᵀ · (p ⊙ U + q ⊙ S_b) + (C_s(p) + C_t(λ_b)) · S_a, q ⊙ U).
  func bend(
    _ weights: Input, _ seeds: Input, _ width: Int, into block: Output
  ) throws {
    guard let bends else { throw missingCurvature }
    let (a, b) = (passiveCount, slopes.count)
    let (weights, p, q) = (weights + a, bends.slopes.base, bends.factors.base)
    for i in 0..<b {
      p[i] = weights[i] * slopes.base[i]
      q[i] = weights[i] * scale.value.base[i]
    }
    let inner = Doubles.grow(&bends.block, b * width)
    block.update(repeating: 0, count: (a + b) * width)
    // U, where q ⊙ U will be.
    forEachEntryOfScale { row, column, entry in
      DenseLoops.add(
        width, entry, seeds + column * width, to: block + (a + row) * width)
    }
    for position in 0..<b * width {
      let (i, below) = (position / width, a * width + position)
      inner[position] = p[i] * block[below] + q[i] * seeds[below]
      block[below] *= q[i]
    }
    forEachEntryOfScale { row, column, entry in
      DenseLoops.add(
        width, entry, inner + row * width, to: block + column * width)
    }
    try bends.scale?.add(weights: p, b, seeds, width, to: block)
    try bends.shift?.add(weights: weights, b, seeds, width, to: block)
  }

  private func forEachEntryOfScale(_ body: (Int, Int, Double) -> Void) {
    let (half, columns) = (layout.scale, layout.pattern.columnIndices)
    for position in half.places.indices {
      body(
        half.rows[position], columns[half.places[position]],
        scale.entries.base[position])
    }
  }
}

/// C · S of s or t at the point of a coupling layer.
final class InnerCurvature {
  private let place: any CurvedLinearization
  /// Of entries that there are no products beside.
  private let coordinates: (rows: [Int], columns: [Int])?
  private let entries: Doubles
  private var products = Doubles(count: 0)
  private let count: Int

  /// nil where there is none.
  ///
  /// - Throws: `ChainError` when the function doesn't give what it declares.
  init?(
    _ function: any ElementalFunction, _ place: any Linearization
  ) throws(ChainError) {
    switch function.knownCurvature {
    case .unknown, .zero: return nil
    case .entries(_, .some), .products:
      (coordinates, entries) = (nil, Doubles(count: 0))
    case .entries(let structure, nil):
      let n = function.inputCount
      let pattern = try Pattern(
        rows: n, columns: n, structure: structure,
        at: "\(function.name)/curvature")
      let coordinates = try pattern.coordinates()
      entries = Doubles(count: coordinates.rows.count)
      self.coordinates = coordinates
    }
    count = function.inputCount
    self.place = try place.curved(function.name)
  }

  /// block += C · S, for m weights; S and the block n × `width`.
  func add(
    weights: Input, _ m: Int, _ seeds: Input, _ width: Int, to block: Output
  ) throws {
    let weights = UnsafeBufferPointer(start: weights, count: m).span
    let size = count * width
    guard let coordinates else {
      let own = Doubles.grow(&products, size)
      var span = MutableSpan(_unsafeStart: own, count: size)
      try place.curvatureProducts(
        weights: weights, of: Span(_unsafeStart: seeds, count: size),
        width: width, into: &span)
      for position in 0..<size { block[position] += own[position] }
      return
    }
    let own = entries.base
    var span = MutableSpan(_unsafeStart: own, count: entries.count)
    try place.curvature(weights: weights, into: &span)
    for position in 0..<entries.count {
      DenseLoops.add(
        width, own[position],
        seeds + coordinates.columns[position] * width,
        to: block + coordinates.rows[position] * width)
    }
  }
}
