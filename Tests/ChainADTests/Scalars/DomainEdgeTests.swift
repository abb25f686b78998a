import ChainAD
import RealModule
import Testing

/// At the edge of a domain ∞ and NaN flow, and only where they belong.
@Suite("Edges of domains") struct DomainEdgeTests {
  typealias D = Dual<SIMD2<Double>>

  private func slope(_ function: Elementary, _ x: Double) -> Double {
    let forward = function(D(x, tangent: [1, 0]))
    let backward = reverse([x]) { function($0[0]) }.slopes[0]
    #expect(
      forward.tangent[0] == backward
        || forward.tangent[0].isNaN && backward.isNaN)
    #expect(forward.tangent[1] == 0, "a seed of zero stays zero")
    return backward
  }

  @Test func poles() {
    for function in [
      Elementary.sqrt, .log, .log2, .log10, .cubeRoot,
    ] {
      #expect(slope(function, 0) == .infinity)
      #expect(slope(function, -0.0) == .infinity)
    }
    #expect(slope(.logOnePlus, -1) == .infinity)
    #expect(slope(.asin, 1) == .infinity && slope(.acos, -1) == -.infinity)
    #expect(slope(.acosh, 1) == .infinity && slope(.atanh, 1) == .infinity)
    #expect(slope(.inverseRoot, 0) == -.infinity)
  }

  @Test func outside() {
    for function in [
      Elementary.sqrt, .log, .log2, .log10, .logOnePlus, .asin, .acos, .acosh,
      .atanh, .inverseRoot,
    ] {
      #expect(slope(function, -2).isNaN, "\(function)")
    }
    #expect(slope(.gamma, -1).isNaN && slope(.logGamma, 0).isNaN)
  }

  @Test("nothing traps anywhere", arguments: Elementary.allCases)
  func everywhere(_ function: Elementary) {
    let points: [Double] = [
      0, -0.0, 1, -1, 2, -2, 1e308, -1e308, .leastNonzeroMagnitude, .infinity,
      -.infinity, .nan,
    ]
    for point in points { _ = slope(function, point) }
  }

  @Test("√x at 0 spoils no other direction")
  func neighbours() {
    let x = D(0, tangent: [1, 0])
    let y = D(3, tangent: [0, 1])
    let sum = D.sqrt(x) + y * y
    #expect(sum.tangent == [.infinity, 6])
    let backward = reverse([0, 3]) { .sqrt($0[0]) * 0 + $0[1] * $0[1] }
    #expect(backward.slopes == [0, 6])
  }
}
