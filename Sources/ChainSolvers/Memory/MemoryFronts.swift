import JacobianChain

/// For every span of a chain the front of (price, peak) over its bracketings:
/// orders that are cheap, and orders that need little at one time.
///
/// One operand is made after the other, whichever first; of a front some points
/// are kept, the cheapest and the one with the least peak among them. So the
/// orders at the end guide a search and prove nothing.
struct MemoryFronts {
  /// One way to make a span.
  private struct Point {
    var price: UInt128
    /// The most bytes alive meanwhile.
    var peak: UInt128
    var way: Way
  }

  private enum Way {
    case leaf(Step)
    case multiply(split: Int, outer: Int, inner: Int)
    case eliminate(Mode, operand: Int)
  }

  private struct Span {
    var pattern: Pattern
    /// Bytes of the value; 0 for a given factor.
    var bytes: UInt128
    var points: [Point] = []
  }

  /// Longer chains have too many spans.
  static let factorLimit = 48
  /// Points that are kept of a front.
  private static let pointLimit = 8

  private let problem: Problem
  private let word: [Int]
  private var table: PatternTable
  private var spans: [Range<Int>: Span] = [:]

  /// The orders on the front of the whole chain, cheapest first; none for
  /// problems that aren't one target with distinct factors, or are too long.
  ///
  /// Orders with a value whose pattern can't be held are passed over.
  ///
  /// - Throws: `ChainError` when `control` stops it.
  /// - Complexity: O(q³) joints, each of at most 64 pairs of points.
  static func plans(
    for problem: Problem, _ control: SearchControl
  ) throws(ChainError) -> [PricedPlan] {
    guard let word = problem.chain, word.count <= factorLimit,
      problem.limits.tapeTotal == nil
    else { return [] }
    var fronts = Self(problem, word, control)
    for length in 1...word.count {
      for start in 0...word.count - length {
        try control.checkpoint()
        try fronts.make(start..<start + length)
      }
    }
    guard let whole = fronts.spans[word.indices] else { return [] }
    var plans: [PricedPlan] = []
    for point in whole.points.indices {
      plans.append(
        try fronts.plan(point).priced(for: problem, control: control))
    }
    return plans
  }

  private init(_ problem: Problem, _ word: [Int], _ control: SearchControl) {
    (self.problem, self.word) = (problem, word)
    table = PatternTable(control)
  }

  private mutating func make(_ range: Range<Int>) throws(ChainError) {
    if range.count == 1 { return try makeLeaf(range) }
    var span: Span?
    for k in range.dropFirst() {
      guard let outer = spans[k..<range.upperBound],
        let inner = spans[range.lowerBound..<k]
      else { continue }
      let pattern: Pattern
      if let known = span?.pattern {
        pattern = known
      } else {
        do {
          pattern = try table.product(outer.pattern, inner.pattern)
        } catch  where error.kind == .tooLarge {
          // The same whichever way the span is made.
          return
        }
      }
      var made =
        span ?? Span(pattern: pattern, bytes: CostModel.bytes(of: pattern))
      let price = table.price(outer.pattern, inner.pattern)
      let isRenamed = RenamedOperand(outer.pattern, inner.pattern) != nil
      let work =
        isRenamed
        ? 0
        : made.bytes
          + 8
          * CostModel.workingEntries(
            outer.pattern, inner.pattern, making: pattern)
      for (a, x) in outer.points.enumerated() {
        for (b, y) in inner.points.enumerated() {
          let end = outer.bytes + inner.bytes + work
          let peak = min(
            max(x.peak, outer.bytes + y.peak), max(y.peak, inner.bytes + x.peak)
          )
          made.points.append(
            Point(
              price: x.price + y.price + price, peak: max(peak, end),
              way: .multiply(split: k, outer: a, inner: b)))
        }
      }
      span = made
    }
    guard var span else { return }
    if problem.matrixFree {
      try eliminate(range, .tangent, &span)
      try eliminate(range, .adjoint, &span)
    }
    span.points = Self.front(span.points)
    spans[range] = span
  }

  private mutating func makeLeaf(_ range: Range<Int>) throws(ChainError) {
    let index = word[range.lowerBound]
    let (factor, pattern) = (problem.factors[index], problem.patterns[index])
    var span = Span(
      pattern: pattern,
      bytes: factor.isGiven ? 0 : CostModel.bytes(of: pattern))
    if factor.isGiven {
      span.points = [
        Point(price: 0, peak: 0, way: .leaf(.given(factor: index)))
      ]
    } else {
      for mode in Mode.allCases {
        guard let cost = problem.cost(of: factor, mode) else { continue }
        let evaluations = try table.evaluations(mode, pattern)
        span.points.append(
          Point(
            price: CostModel.apply(evaluations: evaluations, cost: cost),
            peak: PlanMemory.evaluation(
              pattern, evaluations, of: pattern, mode, hasSeeds: false
            ).need.most,
            way: .leaf(.accumulate(factor: index, mode: mode))))
      }
      span.points = Self.front(span.points)
    }
    spans[range] = span
  }

  private mutating func eliminate(
    _ range: Range<Int>, _ mode: Mode, _ span: inout Span
  ) throws(ChainError) {
    let index = word[mode == .tangent ? range.upperBound - 1 : range.lowerBound]
    let rest =
      mode == .tangent
      ? range.lowerBound..<range.upperBound - 1
      : range.lowerBound + 1..<range.upperBound
    guard let cost = problem.cost(of: problem.factors[index], mode),
      let operand = spans[rest]
    else { return }
    let evaluations = try table.evaluations(mode, span.pattern)
    let need = PlanMemory.evaluation(
      span.pattern, evaluations, of: problem.patterns[index], mode,
      hasSeeds: span.pattern.isDense && operand.pattern.isDense
    ).need
    for (place, point) in operand.points.enumerated() {
      span.points.append(
        Point(
          price: point.price
            + CostModel.apply(evaluations: evaluations, cost: cost),
          peak: max(point.peak, operand.bytes + need.most),
          way: .eliminate(mode, operand: place)))
    }
  }

  /// Those that none is better than in both, thinned out; cheapest first.
  private static func front(_ points: [Point]) -> [Point] {
    let sorted = points.indices.sorted {
      (points[$0].price, points[$0].peak, $0)
        < (points[$1].price, points[$1].peak, $1)
    }
    var front: [Point] = []
    for index in sorted
    where points[index].peak < front.last?.peak ?? .max {
      front.append(points[index])
    }
    guard front.count > pointLimit else { return front }
    let last = front.count - 1
    return (0..<pointLimit).map { front[$0 * last / (pointLimit - 1)] }
  }

  /// The plan of a point of the whole chain.
  private func plan(_ point: Int) -> Plan {
    var joins: [Step] = []
    var pending: [(span: Range<Int>, point: Int)] = [(word.indices, point)]
    while let (range, place) = pending.popLast() {
      switch spans[range]!.points[place].way {
      case .leaf(let step): joins.append(step)
      case .multiply(let k, let outer, let inner):
        joins.append(.multiply(outer: Plan.pending, inner: Plan.pending))
        pending += [
          (range.lowerBound..<k, inner), (k..<range.upperBound, outer),
        ]
      case .eliminate(let mode, let operand):
        let isTangent = mode == .tangent
        joins.append(
          .eliminate(
            factor: word[isTangent ? range.upperBound - 1 : range.lowerBound],
            mode: mode, operand: Plan.pending))
        pending.append(
          (
            isTangent
              ? range.lowerBound..<range.upperBound - 1
              : range.lowerBound + 1..<range.upperBound, operand
          ))
      }
    }
    return Plan(fromRoot: joins)
  }
}
