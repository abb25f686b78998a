/// Which makespan a search tries next, and how wide: the interval between what
/// is proven and what is found, halved until it is empty.
struct TargetHalving {
  /// What an attempt to meet a target found out.
  enum Answer {
    /// A schedule that ends by then, perhaps earlier.
    case found(makespan: Int)
    /// That there is none.
    case impossible
    /// Nothing: states were dropped.
    case missed
  }

  /// No schedule is shorter.
  private(set) var lower: Int
  /// The shortest schedule so far.
  private(set) var upper: Int
  /// The greatest target that was missed at this width.
  private(set) var missed = 0
  /// States kept a layer.
  private(set) var width: Int
  private let widest: Int
  private var isBoundRaised = false
  /// Whether the widest search misses, so that nothing is left to be tried.
  private(set) var isExhausted = false

  init(lower: Int, upper: Int, width: Int, widest: Int) {
    self.lower = lower
    self.upper = upper
    self.width = min(width, widest)
    self.widest = widest
  }

  /// The next target; nil when the optimum is proven, or never will be.
  ///
  /// Halfway first: a hit saves many small steps, a proof raises the bound.
  /// Then just below the best: a proof there is the last one.
  var next: Int? {
    guard lower < upper, !isExhausted else { return nil }
    let open = max(lower, missed + 1)
    let middle = open + (upper - open) / 2
    let isHalvingWorthwhile =
      upper - open > max((upper - lower) / 4, lower / 500)
    return !isBoundRaised && middle < upper - 1 && isHalvingWorthwhile
      ? middle : upper - 1
  }

  /// Takes over a bound that was proven elsewhere.
  mutating func raise(to bound: Int) { lower = max(lower, min(bound, upper)) }

  /// Takes over a schedule that was found elsewhere.
  mutating func improve(to makespan: Int) { upper = min(upper, makespan) }

  /// Takes note of what became of a target below `upper`.
  mutating func record(_ answer: Answer, at target: Int) {
    let isLast = target == upper - 1
    switch answer {
    case .found(let makespan):
      improve(to: makespan)
      isBoundRaised = false
    case .impossible:
      raise(to: target + 1)
      isBoundRaised = !isLast
    case .missed where !isLast:
      missed = max(missed, target)
    case .missed:
      isBoundRaised = false
      isExhausted = width == widest
      width = min(8 * width, widest)
      missed = 0
    }
  }
}
