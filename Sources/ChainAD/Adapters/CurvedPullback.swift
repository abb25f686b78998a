import JacobianChain

/// A pullback that is written once for every kind of point as well: then its
/// derivative along a direction of the point, the cotangents λ at rest, is a
/// product with the curvature Σ_i λ_i · ∇²F_i.
///
/// ```swift
/// struct SumAndProduct: CurvedPullback {
///   let inputCount = 2, outputCount = 2
///   func value(at x: [Double]) -> [Double] { [x[0] + x[1], x[0] * x[1]] }
///   func pullback<T: Scalar>(at x: [T], _ v: [T]) -> [T] {
///     [v[0] + x[1] * v[1], v[0] + x[0] * v[1]]
///   }
/// }
/// ```
///
/// It is exact: the pullback is evaluated on duals. What holds for a
/// `Pullback` holds here, too; the point may enter in any way.
public protocol CurvedPullback: Pullback {
  /// v · J at the point: m cotangents to n.
  func pullback<T: Scalar>(at point: [T], _ cotangent: [T]) throws -> [T]
}

extension CurvedPullback {
  /// The same at a plain point.
  @inlinable
  public func callAsFunction<T: Scalar>(
    at point: [Double], _ cotangent: [T]
  ) throws -> [T] {
    try pullback(at: point.map { T($0) }, cotangent)
  }
}

extension GivenCurvature {
  /// The derivative of a pullback by the point, four directions in one
  /// evaluation on duals.
  ///
  /// - Parameters:
  ///   - structure: where the entries of C lie; nil for wherever two inputs
  ///     meet in one output.
  ///   - cost: fma of one product; nil for twice a tangent and an adjoint.
  /// - Complexity: ⌈w / 4⌉ evaluations of the pullback for a block of w.
  @inlinable
  public static func derivative<P: CurvedPullback>(
    of pullback: P, structure: Structure? = nil, cost: Int? = nil
  ) -> Self {
    directional("\(P.self)", structure, cost) {
      try pullback.pullback(at: $0, $1)
    }
  }

  @usableFromInline typealias DualBlock = Dual<SIMD4<Double>>

  @usableFromInline
  static func directional(
    _ name: String, _ structure: Structure?, _ cost: Int?,
    _ body: @escaping @Sendable ([DualBlock], [DualBlock]) throws -> [DualBlock]
  ) -> Self {
    products(structure: structure, cost: cost) { point, weights, seeds, width in
      let n = point.count
      var block = [Double](repeating: 0, count: n * width)
      let cotangents = weights.map { DualBlock($0) }
      for first in stride(from: 0, to: width, by: Tape.lanes) {
        let lanes = first..<min(first + Tape.lanes, width)
        let moving = point.indices.map { index in
          var number = DualBlock(point[index])
          number.move(.number, lanes) { seeds[index * width + $0] }
          return number
        }
        let adjoints = try body(moving, cotangents)
        try Refusal.check(adjoints.count, n, "adjoints", of: name)
        for (index, adjoint) in adjoints.enumerated() {
          for lane in lanes {
            block[index * width + lane] = adjoint.tangent[lane - first]
          }
        }
      }
      return block
    }
  }
}
