import JacobianChain

/// Plans made by insertion and descent, guided by the dual.
///
/// The prices that guide are price(o)·(1 − x̄_o), x̄ the share of the latest
/// trees that contain operation o: what many targets want is cheap, so that
/// the first to be made already make it. A Lagrangian heuristic (Beasley 1990,
/// doi:10.1002/nav.3220370110); the descent is at true prices.
struct GuidedPlans: ~Copyable {
  private var insertion: TargetInsertion
  private var round = 0
  /// How much more than the dual says a unit of tape costs, so that plans keep
  /// to the total.
  private var tapeFactor = 1.0

  /// Nothing is tried yet.
  init(_ graph: ProductGraph, _ program: borrowing PositionalProgram) {
    insertion = TargetInsertion(graph, program)
  }

  /// Tries one more plan at prices guided by `method`.
  ///
  /// - Complexity: O(copies), a few times.
  mutating func improve(
    _ outcome: inout SharedOutcome, _ dual: borrowing LagrangianDual,
    _ method: borrowing SubgradientMethod, _ setting: DualAscent.Setting,
    _ control: SearchControl
  ) {
    let tapePrice = tapePrice(outcome, dual, setting)
    let weights = FlatArray(repeating: 0.0, count: dual.prices.count)
    let guided = FlatArray(repeating: 0.0, count: dual.prices.count)
    for operation in 0..<weights.count {
      let origin = setting.graph.operations[dual.program.operations[operation]]
      weights[operation] =
        Double(origin.price) + tapePrice * Double(origin.tape)
      guided[operation] =
        weights[operation] * Double(1 - method.usage(operation, dual))
    }
    insertion.clear()
    for target in order(dual.program) {
      insertion.insert(target, dual.program, guided)
    }
    insertion.descend(
      dual.program, weights, tapePrice: tapePrice, rounds: 20
    ) { control.shouldStop() != nil }
    offer(&outcome, setting)
    round += 1
  }

  /// fma per unit of tape.
  private func tapePrice(
    _ outcome: SharedOutcome, _ dual: borrowing LagrangianDual,
    _ setting: DualAscent.Setting
  ) -> Double {
    guard let tapeTotal = setting.tapeTotal else { return 0 }
    let digits = setting.scale.bits + FixedPoint.tapeBits
    let price = Double(dual.tapePrice) / Double(1 << digits)
    // Without a price yet, one that makes a full tape cost a plan's price.
    let floor = Double(outcome.upper) / Double(tapeTotal) / 1000
    return tapeFactor == 1 ? price : tapeFactor * max(price, floor)
  }

  /// The order of insertion, another one each time.
  private func order(_ program: borrowing PositionalProgram) -> [Int] {
    let targets = Array(program.roots.indices)
    let roots = program.roots
    let ends = program.ends
    func size(_ target: Int) -> Int32 {
      target == 0 ? ends[0] : ends[target] - ends[target - 1]
    }
    switch round % 4 {
    case 0: return targets.reversed()
    case 1: return targets
    case 2: return targets.sorted { (size($0), $0) < (size($1), $1) }
    case _:
      return targets.sorted { (size($0), roots[$0]) > (size($1), roots[$1]) }
    }
  }

  /// Takes the plan over if it is the best one and keeps to the total tape.
  private mutating func offer(
    _ outcome: inout SharedOutcome, _ setting: DualAscent.Setting
  ) {
    if let tapeTotal = setting.tapeTotal {
      guard insertion.tape <= tapeTotal else {
        tapeFactor = min(tapeFactor * 2, 0x1p40)
        return
      }
      tapeFactor = max(1, tapeFactor / 2)
    }
    guard insertion.fma < outcome.upper else { return }
    outcome.upper = insertion.fma
    outcome.chosen = insertion.chosen
  }
}
