import JacobianChain

/// Closes the gap between a dual and an incumbent from both sides: steps
/// uphill, plans guided by the trees, copies fixed at 0 by reduced cost.
struct DualAscent: ~Copyable {
  /// Why an ascent ended.
  enum Ending {
    /// No plan here is cheaper than the incumbent.
    case closed
    /// The steps have become too small to close the gap.
    case converged
    /// As many iterations as were asked for.
    case exhausted
    /// The control asked for it.
    case stopped
  }

  /// What all ascents on one graph share.
  struct Setting {
    let graph: ProductGraph
    let tapeTotal: Int?
    let scale: FixedPoint
    /// Every price is a multiple of it, so every plan is, too.
    let unit: Int

    init(_ graph: ProductGraph, tapeTotal: Int?) {
      self.graph = graph
      // Without this bound no plan is worse off: then it takes no multiplier.
      let most = (0..<graph.count).reduce(UInt128(0)) { sum, value in
        sum
          + UInt128(
            graph.operations(of: value).reduce(0) {
              max($0, graph.operations[$1].tape)
            })
      }
      self.tapeTotal = tapeTotal.flatMap { UInt128($0) < most ? $0 : nil }
      scale = FixedPoint(graph, tapeTotal: self.tapeTotal)
      unit = max(1, graph.operations.reduce(0) { Self.gcd($0, $1.price) })
    }

    private static func gcd(_ a: Int, _ b: Int) -> Int {
      var (a, b) = (a, b)
      while b != 0 { (a, b) = (b, a % b) }
      return a
    }

    /// The least price that a plan of at least `bound` (fixed point) can have.
    func leastPrice(_ bound: Int) -> Int {
      let fma = scale.roundedUp(bound)
      return (fma + unit - 1) / unit * unit
    }
  }

  let setting: Setting
  var dual: LagrangianDual
  var method: SubgradientMethod
  var primal: GuidedPlans
  /// For each copy, the one at the start that it was.
  private(set) var origins: [Int32]
  /// The distance to the incumbent at the last fixing, and that incumbent.
  private var fixedGap = Int.max
  private var fixedUpper = Int.max
  /// The distance to the incumbent when the steps were long last.
  private var aimedGap = Double.infinity

  /// Starts at the point of a dual.
  init(_ dual: consuming LagrangianDual, _ setting: Setting) {
    self.setting = setting
    method = SubgradientMethod(dual)
    origins = (0..<dual.program.copyCount).map { Int32($0) }
    primal = GuidedPlans(setting.graph, dual.program)
    self.dual = dual
  }

  /// The proven bound: every plan here costs at least this, or is no better
  /// than the incumbent.
  var bound: Int { setting.leastPrice(method.best) }

  /// Improves bound and incumbent until they meet.
  ///
  /// - Parameter isWhole: whether this is the whole program, whose bound is
  ///   one for the outcome.
  mutating func run(
    _ outcome: inout SharedOutcome, iterations: Int, isWhole: Bool,
    _ control: SearchControl
  ) -> Ending {
    for iteration in 0..<iterations {
      if control.shouldStop() != nil { return .stopped }
      outcome.explored += 1
      let bound = dual.evaluate()
      let isBest = method.record(bound, dual)
      if isClosed(outcome) { return .closed }
      if iteration % 10 == 9 {
        primal.improve(&outcome, dual, method, setting, control)
        if isClosed(outcome) { return .closed }
        if isWhole {
          outcome.lower = max(outcome.lower, min(outcome.upper, self.bound))
        }
        if control.report(outcome.progress) != nil { return .stopped }
      }
      let limit = setting.scale.fixed(outcome.upper - setting.unit)
      let gap = setting.scale.fixed(outcome.upper) - method.best
      if iteration == 0 { aim(gap) }
      if isBest, gap < fixedGap - fixedGap / 8 || outcome.upper < fixedUpper {
        (fixedGap, fixedUpper) = (gap, outcome.upper)
        if fix(within: limit, bound) { continue }
      }
      if method.aim < 0.002 * Double(gap) || method.aim < 4 {
        if Double(gap) > 0.95 * aimedGap { return .converged }
        aim(gap)
      }
      method.step(&dual, from: bound, gap: gap)
    }
    return .exhausted
  }

  /// Plans at true prices in a few orders, before anything guides.
  mutating func start(
    _ outcome: inout SharedOutcome, _ control: SearchControl
  ) {
    for _ in 0..<4 {
      if control.shouldStop() != nil { return }
      primal.improve(&outcome, dual, method, setting, control)
    }
  }

  /// Whether no plan here is cheaper than the incumbent.
  private func isClosed(_ outcome: SharedOutcome) -> Bool {
    method.best > setting.scale.fixed(outcome.upper - setting.unit)
  }

  /// Writes bound and open operations of a whole program down.
  func conclude(_ outcome: inout SharedOutcome) {
    outcome.lower = max(outcome.lower, min(outcome.upper, bound))
    for operation in outcome.isOpen.indices {
      outcome.isOpen[operation] = false
    }
    for operation in dual.program.operations {
      outcome.isOpen[operation] = true
    }
  }

  /// Takes long steps again.
  private mutating func aim(_ gap: Int) {
    aimedGap = Double(gap)
    method.aim = 0.1 * aimedGap
  }

  /// Drops the copies that no plan within `limit` contains; false when they
  /// are too few to be worth it.
  private mutating func fix(within limit: Int, _ bound: Int) -> Bool {
    let kept = dual.copies(within: limit, bound: bound)
    guard kept.count < dual.program.copyCount * 7 / 8 else { return false }
    keep(kept)
    return true
  }

  private mutating func keep(_ kept: [Int32]) {
    dual = LagrangianDual(dual, keeping: kept)
    method = SubgradientMethod(method, dual, keeping: kept)
    origins = kept.map { origins[Int($0)] }
  }

  /// Goes back to the best point and drops every copy that it rules out; false
  /// when nothing is left.
  mutating func settle(_ outcome: SharedOutcome) -> Bool {
    method.restore(&dual)
    let limit = setting.scale.fixed(outcome.upper - setting.unit)
    let kept = dual.copies(within: limit, bound: dual.evaluate())
    if kept.count < dual.program.copyCount { keep(kept) }
    return !kept.isEmpty
  }
}
