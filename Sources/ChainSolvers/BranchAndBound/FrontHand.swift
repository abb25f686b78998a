/// Makes the fronts of some spans, one after the other, and keeps their points.
///
/// Unchecked: a hand belongs to one thread while it works, and every front is
/// written before another length begins.
final class FrontHand: @unchecked Sendable {
  private var merge = FrontMerge()
  private let memory = FrontMemory()
  /// Whether it has dropped no point.
  private(set) var isExact = true

  /// Makes the fronts of every so-many-th span of some of one length, whose
  /// operands' fronts are there.
  func make(
    _ range: Range<Int>, by step: Int, _ spans: borrowing SpanOperations,
    _ fronts: borrowing FlatArray<SpanFronts.Front>, _ limit: Int
  ) {
    for v in stride(from: range.lowerBound, to: range.upperBound, by: step) {
      let operations = spans.operations(of: v)
      guard let best = spans.mostPromising(operations) else { continue }
      let limits = spans.limits(v)
      add(best, spans, fronts, limits)
      for o in operations where o != best { add(o, spans, fronts, limits) }
      let (front, isWhole) = merge.finish(limit: limit, in: memory)
      fronts.base[v] = front
      if !isWhole { isExact = false }
    }
  }

  private func add(
    _ o: Int, _ spans: borrowing SpanOperations,
    _ fronts: borrowing FlatArray<SpanFronts.Front>,
    _ limits: SpanOperations.Limits
  ) {
    let operation = spans[o]
    let (a, b) = (Int(operation.first), Int(operation.second))
    let none = SpanFronts.Front(start: nil, count: 0)
    let first = a < 0 ? none : fronts[a]
    let second = b < 0 ? none : fronts[b]
    if (a >= 0 && first.isEmpty) || (b >= 0 && second.isEmpty) { return }
    merge.add(price: operation.price, first, second, limits)
  }
}

/// Fronts that stay where they are put.
final class FrontMemory {
  typealias Points = UnsafeMutablePointer<SpanFronts.Point>

  /// The last one is not full yet.
  private var blocks: [Points] = []
  private var used = 0
  private var capacity = 0

  deinit {
    for block in blocks { block.deallocate() }
  }

  /// Room for a front of at least one point.
  func room(for count: Int) -> Points {
    if capacity - used < count {
      (used, capacity) = (0, max(count, 1 << 12))
      blocks.append(.allocate(capacity: capacity))
    }
    defer { used += count }
    return blocks[blocks.count - 1] + used
  }
}
