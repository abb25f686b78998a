import JacobianChain

/// Everything a report says about one optimised chain, as a value.
///
/// A report computes no price: every number comes from what was solved or from
/// a clock that somebody else read. It only compares them and puts them into
/// words, a table or a picture (`rendered(as:)`).
public struct Report: Hashable, Sendable {
  /// The problem, the order that was found for it, and what it is held against.
  package var solved: Solved {
    didSet { eliminationOrder = solved.eliminationOrder }
  }
  /// What happened when the plan was executed; nil when it was not.
  package var run: RunRecord?
  /// The vertices of a graph in the order in which the plan eliminates them; nil
  /// when it doesn't, and for products.
  private(set) var eliminationOrder: [Int]?

  /// Creates a report on what was solved.
  public init(_ solved: Solved) { self.init(solved, run: nil) }

  /// Creates a report on what was solved and carried out.
  package init(_ solved: Solved, run: RunRecord?) {
    self.solved = solved
    self.run = run
    eliminationOrder = solved.eliminationOrder
  }
}
