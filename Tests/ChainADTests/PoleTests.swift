import ChainAD
import ChainExecutor
import JacobianChain
import Testing

/// A derivative that isn't finite is the same error in every order, and one
/// that is has the same value in every order.
@Suite("Poles in compositions") struct PoleTests {
  /// Gives a function by some of its abilities alone.
  struct Only: CurvedFunction {
    let inner: any ElementalFunction
    let abilities: Abilities
    var name: String { inner.name }
    var inputCount: Int { inner.inputCount }
    var outputCount: Int { inner.outputCount }
    var structure: Structure { inner.structure }
    var curvature: Curvature {
      (inner as? any CurvedFunction)?.curvature ?? .unknown
    }
    var hasFreeEntries: Bool { abilities == .entries }
    var costs: ElementalCosts {
      ElementalCosts(tangent: .declared(7), adjoint: .declared(7))
    }
    func linearization() -> any Linearization { inner.linearization() }
  }

  enum Step: ScalarFunction {
    case root, square, rootAndSquare, constantAndRest, lateRootAndSquare
    case band, squares, roots, reciprocal, negatedRamp, grow, shrink, norm, sum

    var inputCount: Int {
      switch self {
      case .rootAndSquare, .lateRootAndSquare, .squares, .roots, .norm: 2
      case .sum: 2
      case .band: 6
      default: 1
      }
    }
    var outputCount: Int {
      switch self {
      case .rootAndSquare, .constantAndRest, .squares, .roots: 2
      case .band: 6
      default: 1
      }
    }
    func callAsFunction<T: Scalar>(_ x: [T]) -> [T] {
      switch self {
      case .root: [.sqrt(x[0])]
      case .square: [x[0] * x[0]]
      case .rootAndSquare: [.sqrt(x[0]), x[1] * x[1]]
      case .constantAndRest: [2, x[0]]
      case .lateRootAndSquare: [.sqrt(x[0] - 2) + x[1] * x[1]]
      case .band: (0..<6).map { .sqrt(x[$0]) + ($0 < 5 ? x[$0 + 1] : 0) }
      case .squares: [x[0] * x[0], x[1] * x[1]]
      case .roots: [.sqrt(x[0]), .sqrt(x[1])]
      case .reciprocal: [1 / x[0]]
      case .negatedRamp: [max(-x[0], 0)]
      case .grow: [1e200 * x[0]]
      case .shrink: [1e-300 * x[0]]
      case .norm: [.sqrt(x[0] * x[0] + x[1] * x[1])]
      case .sum: [x[0] + x[1]]
      }
    }
  }

  static func generic(
    _ step: Step, _ structure: Structure = .dense
  ) -> any ElementalFunction {
    Elemental.generic(
      name: "\(step)", structure: structure,
      costs: .init(tangent: .declared(7), adjoint: .declared(7)), step)
  }

  static func root(_ count: Int) throws -> any ElementalFunction {
    try Layer.pointwise(
      name: "roots", count: count, value: { $0.squareRoot() },
      derivative: { 0.5 / $0.squareRoot() })
  }

  struct Case: CustomTestStringConvertible {
    var name: String
    var functions: [any ElementalFunction]
    var point: [Double]
    /// Row by row; nil for an error at function `pole`.
    var jacobian: [Double]?
    var pole: Int?
    var input = 0

    var testDescription: String { name }
  }

  static func cases() throws -> [Case] {
    let outer = try Layer.selection(from: 2, [1])
    let zero = try Layer.affine(inputs: 2, outputs: 1, weights: [0, 1])
    let turned = try Layer.affine(inputs: 1, outputs: 1, weights: [-1])
    let relu = try Layer.relu(count: 1)
    return [
      Case(
        name: "√ then square",
        functions: [generic(.root), generic(.square)], point: [0], pole: 0),
      Case(
        name: "square then √",
        functions: [generic(.square), generic(.root)], point: [0], pole: 1),
      Case(
        name: "squares then √ of both",
        functions: [generic(.squares, .diagonal), generic(.roots, .diagonal)],
        point: [3, 0], pole: 1, input: 1),
      Case(
        name: "√ as a layer, then weights 0 and 1",
        functions: [try root(2), zero], point: [0, 4], pole: 0),
      Case(
        name: "generic √ and weights 0 and 1",
        functions: [generic(.rootAndSquare), zero], point: [0, 3], pole: 0),
      Case(
        name: "√ is not chosen",
        functions: [generic(.rootAndSquare), outer], point: [0, 3],
        jacobian: [0, 6]),
      Case(
        name: "√ as a layer is not chosen",
        functions: [try root(2), outer], point: [0, 4], jacobian: [0, 0.25]),
      Case(
        name: "√ of a constant",
        functions: [generic(.constantAndRest), generic(.lateRootAndSquare)],
        point: [3], jacobian: [6]),
      Case(
        name: "overflow on the way",
        functions: [generic(.grow), generic(.grow), generic(.shrink)],
        point: [1e-300], jacobian: [1e100]),
      Case(
        name: "overflow before a slope of 0",
        functions: [generic(.grow), generic(.grow), turned, relu],
        point: [1e-300], jacobian: [0]),
      Case(
        name: "an overflowed slope before one of 0",
        functions: [generic(.reciprocal), turned, relu], point: [1e-200],
        jacobian: [0]),
      Case(
        name: "a pole before a slope of 0",
        functions: [generic(.root), turned, relu], point: [0], pole: 0),
      Case(
        name: "an overflowed slope that isn't taken",
        functions: [generic(.reciprocal), generic(.negatedRamp)],
        point: [1e-200], jacobian: [0]),
      Case(
        name: "residual",
        functions: [
          try Layer.residual(generic(.squares, .diagonal)),
          try Layer.residual(generic(.roots, .diagonal)), zero,
        ],
        point: [0, 1], pole: 1),
      Case(
        name: "a band, one seed for several columns",
        functions: [
          generic(.band, .banded(lower: 0, upper: 1)),
          try Layer.selection(from: 6, [1, 3]),
          generic(.sum),
        ],
        point: [0, 4, 1, 16, 1, 0], jacobian: [0, 0.25, 1, 0.125, 1, 0]),
      Case(
        name: "a band that is taken whole",
        functions: [generic(.band, .banded(lower: 0, upper: 1))],
        point: [1, 4, 1, 0, 1, 1], pole: 0, input: 3),
      Case(
        name: "norm, squared",
        functions: [generic(.norm), generic(.square)], point: [0, 0], pole: 0),
    ]
  }

  /// Every way to get at each of the functions.
  static func everyWay(
    _ functions: [any ElementalFunction]
  ) -> [[any ElementalFunction]] {
    functions.reduce([[]]) { ways, function in
      let abilities: [Abilities] = [
        .tangent, .adjoint, .entries, [.tangent, .adjoint],
      ]
      return ways.flatMap { way in
        abilities.map { way + [Only(inner: function, abilities: $0)] }
      }
    }
  }

  @Test("one answer in every order", arguments: try cases())
  func orders(_ example: Case) throws {
    var errors: Set<ChainError> = []
    for functions in Self.everyWay(example.functions) {
      let prepared = try ComposedFunction(functions).prepare()
      do {
        let found = try prepared.jacobian(at: example.point).denseEntries()
        let expected = try #require(example.jacobian, "\(found)")
        #expect(agree(found, expected, within: 1e-15))
      } catch let error as ChainError {
        errors.insert(error)
      }
    }
    if let pole = example.pole {
      #expect(errors.count == 1)
      let error = try #require(errors.first)
      #expect(error.kind == .malformed)
      #expect(error.location == "/functions/\(pole)")
      #expect(error.expected.contains(example.functions[pole].name))
      #expect(error.found.contains("input \(example.input)"))
      #expect(error.advice.contains("by tangents and by adjoints"))
    } else {
      #expect(errors.isEmpty)
    }
  }

  @Test("the error names function, point and direction")
  func words() throws {
    let prepared = try ComposedFunction([
      Self.generic(.squares), Self.generic(.roots),
    ]).prepare()
    let error = #expect(throws: ChainError.self) {
      try prepared.jacobian(at: [3, 0])
    }
    #expect(error?.location == "/functions/1")
    #expect(error?.expected == "a finite derivative of \"roots\"")
    #expect(
      error?.found
        == "∂(output 1)/∂(input 1) is inf at input 1 = 0.0 of (9.0, 0.0)")
  }

  @Test("a value that isn't finite names the point, too")
  func values() throws {
    let prepared = try ComposedFunction([
      Self.generic(.square), Self.generic(.reciprocal),
    ]).prepare()
    let error = #expect(throws: ChainError.self) {
      try prepared.jacobian(at: [0])
    }
    #expect(error?.location == "/functions/1")
    #expect(error?.found == "output 0 is inf at input (0.0)")
  }

  @Test("entries that are known to be −1 stay so beside a pole")
  func negation() throws {
    let negated = Elemental.closures(
      name: "negated", inputCount: 2, outputCount: 2,
      value: { x in x.map { -$0 } }, entries: { _ in [] },
      structure: .negatedIdentity)
    let prepared = try ComposedFunction([
      Self.generic(.rootAndSquare), negated,
    ]).prepare()
    #expect(try prepared.jvp(at: [0, 3], tangents: [0, 1]) == [0, -6])
    #expect(try prepared.jvp(at: [1, 3], tangents: [0, 1]) == [0, -6])
  }

  @Test("seeds of 0 ask for nothing, in every order")
  func seeds() throws {
    for functions in Self.everyWay([Self.generic(.rootAndSquare)]) {
      let prepared = try ComposedFunction(functions).prepare()
      #expect(try prepared.jvp(at: [0, 3], tangents: [0, 1]) == [0, 6])
      #expect(try prepared.vjp(at: [0, 3], cotangents: [0, 1]) == [0, 6])
      #expect(throws: ChainError.self) {
        try prepared.jvp(at: [0, 3], tangents: [1, 1])
      }
      #expect(throws: ChainError.self) {
        try prepared.vjp(at: [0, 3], cotangents: [1, 1])
      }
    }
    let sum = try ComposedFunction([
      Self.generic(.rootAndSquare), Self.generic(.sum),
    ]).prepare()
    #expect(try sum.jvp(at: [0, 3], tangents: [0, 1]) == [6])
    #expect(throws: ChainError.self) {
      try sum.jvp(at: [0, 3], tangents: [0, .infinity])
    }
  }

  @Test("Hessians and their products refuse the same points")
  func hessians() throws {
    let whole: [any ElementalFunction] = [
      Self.generic(.norm), Self.generic(.square),
    ]
    for functions in [
      whole,
      [
        Self.generic(.squares), Self.generic(.sum), Self.generic(.root),
        Self.generic(.square),
      ],
    ] {
      let prepared = try ComposedFunction(functions).prepare()
      let ofHessian = #expect(throws: ChainError.self) {
        try prepared.hessian(at: [0, 0])
      }
      let ofProduct = #expect(throws: ChainError.self) {
        try prepared.hessianVectorProduct(at: [0, 0], vector: [1, 2])
      }
      #expect(ofHessian?.location == ofProduct?.location)
      #expect(ofHessian?.found.contains("at input") == true)
      let fine = try prepared.hessian(at: [3, 4]).denseEntries()
      #expect(agree(fine, [2, 0, 0, 2], within: 1e-14))
    }
  }

  @Test("Hessians ask for all outputs, also those that are left alone")
  func unusedOutput() throws {
    let prepared = try ComposedFunction([
      Self.generic(.rootAndSquare), Layer.selection(from: 2, [1]),
    ]).prepare()
    #expect(try prepared.gradient(at: [0, 3]) == [0, 6])
    #expect(
      try prepared.hessian(at: [1, 3]).denseEntries() == [0, 0, 0, 2])
    let error = #expect(throws: ChainError.self) {
      try prepared.hessian(at: [0, 3])
    }
    #expect(error?.location == "/functions/0")
    #expect(error?.expected.contains("second derivative") == true)
  }

  @Test("parts and parameters have their own poles")
  func parts() throws {
    struct Scaled: ParametricScalarFunction {
      let inputCount = 1
      let outputCount = 1
      let parameters = [4.0]
      func callAsFunction<T: Scalar>(_ x: [T], _ w: [T]) -> [T] {
        [.sqrt(x[0]) * .sqrt(w[0]) + w[0]]
      }
    }
    let cost = ElementalCosts(tangent: .declared(7), adjoint: .declared(7))
    let scaled = Elemental.generic(
      name: "scaled", costs: cost, Scaled())
    let prepared = try ComposedFunction([scaled, Self.generic(.square)])
      .prepare()
    // By w everything is finite, √x has no derivative by x.
    let byParameters = try prepared.parameterJacobians(at: [0])
    #expect(byParameters[0].jacobian.entry(0, 0) == 8)
    let error = #expect(throws: ChainError.self) {
      try prepared.jacobian(at: [0])
    }
    #expect(error?.location == "/functions/0")
    let part = try prepared.partialJacobian(from: 1, to: 2, at: [0])
    #expect(part.entry(0, 0) == 8)
    // The square has the slope 0 there.
    try prepared.setParameters([0], ofFunction: 0)
    let ofParameter = #expect(throws: ChainError.self) {
      try prepared.parameterJacobians(at: [4])
    }
    #expect(ofParameter?.found.contains("parameter 0") == true)
  }

  @Test("a part is computed where later functions have no value")
  func earlyPart() throws {
    let prepared = try ComposedFunction([
      Self.generic(.grow), Self.generic(.grow), Self.generic(.shrink),
      Self.generic(.reciprocal),
    ]).prepare()
    // 1 / 0 comes after the part, which overflows on the way.
    let part = try prepared.partialJacobian(from: 0, to: 3, at: [0])
    #expect(agree([part.entry(0, 0)], [1e100], within: 1e-15))
  }
}
