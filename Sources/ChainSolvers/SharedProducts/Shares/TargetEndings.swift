import JacobianChain

/// Every word that a target ends with, once, however many targets share it: a
/// tree that grows from the outputs inwards.
///
/// The child of an ending has one more factor on its inside. All parameter
/// Jacobians of one output hang on one branch, so the tree is as large as the
/// network and not as its targets together.
struct TargetEndings {
  /// The innermost factor of each ending; node 0 is the empty one.
  private(set) var factors: [Int] = [-1]
  /// The ending without its innermost factor; smaller than the node.
  private(set) var parents: [Int] = [-1]
  /// The number of factors.
  private(set) var lengths: [Int] = [0]
  /// The node of each target.
  private(set) var targets: [Int] = []

  /// The number of nodes, the empty ending included.
  var count: Int { factors.count }
  /// The endings that are targets, each once, the longest first.
  var goals: [Int] {
    Set(targets).sorted { (lengths[$1], $0) < (lengths[$0], $1) }
  }

  /// Collects the endings of all words, first applied first; of words that are
  /// turned round, what they begin with.
  ///
  /// - Complexity: O(Σ lengths) expected time.
  init(of words: [[Int]], factorCount: Int, turned: Bool = false) {
    var known: [Int: Int] = [:]
    for word in words {
      var node = 0
      for position in word.indices {
        let factor = word[turned ? position : word.count - 1 - position]
        let key = node * factorCount + factor
        if let child = known[key] {
          node = child
        } else {
          known[key] = count
          factors.append(factor)
          parents.append(node)
          lengths.append(lengths[node] + 1)
          node = count - 1
        }
      }
      targets.append(node)
    }
  }

  /// Each target's product from the outside inwards, every ending once: back-
  /// propagation, with each factor made by itself in the way that takes the
  /// least tape.
  ///
  /// No plan does with less tape, as a factor that has nothing but adjoints
  /// takes an adjoint step at least.
  ///
  /// - Complexity: O(endings).
  func leastTapePlan(of problem: Problem) throws(ChainError) -> Plan {
    var plan = Plan(steps: [], targets: [])
    var leaves = [Int](repeating: -1, count: problem.factors.count)
    var values = [Int](repeating: -1, count: count)
    for node in 1..<count {
      let factor = factors[node]
      if leaves[factor] < 0 {
        leaves[factor] = plan.steps.count
        plan.steps.append(try LeafChoice(factor: factor, of: problem).step)
      }
      values[node] = leaves[factor]
      if parents[node] > 0 {
        values[node] = plan.steps.count
        plan.steps.append(
          .multiply(outer: values[parents[node]], inner: leaves[factor]))
      }
    }
    plan.targets = targets.map { values[$0] }
    return plan
  }
}
