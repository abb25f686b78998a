import ChainAD
import JacobianChain

/// Calls a linearisation with arrays. Everything to be written holds NaN
/// before, so that what isn't written, or is only added to, shows.
struct Probe {
  let name: String
  let sizes: Sizes
  let place: any Linearization
  /// Whether derivatives may be other than finite.
  var admitsPoles = false

  func value(
    at point: [Double], keeping kept: Abilities
  ) throws(ChainError) -> [Double] {
    try written("value", sizes.rows, mayHavePoles: false) { span throws in
      try place.move(to: point.span, value: &span, keeping: kept)
    }
  }

  /// J · S for S n × width.
  func tangents(
    _ seeds: [Double], width: Int
  ) throws(ChainError) -> [Double] {
    try written("tangents", sizes.rows * width) { span throws in
      try place.tangents(of: seeds.span, width: width, into: &span)
    }
  }

  /// S · J for S width × m.
  func adjoints(
    _ seeds: [Double], width: Int
  ) throws(ChainError) -> [Double] {
    try written("adjoints", sizes.columns * width) { span throws in
      try place.adjoints(of: seeds.span, width: width, into: &span)
    }
  }

  /// Doubles of one seed.
  func length(_ mode: Mode) -> Int {
    switch mode {
    case .tangent: sizes.columns
    case .adjoint: sizes.rows
    }
  }

  /// One product.
  func apply(_ mode: Mode, _ seed: [Double]) throws(ChainError) -> [Double] {
    switch mode {
    case .tangent: try tangents(seed, width: 1)
    case .adjoint: try adjoints(seed, width: 1)
    }
  }

  /// The value of each coordinate of the pattern, known ones included.
  func entries() throws(ChainError) -> [Double] {
    let isUnit = sizes.pattern.structure.isUnit
    let stored = try written(
      "entries", isUnit ? 0 : sizes.coordinates.count
    ) { span throws in
      try place.entries(into: &span)
    }
    return isUnit
      ? [Double](repeating: 1, count: sizes.coordinates.count) : stored
  }

  /// The same of the parameter Jacobian.
  func parameterEntries(
    _ place: any ParametricLinearization,
    _ parameters: (pattern: Pattern, coordinates: [(row: Int, column: Int)])
  ) throws(ChainError) -> [Double] {
    let isUnit = parameters.pattern.structure.isUnit
    let stored = try written(
      "parameterEntries", isUnit ? 0 : parameters.coordinates.count
    ) { span throws in
      try place.parameterEntries(into: &span)
    }
    return isUnit
      ? [Double](repeating: 1, count: parameters.coordinates.count) : stored
  }

  /// The value of each coordinate of the curvature.
  func curvatureEntries(_ weights: [Double]) throws(ChainError) -> [Double] {
    let curved = try curved()
    return try written(
      "curvature/entries", sizes.curvature?.coordinates.count ?? 0
    ) { span throws in
      try curved.curvature(weights: weights.span, into: &span)
    }
  }

  /// C · S for S n × width.
  func curvatureProducts(
    _ weights: [Double], _ seeds: [Double], width: Int
  ) throws(ChainError) -> [Double] {
    let curved = try curved()
    return try written("curvature/products", seeds.count) { span throws in
      try curved.curvatureProducts(
        weights: weights.span, of: seeds.span, width: width, into: &span)
    }
  }

  private func curved() throws(ChainError) -> any CurvedLinearization {
    guard let curved = place as? any CurvedLinearization else {
      throw broken("curvature", "a CurvedLinearization", "another one")
    }
    return curved
  }

  /// Gives a place other parameters.
  func setParameters(
    _ place: any ParametricLinearization, _ parameters: [Double]
  ) throws(ChainError) {
    do {
      try place.setParameters(parameters.span)
    } catch let error as ChainError {
      throw error
    } catch {
      throw broken("setParameters", "no error", "\(error)")
    }
  }

  private func written(
    _ law: String, _ count: Int, mayHavePoles: Bool? = nil,
    _ write: (inout MutableSpan<Double>) throws -> Void
  ) throws(ChainError) -> [Double] {
    var doubles = [Double](repeating: .nan, count: count)
    do {
      var span = doubles.mutableSpan
      try write(&span)
    } catch let error as ChainError {
      throw error
    } catch {
      throw broken(law, "no error", "\(error)")
    }
    if !(mayHavePoles ?? admitsPoles),
      let index = doubles.firstIndex(where: { !$0.isFinite })
    {
      throw broken(
        "\(law)/\(index)", "every double written and finite",
        "\(doubles[index])")
    }
    return doubles
  }

  /// A law that the function breaks.
  func broken(_ law: String, _ expected: String, _ found: String) -> ChainError
  {
    ChainError(
      .malformed, at: "\(name)/\(law)", expected: expected, found: found,
      advice: "correct the function, or the point if the function has no "
        + "finite derivative there; AdapterConformance lists the laws")
  }
}
