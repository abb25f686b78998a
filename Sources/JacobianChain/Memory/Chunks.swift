/// How the only target of a plan, m × n, is made in parts, so that less is
/// alive at one time: loops over parts of its rows, of its columns or of a
/// dimension inside the chain, the outermost first.
///
/// Steps whose values don't depend on a loop are done before it, once, and are
/// alive until it ends; or, where the outer loop says so, in each of its passes,
/// which need no memory for them while they do something else. A step that
/// depends on the inner loop is done for every pass of the outer one: that is
/// what parts cost.
package struct Chunks: Hashable, Sendable {
  /// What is cut.
  package enum Side: Hashable, Sendable {
    /// The rows of the target, and of all values with the outermost factor.
    case rows
    /// The columns of the target, and of all values with the innermost factor.
    case columns
    /// The dimension that so many factors, the first applied ones, share with
    /// those that follow, from 1 to one less than there are. Values that end
    /// there have a part of the rows, those that begin there a part of the
    /// columns; what goes across is a sum over it, and so is the target: each
    /// pass adds what its part brings.
    case shared(after: Int)
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

  /// The loops, the outermost first: at most one over rows, one over columns
  /// and one over a shared dimension.
  package var loops: [Loop]

  /// Creates the loops; `Plan.priced(for:)` checks them.
  package init(_ loops: [Loop]) { self.loops = loops }

  /// How often something is done that depends on the first so many loops; nil
  /// for all of them. At most `Int.max`, which is more than may be.
  package func passes(_ depth: Int? = nil) -> Int {
    Self.product(loops.prefix(depth ?? loops.count).map(\.parts))
  }

  private static func product(_ counts: [Int]) -> Int {
    counts.reduce(1) { product, count in
      let next = product.multipliedReportingOverflow(by: count)
      return next.overflow ? .max : next.partialValue
    }
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
    guard !loops.isEmpty, Set(loops.map(\.side.name)).count == loops.count
    else {
      throw refuse(
        "a loop over rows, over columns, over a shared dimension, or several "
          + "of them, each once", "\(loops.count) loops")
    }
    guard !loops.dropFirst().contains(where: \.remakes) else {
      throw refuse(
        "values made anew by the outermost loop only", "an inner one")
    }
    for loop in loops {
      if case .shared(let count) = loop.side,
        !(1..<problem.targets[0].count).contains(count)
      {
        throw refuse(
          "a shared dimension with factors on both of its sides, "
            + "\(problem.targets[0].count) in all", "one after \(count)")
      }
      let length = loop.side.length(in: problem)
      guard loop.parts >= 2, loop.parts <= length else {
        throw refuse(
          "at least 2 parts, and no more than the \(length) of the side "
            + "\"\(loop.side.name)\"", "\(loop.parts)")
      }
    }
    guard passes() <= Self.passLimit else {
      throw refuse("at most \(Self.passLimit) passes", "\(passes())")
    }
  }

  /// In how many ways passes may look that have parts of the same sizes: parts
  /// of dense factors look alike.
  ///
  /// - Precondition: they fit the problem.
  package func looks(in problem: Problem) -> Int {
    Self.product(
      loops.filter { !$0.side.partsAreAlike(in: problem) }.map(\.parts))
  }

  /// Whether the target is a sum over the passes.
  package var areSummed: Bool {
    loops.contains { if case .shared = $0.side { true } else { false } }
  }

  /// The most passes of the innermost loop: each is planned before it runs.
  package static let passLimit = 1 << 16
}

extension Chunks.Side {
  /// "rows", "columns" or "shared", as in files.
  package var name: String {
    switch self {
    case .rows: "rows"
    case .columns: "columns"
    case .shared: "shared"
    }
  }

  /// How many there are to be cut.
  ///
  /// - Precondition: it fits the problem, which has one target.
  package func length(in problem: Problem) -> Int {
    switch self {
    case .rows: problem.shape(ofTarget: 0).rows
    case .columns: problem.shape(ofTarget: 0).columns
    case .shared(let count):
      problem.factors[problem.targets[0][count]].columns
    }
  }

  /// Whether parts of one size look alike: the factors that it cuts are dense.
  ///
  /// - Precondition: it fits the problem.
  func partsAreAlike(in problem: Problem) -> Bool {
    let word = problem.targets[0]
    return word.indices.allSatisfy { place in
      problem.patterns[word[place]].isDense
        || !cutsRows(at: place, of: word.count) && !cutsColumns(at: place)
    }
  }

  /// Whether it cuts the rows of what ends at a place of a chain of so many
  /// factors, the first applied one at 0.
  func cutsRows(at place: Int, of count: Int) -> Bool {
    switch self {
    case .rows: place == count - 1
    case .columns: false
    case .shared(let after): place == after - 1
    }
  }

  /// Whether it cuts the columns of what begins at a place of the chain.
  func cutsColumns(at place: Int) -> Bool {
    switch self {
    case .rows: false
    case .columns: place == 0
    case .shared(let after): place == after
    }
  }

  /// Whether a value from one place of the chain to another depends on it.
  func cuts(_ places: ClosedRange<Int>, of count: Int) -> Bool {
    if case .shared(let after) = self, places.lowerBound < after,
      after <= places.upperBound
    {
      return true
    }
    return cutsColumns(at: places.lowerBound)
      || cutsRows(at: places.upperBound, of: count)
  }
}
