import ChainExecutor
import JacobianChain

extension Layer {
  /// y = x + F(x), n × n: a residual block (He, Zhang, Ren & Sun 2016,
  /// doi:10.1109/CVPR.2016.90).
  ///
  /// The Jacobian is I + J_F, and its structure the union of the two: dense,
  /// diagonal, bands and blocks stay what they are; others become sparse. It
  /// has the abilities of F, its second derivatives, and its parameters if F
  /// has any: they act on y as they do on F(x).
  ///
  /// - Parameters:
  ///   - name: what reports and errors call it; nil for "residual" and the name
  ///     of F.
  ///   - inner: F.
  /// - Throws: `ChainError` when F isn't square, when its structure doesn't
  ///   fit, or when the union is too large to list.
  public static func residual(
    name: String? = nil, _ inner: some ElementalFunction
  ) throws(ChainError) -> some CurvedFunction {
    try Residual(name: name, inner)
  }

  /// The same around a function with parameters, which has them itself.
  ///
  /// - Throws: `ChainError`; as for any F.
  public static func residual(
    name: String? = nil, _ inner: some ParametricFunction
  ) throws(ChainError) -> some ParametricFunction & CurvedFunction {
    try Residual(name: name, inner)
  }
}

/// What `Layer.residual` makes.
struct Residual<Inner: ElementalFunction>: ElementalFunction {
  let name: String
  /// F, n × n.
  let inner: Inner
  /// That of I + J_F, in canonical form.
  let structure: Structure
  private let union: IdentityUnion

  init(name: String? = nil, _ inner: Inner) throws(ChainError) {
    let name = name ?? "residual(\(inner.name))"
    guard inner.inputCount == inner.outputCount else {
      throw .layer(
        name, "inner", expected: "as many outputs as inputs",
        found: "\(inner.outputCount) × \(inner.inputCount)",
        advice: "x is added to F(x): make F square")
    }
    try ChainError.guardPositive(inner.inputCount, name, "inner")
    self.name = name
    self.inner = inner
    union = try IdentityUnion(
      Pattern(
        rows: inner.outputCount, columns: inner.inputCount,
        structure: inner.structure, at: name))
    structure = union.pattern.structure
  }

  var inputCount: Int { inner.inputCount }
  var outputCount: Int { inner.inputCount }

  /// Those of F.
  var abilities: Abilities { inner.abilities }

  /// As those of F.
  var hasConstantEntries: Bool { inner.hasConstantEntries }

  /// As those of F.
  var hasFreeEntries: Bool { inner.hasFreeEntries }

  /// Those of F, and n fma for x.
  var costs: ElementalCosts {
    let costs = inner.costs
    func added(_ cost: ElementalCosts.Cost) -> ElementalCosts.Cost {
      switch cost {
      case .declared(let fma):
        .declared(fma <= .max - inputCount ? fma + inputCount : .max)
      case .counted: .declared(union.innerEntries + inputCount)
      case .undeclared: .undeclared
      }
    }
    return ElementalCosts(
      tangent: added(costs.tangent), adjoint: added(costs.adjoint),
      tape: costs.tape)
  }

  /// A place for the derivative: that of F.
  func linearization() -> any Linearization {
    ResidualLinearization(shape, union, inner.linearization())
  }

  private var shape: LayerShape {
    LayerShape(
      name: name, rows: outputCount, columns: inputCount,
      entries: union.storedEntries)
  }
}

extension Residual: ParametricFunction where Inner: ParametricFunction {
  /// Those of F.
  var parameters: [Double] { inner.parameters }
  /// That of F.
  var parameterStructure: Structure { inner.parameterStructure }

  /// A place for both derivatives: that of F.
  func parametricLinearization() -> any ParametricLinearization {
    ParametricResidualLinearization(
      shape, union, inner.parametricLinearization())
  }
}

extension Residual: RecordedFunction {
  var isRecorded: Bool { (inner as? any RecordedFunction)?.isRecorded ?? false }
}

extension Residual: AdvisingFunction {
  /// That of F: x adds nothing.
  var curvature: Curvature { inner.knownCurvature }
  /// That of F.
  var curvatureAdvice: String {
    "for its \"\(inner.name)\": \(inner.advisedCurvature)"
  }
}

/// Where the entries of I + J_F lie, and how those of either come there.
private struct IdentityUnion {
  let pattern: Pattern
  /// Nonzeros of J_F, known ones included.
  let innerEntries: Int
  /// What J_F stores.
  let innerStored: Int
  let inner: Addend
  let identity: Addend

  var storedEntries: Int { Int(pattern.storedEntries) }

  init(_ inner: Pattern) throws(ChainError) {
    let identity = try Pattern(
      rows: inner.rows, columns: inner.rows, structure: .identity, at: "/union")
    pattern = try .union(inner, identity)
    innerEntries = Int(inner.nonzeros)
    innerStored = Int(inner.storedEntries)
    self.inner = Addend(inner, in: pattern)
    self.identity = Addend(identity, in: pattern)
  }
}

private class ResidualLinearization: LayerLinearization, CurvedLinearization,
  RecordedPlace
{
  let shape: LayerShape
  private let union: IdentityUnion
  private let inner: any Linearization
  /// The entries of J_F when they have to move.
  private let unplaced: Doubles

  init(
    _ shape: LayerShape, _ union: IdentityUnion, _ inner: any Linearization
  ) {
    self.shape = shape
    self.union = union
    self.inner = inner
    unplaced = Doubles(count: union.inner.isWhole ? 0 : union.innerStored)
  }

  func evaluate(at x: Input, into y: Output, keeping kept: Abilities) throws {
    let n = shape.rows
    var value = UnsafeMutableBufferPointer(start: y, count: n).mutableSpan
    try inner.move(
      to: UnsafeBufferPointer(start: x, count: n).span, value: &value,
      keeping: kept)
    for i in 0..<n { y[i] += x[i] }
  }

  func pushForward(_ seeds: Input, _ width: Int, into block: Output) throws {
    let count = shape.rows * width
    var span = UnsafeMutableBufferPointer(start: block, count: count)
      .mutableSpan
    try inner.tangents(
      of: UnsafeBufferPointer(start: seeds, count: count).span, width: width,
      into: &span)
    for position in 0..<count { block[position] += seeds[position] }
  }

  func pullBack(_ seeds: Input, _ width: Int, into block: Output) throws {
    let count = shape.rows * width
    var span = UnsafeMutableBufferPointer(start: block, count: count)
      .mutableSpan
    try inner.adjoints(
      of: UnsafeBufferPointer(start: seeds, count: count).span, width: width,
      into: &span)
    for position in 0..<count { block[position] += seeds[position] }
  }

  func writeEntries(into entries: Output) throws {
    if union.inner.isWhole {
      var span = UnsafeMutableBufferPointer(
        start: entries, count: shape.entries
      ).mutableSpan
      try inner.entries(into: &span)
    } else {
      entries.update(repeating: 0, count: shape.entries)
      if union.innerStored > 0 {
        var span = unplaced.buffer.mutableSpan
        try inner.entries(into: &span)
      }
      union.inner.add(unplaced.base, to: entries)
    }
    union.identity.add(unplaced.base, to: entries)
  }
}

extension ResidualLinearization: LayeredLinearization {
  private var layered: (any LayeredLinearization)? {
    inner as? any LayeredLinearization
  }

  var exactFactor: ExactFactor? {
    guard let own = layered?.exactFactor else { return nil }
    let identity = (0..<shape.rows).map {
      ExactFactor.Entry(row: $0, column: $0, value: Wide(1))
    }
    return ExactFactor(
      rows: shape.rows, columns: shape.columns, own.entries + identity)
  }

  var gainInside: Double { layered?.gainInside ?? 0 }
}

extension ResidualLinearization {
  func recordedProduct() throws -> Int? {
    try (inner as? any RecordedPlace)?.recordedProduct().map {
      $0 + shape.rows
    }
  }

  func curvature(
    weights: Span<Double>, into entries: inout MutableSpan<Double>
  ) throws {
    try inner.curved(shape.name).curvature(weights: weights, into: &entries)
  }

  func curvatureProducts(
    weights: Span<Double>, of seeds: Span<Double>, width: Int,
    into block: inout MutableSpan<Double>
  ) throws {
    try inner.curved(shape.name).curvatureProducts(
      weights: weights, of: seeds, width: width, into: &block)
  }
}

private final class ParametricResidualLinearization: ResidualLinearization,
  ParametricLinearization
{
  private let parametric: any ParametricLinearization

  init(
    _ shape: LayerShape, _ union: IdentityUnion,
    _ inner: any ParametricLinearization
  ) {
    parametric = inner
    super.init(shape, union, inner)
  }

  func setParameters(_ parameters: Span<Double>) throws {
    try parametric.setParameters(parameters)
  }

  func parameterEntries(into entries: inout MutableSpan<Double>) throws {
    try parametric.parameterEntries(into: &entries)
  }
}
