/// How the only target of a plan, m × n, is made in parts, so that less is
/// alive at one time: loops over parts of its rows, of its columns or of a
/// dimension inside the chain, the outermost first; and before it, value by
/// value, others that are made in parts of their own.
///
/// Steps whose values don't depend on a loop are done before it, once, and are
/// alive until it ends; or, where the outer loop says so, in each of its passes,
/// which need no memory for them while they do something else. A step that
/// depends on the inner loop is done for every pass of the outer one: that is
/// what parts cost.
package struct Chunks: Hashable, Sendable {
  /// What is cut.
  package enum Side: Hashable, Sendable {
    /// The rows of the value that is made, and of all values with its outermost
    /// factor.
    case rows
    /// The columns of the value that is made, and of all values with its
    /// innermost factor.
    case columns
    /// The dimension that so many factors of the chain, the first applied ones,
    /// share with those that follow; inside of the value that is made. Values
    /// that end there have a part of the rows, those that begin there a part of
    /// the columns; what goes across is a sum over it, and so is the value that
    /// is made: each pass adds what its part brings.
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

  /// A value that is made before what reads it begins, and is whole then: its
  /// readers' loops take parts of it, and don't make it anew.
  package struct Stage: Hashable, Sendable {
    /// The step whose value it is.
    package var step: Int
    /// The loops in which it is made; none for all at once.
    package var loops: [Loop]

    /// Creates a stage.
    package init(_ step: Int, _ loops: [Loop] = []) {
      self.step = step
      self.loops = loops
    }
  }

  /// The values that are made before the target, in order of their steps.
  package var stages: [Stage]
  /// The loops of the target, the outermost first: at most one over rows, one
  /// over columns and one over a shared dimension; none only behind stages.
  package var loops: [Loop]

  /// Creates the loops; `Plan.priced(for:)` checks them.
  package init(_ loops: [Loop], after stages: [Stage] = []) {
    self.stages = stages
    self.loops = loops
  }

  /// Part `index` of `0..<length`.
  static func part(_ index: Int, of parts: Int, length: Int) -> Range<Int> {
    let (size, rest) = length.quotientAndRemainder(dividingBy: parts)
    let start = index * size + min(index, rest)
    return start..<start + size + (index < rest ? 1 : 0)
  }

  /// The most passes of the innermost loop: each is planned before it runs.
  package static let passLimit = 1 << 16
}

extension [Chunks.Loop] {
  /// How often something is done that depends on the first so many loops; nil
  /// for all of them. At most `Int.max`, which is more than may be.
  package func passes(_ depth: Int? = nil) -> Int {
    prefix(depth ?? count).map(\.parts).product
  }

  /// In how many ways passes may look that have parts of the same sizes: parts
  /// of dense factors look alike.
  ///
  /// - Precondition: they fit the problem.
  package func looks(in problem: Problem, _ places: Range<Int>? = nil) -> Int {
    filter { !$0.side.partsAreAlike(in: problem, places) }.map(\.parts).product
  }

  /// Whether what is made is a sum over the passes.
  package var areSummed: Bool {
    contains { if case .shared = $0.side { true } else { false } }
  }
}

extension [Int] {
  /// At most `Int.max`.
  fileprivate var product: Int {
    reduce(1) { product, count in
      let next = product.multipliedReportingOverflow(by: count)
      return next.overflow ? .max : next.partialValue
    }
  }
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
  /// - Parameter places: the factors of the value that is made, by their place
  ///   in the chain, the first applied one at 0; nil for the target's.
  /// - Precondition: it fits the problem, which has one target.
  package func length(in problem: Problem, _ places: Range<Int>? = nil) -> Int {
    let word = problem.targets[0]
    let places = places ?? word.indices
    return switch self {
    case .rows: problem.factors[word[places.upperBound - 1]].rows
    case .columns: problem.factors[word[places.lowerBound]].columns
    case .shared(let count): problem.factors[word[count]].columns
    }
  }

  /// Whether parts of one size look alike: the factors that it cuts are dense.
  ///
  /// - Precondition: it fits the problem.
  func partsAreAlike(in problem: Problem, _ places: Range<Int>? = nil) -> Bool {
    let word = problem.targets[0]
    let places = places ?? word.indices
    return places.allSatisfy { place in
      partsAreAlike(
        ofPattern: problem.patterns[word[place]], place..<place + 1, of: places)
    }
  }

  /// Whether parts of one size of a factor or value look alike.
  func partsAreAlike(
    ofPattern pattern: Pattern, _ span: Range<Int>, of places: Range<Int>
  ) -> Bool {
    pattern.isDense
      || !cutsRows(at: span.upperBound - 1, of: places)
        && !cutsColumns(at: span.lowerBound, of: places)
  }

  /// Whether it cuts the rows of what ends at a place of the chain, when a
  /// value with the factors at `places` is made.
  func cutsRows(at place: Int, of places: Range<Int>) -> Bool {
    switch self {
    case .rows: place == places.upperBound - 1
    case .columns: false
    case .shared(let after): place == after - 1
    }
  }

  /// Whether it cuts the columns of what begins at a place of the chain.
  func cutsColumns(at place: Int, of places: Range<Int>) -> Bool {
    switch self {
    case .rows: false
    case .columns: place == places.lowerBound
    case .shared(let after): place == after
    }
  }

  /// Whether it is a dimension inside of a value, which is a sum over it then.
  package func isInside(_ span: Range<Int>) -> Bool {
    guard case .shared(let after) = self else { return false }
    return span.lowerBound < after && after < span.upperBound
  }

  /// Whether a value with the factors of `span` depends on it.
  func cuts(_ span: Range<Int>, of places: Range<Int>) -> Bool {
    isInside(span) || cutsColumns(at: span.lowerBound, of: places)
      || cutsRows(at: span.upperBound - 1, of: places)
  }
}
