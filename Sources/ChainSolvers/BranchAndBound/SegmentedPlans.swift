import JacobianChain

/// Plans that keep several machines busy, for long chains of given dense
/// factors: the chain is cut into segments, each a run from its narrower end,
/// which machines compute side by side; the products of the segments follow in
/// their cheapest order.
///
/// Cuts come from a dynamic program over some hundred interfaces, the
/// narrowest ones and some spread evenly: the least work with no segment above
/// a length, for lengths from a machine's share upwards. Those of the best
/// ones are then moved, one by one, as long as the segments, the longest first
/// on the machine that is free first, end earlier (Graham 1969,
/// doi:10.1137/0117039).
struct SegmentedPlans {
  private let word: [Int]
  private let machines: Int
  /// d_0, …, d_q: the dimensions of the interfaces.
  private let widths: [Double]
  /// Σ d_k · d_{k+1} over the factors inside each interface.
  private let areas: [Double]

  /// Interfaces of either kind that the dynamic program knows.
  private static let interfaces = 200
  /// The cuts of so many lengths are improved.
  private static let starts = 4

  /// nil for what isn't a chain of given dense factors.
  init?(_ problem: Problem, machines: Int) {
    guard let word = problem.chain, word.count > 2, problem.isDense,
      word.allSatisfy({ problem.factors[$0].isGiven })
    else { return nil }
    self.word = word
    self.machines = machines
    let factors = word.map { problem.factors[$0] }
    widths = [Double(factors[0].columns)] + factors.map { Double($0.rows) }
    var areas = [0.0]
    for factor in factors {
      areas.append(
        areas.last! + Double(factor.rows) * Double(factor.columns))
    }
    self.areas = areas
  }

  private var end: Int { word.count }

  /// The best plan that was found, not priced; nil when not even a first one
  /// was.
  ///
  /// - Parameter share: no machine has less to do.
  /// - Complexity: O(400² · lengths) and O(q) memory.
  func best(share: Double, _ control: SearchControl) throws(ChainError) -> Plan?
  {
    let known = knownInterfaces
    let costs = known.map { i in known.map { j in i < j ? cost(i, j) : 0 } }
    var found: [(end: End, cuts: [Int])] = []
    var length = share
    let whole = cost(0, end)
    while length < 2 * whole {
      if let cuts = cuts(at: known, costs, longest: length) {
        found.append((self.end(of: cuts), cuts))
        // Longer segments change nothing.
        if cuts.count == 2 { break }
      }
      length *= 1.08
    }
    found.sort { $0.end < $1.end }
    var best: (end: End, cuts: [Int])?
    for start in found.prefix(Self.starts) {
      let moved = improved(start.cuts, control)
      let end = self.end(of: moved)
      if best.map({ end < $0.end }) ?? true { best = (end, moved) }
    }
    return try best.map { best throws(ChainError) in try plan(best.cuts) }
  }

  // MARK: Prices

  /// When the machines are done, and, for equal ends, how uneven their work is.
  private struct End: Comparable {
    var last: Double
    var squares: Double

    static func < (a: End, b: End) -> Bool {
      (a.last, a.squares) < (b.last, b.squares)
    }
  }

  private func forward(_ i: Int, _ j: Int) -> Double {
    widths[i] * (areas[j] - areas[i + 1])
  }

  private func reverse(_ i: Int, _ j: Int) -> Double {
    widths[j] * (areas[j - 1] - areas[i])
  }

  /// fma of the segment between two interfaces.
  private func cost(_ i: Int, _ j: Int) -> Double {
    min(forward(i, j), reverse(i, j))
  }

  private func end(of cuts: [Int]) -> End {
    var busy = [Double](repeating: 0, count: machines)
    let lengths = zip(cuts, cuts.dropFirst()).map(cost).sorted(by: >)
    for length in lengths {
      let first = busy.indices.min { busy[$0] < busy[$1] }!
      busy[first] += length
    }
    return End(last: busy.max()!, squares: busy.reduce(0) { $0 + $1 * $1 })
  }

  // MARK: Cuts

  private var knownInterfaces: [Int] {
    let inside = 1..<end
    let narrow = inside.sorted { (widths[$0], $0) < (widths[$1], $1) }
      .prefix(Self.interfaces)
    var even: [Int] = []
    for k in inside
    where areas[k] * Double(Self.interfaces)
      >= areas[end] * Double(even.count + 1)
    {
      even.append(k)
    }
    return Set(narrow + even + [0, end]).sorted()
  }

  /// The cuts of least work without a segment above a length; nil when there
  /// are none.
  private func cuts(
    at known: [Int], _ costs: [[Double]], longest: Double
  ) -> [Int]? {
    var least = [Double](repeating: .infinity, count: known.count)
    var before = [Int](repeating: 0, count: known.count)
    least[0] = 0
    for b in known.indices.dropFirst() {
      for a in 0..<b where costs[a][b] <= longest {
        let sum = least[a] + costs[a][b]
        if sum < least[b] { (least[b], before[b]) = (sum, a) }
      }
    }
    guard least[known.count - 1].isFinite else { return nil }
    var cuts = [known.count - 1]
    while let last = cuts.last, last > 0 { cuts.append(before[last]) }
    return cuts.reversed().map { known[$0] }
  }

  /// Moves one cut at a time to where the machines end earliest.
  private func improved(_ cuts: [Int], _ control: SearchControl) -> [Int] {
    var cuts = cuts
    var best = end(of: cuts)
    var isBetter = cuts.count > 2
    while isBetter, control.shouldStop() == nil {
      isBetter = false
      for place in 1..<cuts.count - 1 {
        let (low, high) = (cuts[place - 1] + 1, cuts[place + 1] - 1)
        let own = cuts[place]
        let near = max(low, own - 8)...min(high, own + 8)
        let far = stride(
          from: low, through: high, by: max(1, (high - low) / 60))
        for cut in Array(far) + Array(near) {
          let old = cuts[place]
          cuts[place] = cut
          let end = end(of: cuts)
          if end < best {
            (best, isBetter) = (end, true)
          } else {
            cuts[place] = old
          }
        }
      }
    }
    return cuts
  }

  // MARK: The plan

  private func plan(_ cuts: [Int]) throws(ChainError) -> Plan {
    let segments = Array(zip(cuts, cuts.dropFirst()))
    let coarse = try Problem(
      factors: segments.enumerated().map { index, ends in
        Factor(
          name: "\(index)", rows: Int(widths[ends.1]),
          columns: Int(widths[ends.0]))
      })
    var steps: [Step] = []
    var values: [Int] = []
    for step in try HuShing().solve(coarse).plan.steps {
      switch step {
      case .given(let segment):
        append(segments[segment], to: &steps)
      case .multiply(let outer, let inner):
        steps.append(.multiply(outer: values[outer], inner: values[inner]))
      case .accumulate, .eliminate:
        preconditionFailure("segments are given")
      }
      values.append(steps.count - 1)
    }
    return Plan(steps: steps, targets: [steps.count - 1])
  }

  private func append(_ segment: (Int, Int), to steps: inout [Step]) {
    let (i, j) = segment
    let isForward = forward(i, j) <= reverse(i, j)
    let order = isForward ? Array(i..<j) : Array((i..<j).reversed())
    steps.append(.given(factor: word[order[0]]))
    for position in order.dropFirst() {
      let value = steps.count - 1
      let own = value + 1
      steps.append(.given(factor: word[position]))
      steps.append(
        isForward
          ? .multiply(outer: own, inner: value)
          : .multiply(outer: value, inner: own))
    }
  }
}
