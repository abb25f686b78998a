import RealModule
import Testing

@testable import ChainAD

@Suite("Elementary functions") struct ElementaryTests {
  @Test(
    "forward = reverse = the formula by hand", arguments: Elementary.allCases)
  func slopes(_ function: Elementary) {
    for point in function.points {
      let expected = function.slope(point)
      let dual = function(Dual<SIMD2<Double>>(point, tangent: [1, -2]))
      let traced = reverse([point]) { function($0[0]) }
      #expect(
        agree([dual.tangent[0]], [expected], within: 1e-12),
        "at \(point): \(dual.tangent[0]), by hand \(expected)")
      #expect(dual.tangent[1] == -2 * dual.tangent[0])
      #expect(traced.slopes == [dual.tangent[0]])
    }
  }

  @Test(
    "values are those of Double, to the bit", arguments: Elementary.allCases)
  func values(_ function: Elementary) {
    for point in function.points + [-7, 0, .infinity, .nan] {
      let value = function(point)
      let dual = function(Dual<SIMD2<Double>>(point)).primal
      let traced = reverse([point]) { function($0[0]) }
      #expect(dual == value || dual.isNaN && value.isNaN)
      #expect(traced.value == value || traced.value.isNaN && value.isNaN)
    }
  }

  @Test("ψ at 1, 1/2 and −1/2")
  func digamma() {
    let euler = 0.577215664901532860607
    let known: [(Double, Double)] = [
      (1, -euler), (0.5, -euler - 2 * .log(2)),
      (-0.5, -euler - 2 * .log(2) + 2),
    ]
    for (point, expected) in known {
      let dual = Dual<SIMD2<Double>>.logGamma(.init(point, tangent: [1, 0]))
      #expect(abs(dual.tangent[0] - expected) < 1e-14)
    }
  }
}
