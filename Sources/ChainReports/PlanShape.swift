import JacobianChain

/// What an order looks like from afar: which mode runs where.
enum PlanShape: Hashable {
  /// One factor, nothing to order.
  case single
  /// Innermost first, all the way.
  case forward
  /// Outermost first, all the way.
  case reverse
  /// One mode below interface z_k, one above it, and one product.
  case split(Int, below: Mode, above: Mode)
  /// Anything else; homogeneous runs nested this deep.
  case mixed(levels: Int)

  /// One or two factors are a run in either mode; what can be read as the fan
  /// "forward below, reverse above" is read so.
  private static let readings: [(below: Mode, above: Mode)] = [
    (.tangent, .adjoint), (.adjoint, .tangent), (.tangent, .tangent),
    (.adjoint, .adjoint),
  ]

  /// The shape of the value that step `root` of `plan` makes.
  ///
  /// - Complexity: O(steps).
  init(of root: Int, in plan: PricedPlan) {
    if plan.isLeaf(root) {
      self = .single
    } else if plan.isRun(root, .tangent) {
      self = .forward
    } else if plan.isRun(root, .adjoint) {
      self = .reverse
    } else if case .multiply(let outer, let inner) = plan.plan.steps[root],
      let (below, above) = Self.readings.first(where: { below, above in
        plan.isRun(inner, below) && plan.isRun(outer, above)
      })
    {
      self = .split(plan.steps[inner].length, below: below, above: above)
    } else {
      self = .mixed(levels: plan.levels[root])
    }
  }
}

/// How a join extends one value by one factor.
struct Extension {
  /// Tangent: the factor is put on from outside; adjoint: from inside.
  var mode: Mode
  /// The step that holds the factor's entries; nil when it is eliminated.
  var leaf: Int?
  /// The value that is extended.
  var base: Int
}

extension PricedPlan {
  /// Whether a step holds one factor's own Jacobian.
  func isLeaf(_ id: Int) -> Bool {
    switch plan.steps[id] {
    case .given, .accumulate: true
    case .multiply, .eliminate, .add: false
    }
  }

  /// The ways to read a step as "one factor more"; both for a product of two
  /// leaves, none for a product of two products.
  func extends(_ id: Int, _ mode: Mode) -> Extension? {
    switch plan.steps[id] {
    case .given, .accumulate, .add:
      return nil
    case .eliminate(_, let own, let operand):
      return own == mode ? Extension(mode: mode, base: operand) : nil
    case .multiply(let outer, let inner):
      let (leaf, base) = mode == .tangent ? (outer, inner) : (inner, outer)
      return isLeaf(leaf) ? Extension(mode: mode, leaf: leaf, base: base) : nil
    }
  }

  /// Whether a value is made in one mode from its first factor on.
  func isRun(_ id: Int, _ mode: Mode) -> Bool {
    var id = id
    while let next = extends(id, mode) { id = next.base }
    return isLeaf(id)
  }

  /// For each step, how deep homogeneous runs are nested: 0 for a leaf, 1 for
  /// a run, one more whenever the direction changes.
  fileprivate var levels: [Int] {
    var levels: [Int] = []
    var modes: [Set<Mode>] = []
    levels.reserveCapacity(steps.count)
    modes.reserveCapacity(steps.count)
    for (id, step) in plan.steps.enumerated() {
      let extensions = Mode.allCases.compactMap { extends(id, $0) }
      if isLeaf(id) {
        levels.append(0)
        modes.append(Set(Mode.allCases))
      } else if extensions.isEmpty {
        let (first, second) = step.operands
        let below = [first, second].compactMap { $0.map { levels[$0] } }
        levels.append(below.max()! + 1)
        modes.append([])
      } else {
        let going = extensions.filter { modes[$0.base].contains($0.mode) }
        let base = extensions[0].base
        if going.isEmpty {
          levels.append(levels[base] + 1)
          modes.append(Set(extensions.map(\.mode)))
        } else {
          levels.append(max(1, levels[going[0].base]))
          modes.append(Set(going.map(\.mode)))
        }
      }
    }
    return levels
  }
}
