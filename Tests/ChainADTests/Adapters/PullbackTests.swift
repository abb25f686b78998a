import ChainAD
import ChainADTestSupport
import JacobianChain
import RealModule
import Testing

/// y = A · sin x for a scattered A, m × n, by its pullback.
struct Waves: Pullback {
  var inputCount: Int
  var outputCount: Int

  func weight(_ row: Int, _ column: Int) -> Double {
    scattered(1, from: row * inputCount + column)[0]
  }

  func value(at x: [Double]) -> [Double] {
    (0..<outputCount).map { row in
      x.indices.reduce(0) { $0 + weight(row, $1) * .sin(x[$1]) }
    }
  }

  func callAsFunction<T: Scalar>(at x: [Double], _ v: [T]) -> [T] {
    x.indices.map { column in
      var sum: T = 0
      for row in v.indices { sum += T(weight(row, column)) * v[row] }
      return T(.cos(x[column])) * sum
    }
  }
}

@Suite("Tangents from two adjoints") struct PullbackTests {
  @Test(arguments: [(1, 1), (2, 5), (5, 2), (9, 6)])
  func laws(_ m: Int, _ n: Int) throws {
    let waves = Waves(inputCount: n, outputCount: m)
    var place = try Derivatives(
      Elemental.pullback(name: "waves", waves), at: scattered(n, from: 40))
    for first in [1, 7] {
      let point = scattered(n, from: first)
      try place.move(to: point)
      let expected = (0..<m * n).map {
        waves.weight($0 / n, $0 % n) * .cos(point[$0 % n])
      }
      #expect(place.value == waves.value(at: point))
      #expect(agree(try place.byTangents(), expected, within: 1e-15))
      #expect(agree(try place.byAdjoints(), expected, within: 1e-15))
      #expect(agree(try place.entries(), expected, within: 1e-15))
      let (y, x) = (scattered(m, from: 50), scattered(n, from: 90))
      let left = dot(y, try place.tangents(x, width: 1))
      let right = dot(try place.adjoints(y, width: 1), x)
      #expect(abs(left - right) < 1e-14)
    }
  }

  /// The example of the documentation: generic in the point as well.
  struct Bent: CurvedPullback {
    let inputCount = 2, outputCount = 2
    func value(at x: [Double]) -> [Double] { [x[0] + x[1], x[0] * x[1]] }
    func pullback<T: Scalar>(at x: [T], _ v: [T]) -> [T] {
      [v[0] + x[1] * v[1], v[0] + x[0] * v[1]]
    }
  }

  @Test("the derivative of a pullback by the point")
  func curvature() throws {
    let function = Elemental.pullback(name: "bent", Bent())
    #expect(function.curvature == .products(.dense))
    try AdapterConformance(
      function, reference: Elemental.generic(name: "twin", SumAndProduct())
    ).check(at: [[4, 5], [-1, 2]])
    // Its curvature is not that of another pullback.
    #expect(throws: ChainError.self) {
      try AdapterConformance(
        Elemental.pullback(
          name: "waves", curvature: .derivative(of: Bent()),
          Waves(inputCount: 2, outputCount: 2))
      ).check(at: [[4, 5]])
    }
  }

  struct Squares: Pullback {
    let inputCount = 5
    let outputCount = 5
    func value(at x: [Double]) -> [Double] { x.map { $0 * $0 } }
    func callAsFunction<T: Scalar>(at x: [Double], _ v: [T]) -> [T] {
      zip(x, v).map { T(2 * $0) * $1 }
    }
  }

  @Test func structured() throws {
    let function = Elemental.pullback(
      name: "squares", structure: .diagonal, Squares())
    let place = try Derivatives(function, at: [1, 2, 3, 4, 5])
    #expect(try place.entries(count: 5) == [2, 4, 6, 8, 10])
  }
}
