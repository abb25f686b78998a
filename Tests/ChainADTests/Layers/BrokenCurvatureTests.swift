import ChainAD
import ChainADTestSupport
import JacobianChain
import Testing

/// The suite catches what only functions with second derivatives can break.
@Suite struct BrokenCurvatureTests {
  @Test(arguments: Bent.Fault.allCases)
  func eachFaultIsFound(_ fault: Bent.Fault) {
    do {
      try AdapterConformance(Bent(fault: fault)).check(
        at: [[0.5, 0.25, 2], [1, -1, 3]])
      Issue.record("\(fault) passes")
    } catch {
      #expect(
        error.location.hasPrefix("bent/" + fault.law),
        "\(fault) is reported at \(error.location)")
    }
  }

  @Test(arguments: Bent.Form.allCases)
  func theSameWithoutAFaultPasses(_ form: Bent.Form) throws {
    for rawValue in 0..<8 {
      var bent = Bent(fault: nil, form: form)
      bent.abilities = Abilities(rawValue: rawValue)
      try AdapterConformance(bent, reference: Bent.reference).check(
        at: [[0.5, 0.25, 2], [1, -1, 3]])
    }
  }

  @Test func otherReferencesAreFound() throws {
    func location(_ reference: any ElementalFunction) -> String? {
      #expect(throws: ChainError.self) {
        try AdapterConformance(Bent(fault: nil), reference: reference).check(
          at: [[0.5, 0.25, 2]])
      }?.location
    }
    #expect(location(try Layer.sin(count: 2)) == "bent/reference")
    #expect(
      location(try Layer.sin(count: 3))?.hasPrefix("bent/reference/value")
        == true)
    // The same value with another slope, and with another bend.
    let value = { @Sendable (x: Double) in x * x * x }
    let slope = { @Sendable (x: Double) in 3 * x * x }
    #expect(
      location(
        try Layer.pointwise(
          name: "other", count: 3, value: value, derivative: { 2 * $0 }))?
        .hasPrefix("bent/reference/adjoints") == true)
    #expect(
      location(
        try Layer.pointwise(
          name: "other", count: 3, value: value, derivative: slope,
          secondDerivative: { 5 * $0 }))?
        .hasPrefix("bent/reference/curvature") == true)
  }
}

/// y_i = x_i³, 3 × 3: C is diagonal with 6 λ_i x_i.
struct Bent: CurvedFunction {
  enum Fault: CaseIterable, Sendable {
    case wrongEntry, wrongProduct, bothWrong, asymmetric, outside, wrongBlock
    case ignoresWeights, forgetsPoint, saysZero, halfWritten, noPlace
    case unitStructure, asymmetricStructure, negativeCost, valueDependsOnKept

    var law: String {
      switch self {
      case .wrongEntry, .wrongProduct, .wrongBlock: "curvature/blocks"
      case .bothWrong, .saysZero: "curvature/differences"
      case .asymmetric: "curvature/symmetry"
      case .outside: "curvature/structure/row 2, column 0"
      case .ignoresWeights: "curvature/weights"
      case .forgetsPoint: "curvature/repetition"
      case .halfWritten: "curvature/products"
      case .noPlace: "curvature"
      case .unitStructure, .asymmetricStructure: "curvature/structure"
      case .negativeCost: "curvature/product"
      case .valueDependsOnKept: "values/keeping curvature"
      }
    }
  }

  /// What of the curvature there is.
  enum Form: CaseIterable, Sendable { case entries, products, both, unknown }

  let fault: Fault?
  var form = Form.both
  let name = "bent"
  let inputCount = 3, outputCount = 3
  var abilities: Abilities = [.tangent, .adjoint, .entries]
  var structure: Structure { .diagonal }
  var costs: ElementalCosts { ElementalCosts(tape: 3) }

  init(fault: Fault?, form: Form = .both) {
    self.fault = fault
    self.form =
      switch fault {
      case .asymmetric, .outside, .halfWritten, .wrongBlock: .products
      case nil: form
      default: .both
      }
  }

  static var reference: some CurvedFunction {
    struct Cubes: ScalarFunction {
      let inputCount = 3, outputCount = 3
      func callAsFunction<T: Scalar>(_ x: [T]) -> [T] {
        x.map { $0 * $0 * $0 }
      }
    }
    return Elemental.generic(name: "cubes", structure: .diagonal, Cubes())
  }

  var curvature: Curvature {
    switch (fault, form) {
    case (.saysZero, _): .zero
    case (.unitStructure, _): .entries(.identity)
    case (.asymmetricStructure, _): .entries(.banded(lower: 1, upper: 0))
    case (.negativeCost, _): .products(.diagonal, product: -1)
    case (.asymmetric, _): .products(.dense)
    case (_, .entries): .entries(.diagonal)
    case (_, .products): .products(.diagonal)
    case (_, .both): .entries(.diagonal, product: 2)
    case (_, .unknown): .unknown
    }
  }

  func linearization() -> any Linearization {
    let place = Self.reference.linearization()
    return fault == .noPlace ? Plain(fault, place) : Place(fault, place)
  }

  private class Plain: Linearization {
    let fault: Fault?
    let inner: any Linearization
    var x: [Double] = []

    init(_ fault: Fault?, _ inner: any Linearization) {
      (self.fault, self.inner) = (fault, inner)
    }

    func move(
      to point: Span<Double>, value: inout MutableSpan<Double>,
      keeping kept: Abilities
    ) throws {
      try inner.move(to: point, value: &value, keeping: kept)
      if fault == .valueDependsOnKept, kept.contains(.curvature) {
        value[0] += 1e-3
      }
      if fault == .forgetsPoint, !x.isEmpty { return }
      x = point.indices.map { point[$0] }
    }

    func tangents(
      of seeds: Span<Double>, width: Int, into block: inout MutableSpan<Double>
    ) throws {
      try inner.tangents(of: seeds, width: width, into: &block)
    }

    func adjoints(
      of seeds: Span<Double>, width: Int, into block: inout MutableSpan<Double>
    ) throws {
      try inner.adjoints(of: seeds, width: width, into: &block)
    }

    func entries(into entries: inout MutableSpan<Double>) throws {
      try inner.entries(into: &entries)
    }
  }

  private final class Place: Plain, CurvedLinearization {
    private func bend(_ i: Int, _ weights: Span<Double>) -> Double {
      (fault == .bothWrong ? 5 : 6) * x[i]
        * (fault == .ignoresWeights ? 1 : weights[i])
    }

    func curvature(
      weights: Span<Double>, into entries: inout MutableSpan<Double>
    ) throws {
      for i in 0..<3 { entries[i] = bend(i, weights) }
      if fault == .wrongEntry { entries[1] *= 1.001 }
    }

    func curvatureProducts(
      weights: Span<Double>, of seeds: Span<Double>, width: Int,
      into block: inout MutableSpan<Double>
    ) throws {
      for at in 0..<3 * width {
        let (i, c) = (at / width, at % width)
        if fault == .halfWritten, i == 2 { continue }
        let source = fault == .wrongBlock && width > 1 ? 0 : c
        block[at] = bend(i, weights) * seeds[i * width + source]
        if fault == .wrongProduct, i == 1 { block[at] *= 1.001 }
        if fault == .asymmetric, i == 0 { block[at] += seeds[2 * width + c] }
        if fault == .outside, i != 1 {
          block[at] += weights[0] * seeds[(2 - i) * width + c]
        }
      }
    }
  }
}
