/// How the only target of a plan, m × n, is made in parts, so that less is
/// alive at one time: loops over parts of its rows or columns, the outermost
/// first.
///
/// Steps whose values don't depend on a loop are done before it, once, and are
/// alive until it ends; or, where the outer loop says so, in each of its passes,
/// which need no memory for them while they do something else. A step that
/// depends on the inner loop is done for every pass of the outer one: that is
/// what parts cost.
package struct Chunks: Hashable, Sendable {
  /// What is cut.
  package enum Side: String, Hashable, Sendable, CaseIterable {
    /// The rows of the target, and of all values with the outermost factor.
    case rows
    /// The columns of the target, and of all values with the innermost factor.
    case columns
  }

  /// One loop.
  package struct Loop: Hashable, Sendable {
    /// What is cut.
    package var side: Side
    /// Into how many parts, which differ in length by 1 at most.
    package var parts: Int
    /// Whether values that don't depend on it are made anew in each pass; for
    /// the outermost loop only.
    package var remakes: Bool

    /// Creates a loop.
    package init(_ side: Side, parts: Int, remakes: Bool = false) {
      self.side = side
      self.parts = parts
      self.remakes = remakes
    }
  }

  /// The loops, the outermost first; each side at most once.
  package var loops: [Loop]

  /// Creates the loops; `Plan.priced(for:)` checks them.
  package init(_ loops: [Loop]) { self.loops = loops }

  /// How often something is done that depends on the first so many loops; nil
  /// for all of them.
  package func passes(_ depth: Int? = nil) -> Int {
    loops.prefix(depth ?? loops.count).reduce(1) { $0 * $1.parts }
  }

  /// Part `index` of `0..<length`.
  static func part(_ index: Int, of parts: Int, length: Int) -> Range<Int> {
    let (size, rest) = length.quotientAndRemainder(dividingBy: parts)
    let start = index * size + min(index, rest)
    return start..<start + size + (index < rest ? 1 : 0)
  }

  /// Refuses loops that don't fit the problem.
  func check(for problem: Problem) throws(ChainError) {
    func refuse(_ expected: String, _ found: String) -> ChainError {
      ChainError(
        .invalidPlan, at: "/chunks", expected: expected, found: found,
        advice: "leave the chunks out to make the target at once")
    }
    guard problem.chain != nil else {
      throw refuse(
        "one target with distinct factors, whose rows and columns can be cut",
        "\(problem.targetCount) targets or repeated factors")
    }
    guard !loops.isEmpty, loops.count <= 2,
      Set(loops.map(\.side)).count == loops.count
    else {
      throw refuse(
        "a loop over rows, one over columns, or both", "\(loops.count) loops")
    }
    guard !loops.dropFirst().contains(where: \.remakes) else {
      throw refuse(
        "values made anew by the outermost loop only", "an inner one")
    }
    let shape = problem.shape(ofTarget: 0)
    for loop in loops {
      let length = loop.side == .rows ? shape.rows : shape.columns
      guard (2...length).contains(loop.parts) else {
        throw refuse(
          "from 2 to \(length) parts of the \(loop.side.rawValue)",
          "\(loop.parts)")
      }
    }
    guard passes() <= Self.passLimit else {
      throw refuse("at most \(Self.passLimit) passes", "\(passes())")
    }
  }

  /// Whether parts of one size look alike: the factors that are cut are dense.
  ///
  /// - Precondition: the problem has one target.
  package func areAlike(in problem: Problem) -> Bool {
    let word = problem.targets[0]
    return loops.allSatisfy { loop in
      let end = loop.side == .columns ? word[0] : word[word.count - 1]
      return problem.patterns[end].isDense
    }
  }

  /// The most passes of the innermost loop: each is planned before it runs.
  package static let passLimit = 1 << 16
}
