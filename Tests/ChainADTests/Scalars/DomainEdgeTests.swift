import RealModule
import Testing

@testable import ChainAD

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
    let backward = reverse([0, 3]) { .sqrt($0[0]) + $0[1] * $0[1] }
    #expect(backward.slopes == [.infinity, 6])
  }

  @Test("a slope of 0 hides no pole, in either direction")
  func products() {
    for edge in Edge.allCases {
      let forward = edge(
        D(edge.point[0], tangent: [1, 0]), D(edge.point[1], tangent: [0, 1]))
      let backward = reverse(edge.point) { edge($0[0], $0[1]) }.slopes
      for (index, expected) in edge.slopes.enumerated() {
        let found = (forward.tangent[index], backward[index])
        if let expected {
          #expect(found == (expected, expected), "\(edge), \(index)")
        } else {
          #expect(!found.0.isFinite && !found.1.isFinite, "\(edge), \(index)")
        }
      }
    }
  }
}

/// Functions with poles that a slope of 0 lies before or behind, or nothing.
private enum Edge: CaseIterable {
  case arc, roots, norm, halfNorm, zeroTimesRoot, sigmoid
  case unused, constants, farAway, otherBranch

  func callAsFunction<T: Scalar>(_ x: T, _ y: T) -> T {
    switch self {
    case .arc: return .atan(1 / x) + y
    case .roots: return .sqrt(x) * .sqrt(x) + y
    case .norm:
      let length = T.sqrt(x * x + y * y)
      return length * length
    case .halfNorm: return .sqrt(x * x) + y
    case .zeroTimesRoot: return 0 * .sqrt(x) + y
    case .sigmoid: return 1 / (1 + .exp(-x)) + y
    case .unused:
      let unused = T.sqrt(x) * y
      return unused < 0 ? unused : x + 2 * y
    case .constants: return .sqrt(T(0)) * x + y
    case .farAway: return .atan(2 * (x + T(.infinity))) + y
    case .otherBranch: return max(.sqrt(x), y)
    }
  }

  var point: [Double] {
    switch self {
    case .norm: [0, 0]
    case .sigmoid: [-800, 3]
    default: [0, 3]
    }
  }

  /// nil where there is none that is finite.
  var slopes: [Double?] {
    switch self {
    case .arc, .roots, .halfNorm, .zeroTimesRoot, .sigmoid: [nil, 1]
    case .norm: [nil, nil]
    case .unused: [1, 2]
    case .constants, .farAway: [0, 1]
    case .otherBranch: [0, 1]
    }
  }
}
