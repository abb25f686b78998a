import JacobianChain

/// Where to cut a long chain next, after plans that are made of pieces.
///
/// What a plan's critical path takes is set by few pieces: they are cut at
/// their own narrow interfaces. Interfaces at which no value of the plan begins
/// and no two meet are given up first. With as many pieces this comes closer
/// than cuts that are spread over the chain.
struct PieceRefinement {
  private let weights: [UInt128]
  private let widths: [UInt128]
  /// The best plan so far: where it is cut, which of these cuts it needs, and
  /// the longest step of each piece on its critical path.
  private var best:
    (makespan: UInt128, cuts: [Int], seams: [Int], hot: [UInt128])?
  private var failures = 0
  private var rounds = 0

  /// The most pieces that a search is given.
  static let most = 128

  /// Into how many a piece is cut, after so many attempts that won nothing.
  private static let parts = [3, 2, 4, 6, 8]

  /// - Parameters:
  ///   - weights: for each factor, fma for one vector.
  ///   - widths: of all interfaces, one more than there are factors.
  init(weights: [UInt128], widths: [UInt128]) {
    (self.weights, self.widths) = (weights, widths)
  }

  /// Takes note of a plan.
  ///
  /// - Parameters:
  ///   - plan: its factors are the pieces.
  ///   - makespan: of its schedule.
  ///   - cuts: where the pieces begin, and the end of the last one.
  mutating func learn(
    _ plan: PricedPlan, makespan: UInt128, _ cuts: [Int]
  ) {
    if let best, best.makespan <= makespan {
      failures += 1
      return
    }
    failures = 0
    var seams: [Int] = []
    for step in plan.steps {
      switch step.step {
      case .accumulate(let piece, .adjoint): seams.append(cuts[piece + 1])
      case .accumulate(let piece, _): seams.append(cuts[piece])
      case .multiply(_, let inner):
        seams.append(cuts[plan.steps[inner].outermost! + 1])
      case .given, .eliminate, .add: break
      }
    }
    var hot = [UInt128](repeating: 0, count: cuts.count - 1)
    for id in plan.criticalPath {
      switch plan.steps[id].step {
      case .accumulate(let piece, _), .eliminate(let piece, _, _):
        hot[piece] = max(hot[piece], plan.steps[id].fma)
      case .given, .multiply, .add: break
      }
    }
    best = (makespan, cuts, seams, hot)
  }

  /// The next cuts, ascending; nil when nothing is known, or when it has won
  /// nothing for some time.
  ///
  /// - Complexity: O(q log q) for each piece of the critical path.
  mutating func next() -> [Int]? {
    guard let best, failures < Self.parts.count else { return nil }
    let most = min(Self.most, 64 + 8 * rounds)
    rounds += 1
    var cuts = Set(best.seams + [0, weights.count])
    for piece in best.hot.indices.sorted(by: {
      (best.hot[$1], $0) < (best.hot[$0], $1)
    }) {
      guard best.hot[piece] > 0, cuts.count < most else { break }
      let (start, end) = (best.cuts[piece], best.cuts[piece + 1])
      let parts = Self.parts[failures]
      cuts.formUnion(
        narrowCuts(
          Array(weights[start..<end]), Array(widths[start...end]),
          pieces: parts, lightest: 4 * parts
        ).map { start + $0 })
    }
    for cut in best.cuts.sorted(by: { (widths[$0], $0) < (widths[$1], $1) }) {
      guard cuts.count <= most else { break }
      cuts.insert(cut)
    }
    return cuts.sorted()
  }
}
