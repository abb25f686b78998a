import ChainAD
import ChainExecutor
import JacobianChain
import Testing

/// Derivatives that are doubles are found by tangents and by adjoints, whatever
/// lies on the way: within one function numbers may have any exponent.
@Suite("Beyond the range of doubles on the way") struct RangeTests {
  enum Function: ScalarFunction {
    case inverse, inverseBesideX, inverseOfBoth, exponential, root, cube
    case downAndUp, upAndDown, product, square, vector

    var inputCount: Int {
      switch self {
      case .inverse, .inverseBesideX, .exponential, .root, .cube, .downAndUp,
        .upAndDown, .square:
        1
      case .inverseOfBoth, .product: 2
      case .vector: 3
      }
    }
    var outputCount: Int { self == .vector ? 3 : 1 }

    func callAsFunction<T: Scalar>(_ x: [T]) -> [T] {
      func inverted(_ x: T) -> T { 1 / (1 / x) }
      func scaled(_ x: T, by factors: [Double]) -> T {
        factors.reduce(x) { $0 * T($1) }
      }
      let (down, up) = (
        [Double](repeating: 1e-30, count: 12),
        [Double](repeating: 1e30, count: 12)
      )
      switch self {
      case .inverse: return [inverted(x[0])]
      case .inverseBesideX: return [x[0] + inverted(x[0])]
      case .inverseOfBoth: return [inverted(x[0]) * inverted(x[1])]
      case .exponential: return [.exp(.log(x[0]))]
      case .root: return [.sqrt(x[0] * x[0])]
      case .cube: return [.root(.pow(x[0], 3), 3)]
      case .downAndUp: return [scaled(x[0], by: down + up)]
      case .upAndDown: return [scaled(x[0], by: up + down)]
      case .product: return [inverted(x[0]) * x[1]]
      case .square:
        let number = inverted(x[0])
        return [number * number]
      case .vector:
        return [inverted(x[0]) + x[1], x[1] * x[2], inverted(x[2]) - x[0]]
      }
    }
  }

  struct Case: CustomTestStringConvertible {
    var function: Function
    var point: [Double]
    /// Row by row; nil for an error in every direction.
    var jacobian: [Double]?

    init(_ function: Function, _ point: [Double], _ jacobian: [Double]?) {
      (self.function, self.point, self.jacobian) = (function, point, jacobian)
    }

    var testDescription: String { "\(function) at \(point)" }
  }

  static let cases = [
    Case(.inverse, [1e200], [1]), Case(.inverse, [1e-200], [1]),
    Case(.inverse, [-3e250], [1]), Case(.inverse, [7], [1]),
    Case(.inverseBesideX, [1e200], [2]), Case(.inverseBesideX, [1e-200], [2]),
    Case(.inverseOfBoth, [1e200, 1e-200], [1e-200, 1e200]),
    Case(.inverseOfBoth, [1e-160, 1e-130], [1e-130, 1e-160]),
    Case(.exponential, [1e300], [1]), Case(.exponential, [1e-300], [1]),
    Case(.root, [1e150], [1]), Case(.root, [-1e-150], [-1]),
    // The square is infinite, or 0, where the root has a pole.
    Case(.root, [1e200], nil), Case(.root, [1e-200], nil),
    Case(.cube, [1e100], [1]), Case(.cube, [1e-100], [1]),
    Case(.downAndUp, [1e300], [1]), Case(.upAndDown, [1e-300], [1]),
    Case(.product, [1e200, 1e-200], [1e-200, 1e200]),
    Case(
      .vector, [1e200, 2, 1e-200], [1, 1, 0, 0, 1e-200, 2, -1, 0, 1]),
  ]

  @Test("tangents and adjoints agree", arguments: cases)
  func directions(_ example: Case) throws {
    let function = Elemental.generic(
      name: "\(example.function)",
      costs: .init(tangent: .declared(7), adjoint: .declared(7)),
      example.function)
    var errors: Set<ChainError> = []
    for way in PoleTests.everyWay([function]) {
      do {
        let found = try ComposedFunction(way).prepare()
          .jacobian(at: example.point).denseEntries()
        let expected = try #require(example.jacobian, "\(found)")
        for (entry, right) in zip(found, expected) {
          // The logarithm of x is rounded.
          #expect(abs(entry - right) <= 2e-13 * abs(right), "\(found)")
        }
      } catch let error as ChainError {
        errors.insert(error)
      }
    }
    #expect(errors.count == (example.jacobian == nil ? 1 : 0), "\(errors)")
    for error in errors { #expect(error.location == "/functions/0") }
  }

  @Test("a block of more tangents than a sweep has, at several points")
  func blocks() throws {
    let function = Elemental.generic(name: "inverse", Function.inverse)
    var ways = try Derivatives(function, at: [1e200], keeping: .adjoint)
    let seeds = [1, 1e-300, 0, -2, 1e300, 5]
    for point in [1e200, 3, 1e-200, 1e250] {
      try ways.move(to: [point])
      let tangents = try ways.tangents(seeds, width: 6)
      let adjoints = try ways.adjoints(seeds, width: 6)
      for found in [tangents, adjoints] {
        for (entry, seed) in zip(found, seeds) {
          #expect(abs(entry - seed) <= 1e-15 * abs(seed), "\(found)")
        }
      }
    }
  }

  @Test("parameters, too")
  func parameters() throws {
    struct Scaled: ParametricScalarFunction {
      let inputCount = 1, outputCount = 2
      let parameters = [1e200]
      func callAsFunction<T: Scalar>(_ x: [T], _ w: [T]) -> [T] {
        [x[0] / (1 / w[0]), 1 / (1 / w[0])]
      }
    }
    let function = Elemental.generic(
      name: "scaled",
      costs: .init(tangent: .declared(7), adjoint: .declared(7)), Scaled())
    let prepared = try ComposedFunction([function]).prepare()
    let found = try prepared.parameterJacobians(at: [3])[0].jacobian
    #expect(abs(found.entry(0, 0) - 3) <= 1e-15)
    #expect(abs(found.entry(1, 0) - 1) <= 1e-15)
  }

  @Test("pullbacks, too")
  func pullbacks() throws {
    struct Scaling: Pullback {
      let inputCount = 1, outputCount = 1
      func value(at x: [Double]) -> [Double] { x }
      func callAsFunction<T: Scalar>(at x: [Double], _ v: [T]) -> [T] {
        [v[0] * 1e-200 * 1e-200 * 1e200 * 1e200]
      }
    }
    let function = Elemental.pullback(name: "scaling", Scaling())
    let ways = try Derivatives(function, at: [2])
    #expect(agree(try ways.byTangents(), [1], within: 1e-15))
    #expect(agree(try ways.byAdjoints(), [1], within: 1e-15))
  }

  /// Row by row; Hessians of functions with one output.
  @Test(
    "second derivatives",
    arguments: [
      Case(.inverse, [1e200], [0]), Case(.inverse, [1e-200], [0]),
      Case(.square, [1e-200], [2]), Case(.square, [1e-120], [2]),
      Case(.product, [1e200, 1e-200], [0, 1, 1, 0]),
      Case(.product, [1e-200, 1e200], [0, 1, 1, 0]),
      Case(.inverseOfBoth, [1e200, 1e-200], [0, 1, 1, 0]),
      Case(.downAndUp, [1e300], [0]),
    ])
  func bends(_ example: Case) throws {
    let function = Elemental.generic(
      name: "\(example.function)", example.function)
    let prepared = try ComposedFunction([function]).prepare(
      measuringAt: example.point)
    let expected = try #require(example.jacobian)
    let n = example.point.count
    let found = try prepared.hessian(at: example.point).denseEntries()
    // The terms of a 0 cancel but for rounding.
    let size = max(1, example.point.map { 1 / abs($0) }.max()!)
    for (entry, right) in zip(found, expected) {
      let bound = right == 0 ? 1e-13 * size : 1e-13
      #expect(abs(entry - right) <= bound, "\(found)")
    }
    // Along the point itself all terms of a sum have one size.
    let product = try prepared.hessianVectorProduct(
      at: example.point, vector: example.point)
    for row in 0..<n {
      let terms = (0..<n).map { expected[row * n + $0] * example.point[$0] }
      let right = terms.reduce(0, +)
      // Those of a 0, twice ±2 / x · x, cancel but for rounding.
      let bound = right == 0 ? 2e-13 : 1e-13 * abs(right)
      #expect(abs(product[row] - right) <= bound, "\(product)")
    }
  }
}
