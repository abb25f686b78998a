import JacobianChain

extension Evaluator {
  /// Σ_k S_kᵀ · C_k · S_k · v on a path, each number on the way with an exponent
  /// of any size; nil where doubles do, or where it takes too long.
  ///
  /// - Parameters:
  ///   - terms: what has run with all weights.
  ///   - first: the value by which is differentiated.
  ///   - curved: the functions with second derivatives, ascending.
  ///   - vector: v; 0 doesn't move.
  /// - Complexity: O(entries of the Jacobians and second derivatives).
  func exactProduct(
    _ terms: Computation, _ first: Int, _ curved: [Int], _ vector: [Double]
  ) throws(ChainError) -> [Double]? {
    let operands = try terms.wholeOperands(trajectory)
    var bends: [Int: Int] = [:]
    for (factor, role) in terms.roles.enumerated() {
      if case .curvature(let k) = role { bends[k] = factor }
    }
    let way = first..<curved.last!
    var patterns: [Int: Pattern] = [:]
    var entries = 0.0
    for k in way {
      let pattern = try table.pattern(ofFunction: k)
      patterns[k] = pattern
      entries += 2 * Double(pattern.nonzeros)
    }
    guard ExactPaths.areWorth(entries: entries, sweeps: 1) else { return nil }
    // Values, and behind them their adjoints.
    let adjoint = graph.vertices.count
    var lift = Lift(
      places: 2 * adjoint, start: first, seed: vector.gain)
    func failure(_ error: any Error, _ k: Int) -> ChainError {
      trajectory.failure(error, of: k, "its entries")
    }
    func pass(_ k: Int, from: Int, to: Int) throws(ChainError) {
      do {
        lift.pass(
          from: from, to: to, try trajectory.gain(of: k, patterns[k]!))
      } catch {
        throw failure(error, k)
      }
    }
    for k in way { try pass(k, from: k, to: k + 1) }
    for k in curved {
      lift.pass(
        from: k, to: k + adjoint, try operands.gain(ofFactor: bends[k]!))
    }
    for k in way.reversed() {
      try pass(k, from: k + 1 + adjoint, to: k + adjoint)
    }
    guard lift.atEnd(first + adjoint) > Lift.limit else { return nil }
    trajectory.wideTargets += 1
    do {
      return try product(operands, bends, way, patterns, vector)
    } catch let error as ChainError where error.kind == .tooLarge {
      return nil
    } catch {
      throw failure(error, first)
    }
  }

  /// The product itself; nil where something isn't finite.
  private func product(
    _ operands: ComputationOperands, _ bends: [Int: Int], _ way: Range<Int>,
    _ patterns: [Int: Pattern], _ vector: [Double]
  ) throws -> [Double]? {
    var tangents = [vector.map { $0 == 0 ? nil : Wide($0) }]
    var jacobians: [ExactFactor] = []
    for k in way {
      jacobians.append(try operands.exactFactor(of: k, patterns[k]!))
      tangents.append(jacobians.last!.times(tangents.last!))
    }
    var sum = tangents.last!.map { _ in Wide?.none }
    for k in (way.lowerBound...way.upperBound).reversed() {
      if k < way.upperBound {
        sum = jacobians[k - way.lowerBound].transposed.times(sum)
      }
      guard let factor = bends[k] else { continue }
      let bend = try operands.exactFactor(factor)
      sum = zip(sum, bend.times(tangents[k - way.lowerBound])).map { $0 + $1 }
    }
    let found = sum.map { $0?.rounded ?? 0 }
    return found.allSatisfy(\.isFinite) ? found : nil
  }
}
