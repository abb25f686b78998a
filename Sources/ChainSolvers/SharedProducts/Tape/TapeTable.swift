import JacobianChain

/// The fronts of all spans, cut by how much a plan may weigh above the least.
struct TapeTable<Prices: SpanPrices> where Prices.Price == Int {
  /// Points kept, in all spans.
  private(set) var explored = 0
  private let spans: TapeSpans<Prices>
  private let relaxation: TapeRelaxation
  private let limit: UInt
  /// Slack is counted in units of 2^shift weights, rounded down: a sum of
  /// rounded parts is no more than the rounded sum, so nothing is cut wrongly.
  private let shift: Int
  private var fronts: [TapeFront] = []

  /// The most points of all fronts: 320 MB.
  private static var pointLimit: Int { 8_000_000 }

  /// - Parameter relaxation: with its outside.
  init(
    _ spans: TapeSpans<Prices>, _ relaxation: TapeRelaxation, limit: Int,
    shift: Int
  ) {
    self.spans = spans
    self.relaxation = relaxation
    self.limit = UInt(limit)
    self.shift = shift
  }

  /// Fills the fronts with everything that may belong to a plan within the
  /// tape and with a slack of at most `part`.
  ///
  /// - Returns: why it stopped early.
  mutating func fill(_ part: Int, _ control: SearchControl) -> StopReason? {
    fronts = [TapeFront](repeating: TapeFront(), count: spans.count)
    let least = relaxation.inside[spans.whole]
    for length in 1...spans.q {
      for i in 0...spans.q - length {
        if let reason = control.shouldStop() { return reason }
        guard explored < Self.pointLimit else { return .nodeLimit }
        let span = spans.number(i, i + length)
        guard relaxation.outside[span] != .max else { continue }
        let own = relaxation.inside[span] &+ relaxation.outside[span] &- least
        guard own >> UInt128(shift) <= UInt128(part) else { continue }
        let front = front(i, i + length, part - Int(own >> UInt128(shift)))
        explored += front.points.count
        fronts[span] = front
      }
    }
    return nil
  }

  /// fma of the cheapest plan for the whole chain in the fronts.
  var cheapest: Int? { fronts[spans.whole].points.first?.fma }

  /// The points of span `i..<j` with a slack of at most `part`.
  private func front(_ i: Int, _ j: Int, _ part: Int) -> TapeFront {
    var front = TapeFront()
    let least = relaxation.inside[spans.number(i, j)]
    var number: Int32 = -1
    spans.forEachOption(i, j) { option in
      number += 1
      var weight = relaxation.weigh(option)
      if option.first >= 0 { weight &+= relaxation.inside[option.first] }
      if option.second >= 0 { weight &+= relaxation.inside[option.second] }
      let above = (weight &- least) >> UInt128(shift)
      guard above <= UInt128(part) else { return }
      append(option, number, Int(above), part, to: &front)
    }
    front.reduce()
    return front
  }

  private func append(
    _ option: TapeSpans<Prices>.Option, _ number: Int32, _ above: Int,
    _ part: Int, to front: inout TapeFront
  ) {
    let own = UInt(option.tape)
    guard option.first >= 0 else {
      front.append(
        TapeFront.Point(
          fma: option.price, tape: own, slack: above, option: number,
          first: -1, second: -1))
      return
    }
    for (a, x) in fronts[option.first].points.enumerated() {
      // Tapes are within the limit, so two of them fit a word.
      guard above + x.slack <= part, own + x.tape <= limit else { continue }
      guard option.second >= 0 else {
        front.append(
          TapeFront.Point(
            fma: option.price + x.fma, tape: own + x.tape,
            slack: above + x.slack, option: number, first: Int32(a),
            second: -1))
        continue
      }
      for (b, y) in fronts[option.second].points.enumerated()
      where above + x.slack + y.slack <= part && x.tape + y.tape <= limit {
        front.append(
          TapeFront.Point(
            fma: option.price + x.fma + y.fma, tape: x.tape + y.tape,
            slack: above + x.slack + y.slack, option: number,
            first: Int32(a), second: Int32(b)))
      }
    }
  }

  /// The cheapest plan for the whole chain in the fronts.
  ///
  /// - Precondition: `cheapest` isn't nil.
  /// - Complexity: O(q²); iterative.
  func plan() -> Plan {
    var joins: [Step] = []
    var pending = [(0, spans.q, 0)]
    while let (i, j, id) = pending.popLast() {
      let point = fronts[spans.number(i, j)].points[id]
      var number: Int32 = -1
      var chosen: TapeSpans<Prices>.Option?
      spans.forEachOption(i, j) { option in
        number += 1
        if number == point.option { chosen = option }
      }
      guard let chosen else { preconditionFailure("a point has its option") }
      joins.append(chosen.step)
      let points = [Int(point.first), Int(point.second)]
      for (span, id) in zip(spans.operands(of: chosen, in: i, j), points) {
        pending.append((span.0, span.1, id))
      }
    }
    return Plan(fromRoot: joins)
  }
}
