import JacobianChain

/// What a graph costs at least, whatever the plan, by the paths that it sums.
///
/// Take any plan and any path of a wanted block. The target contains the path's
/// product: follow it through sums, and through products to its two parts, down
/// to factors. So the plan brackets every path, with steps of its own: entries of
/// a factor, a product at v of what leads from p with what leads to s, a factor
/// applied to what leads from p, or on to s. A step may serve many paths, all
/// those that pass its vertices, and is paid once. Split its price among these
/// (`CostShares`): then the bracketings of all paths, at their shares, cost no more
/// than the plan. And each costs at least what the dynamic program of matrix
/// chains finds for the shares (`PathSpans`). So the sum of those is a bound,
/// for every split.
///
/// Structure: a value has the entries that the product along one of its paths
/// has, or more, and is a unit only if that is. So what a step costs on a path by
/// itself is a part of its price, and as many evaluations are needed as a row of
/// that product has entries.
///
/// The best split is the dual of a linear program: fractions of steps that serve
/// fractions of bracketings. It is approached by supergradients: who uses a step
/// gets a larger share. In AI planning such a bound is called a cost partitioning
/// (Katz & Domshlak 2010, doi:10.1016/j.artint.2010.04.021), the method a
/// Lagrangian decomposition.
final class PathBound {
  private let graph: FaceGraph
  private let paths: [Path]
  private let spans: [Int: PathSpans]
  private var shares: CostShares
  private var scratch = PathSpans.Scratch()
  /// Paths by their links, where these fit into 64 bits.
  private let numbers: [UInt64: Int]
  private let factorLinks: UInt64

  private struct Path {
    var links: [Int]
    /// Where its cells begin.
    var start: Int
  }

  /// What a state costs that can't be finished.
  static let impossible = Int.max / 4

  /// No plan costs less, fma.
  private(set) var value = 0

  /// Nil where it can't be told: with factors that stand on several arcs, whose
  /// equal products may be shared, or with too many paths.
  init?(_ graph: FaceGraph, control: SearchControl) {
    guard !graph.hasTiedFactors, let wanted = WantedPaths(graph) else {
      return nil
    }
    self.graph = graph
    var spans: [Int: PathSpans] = [:]
    var paths: [Path] = []
    var cells = 0
    for links in wanted.links {
      let own = spans[links.count] ?? PathSpans(length: links.count)
      spans[links.count] = own
      paths.append(Path(links: links, start: cells))
      cells += own.count
    }
    let prices = PathPrices(graph, control: control)
    var table = PathPrices.Table(cells: cells)
    for path in paths {
      guard
        prices.add(
          path.links, spans[path.links.count]!, from: path.start, to: &table)
      else { return nil }
    }
    guard let shares = CostShares(table.uses, fixed: table.fixed) else {
      return nil
    }
    var numbers: [UInt64: Int] = [:]
    if graph.links.count <= FaceState.limit {
      for (number, path) in paths.enumerated() {
        numbers[path.links.reduce(0) { $0 | 1 << UInt64($1) }] = number
      }
    }
    (self.paths, self.spans, self.shares) = (paths, spans, shares)
    self.numbers = numbers
    factorLinks = graph.links.count <= 64 ? graph.factorLinks : 0
    value = price(shares)
  }

  /// The sum of all paths' bracketings at some shares, rounded up.
  private func price(_ shares: CostShares) -> Int {
    Self.rounded(bracket(shares.cells))
  }

  private static func rounded(_ sum: Double) -> Int {
    sum.isFinite ? Int(sum.rounded(.up)) : impossible
  }

  private func bracket(
    _ cells: [Double], mark: ((Int) -> Void)? = nil
  ) -> Double {
    cells.withUnsafeBufferPointer { cells in
      paths.reduce(0) { sum, path in
        sum
          + spans[path.links.count]!.leastPrice(
            cells.baseAddress! + path.start, &scratch,
            mark: mark.map { mark in { mark(path.start + $0) } })
      }
    }
  }

  /// Searches a better split.
  ///
  /// - Parameters:
  ///   - incumbent: the price of a plan; a bound that reaches it is enough.
  ///   - work: how many cells it looks at, about.
  func raise(to incumbent: Int, work: Int, stop: () -> Bool) {
    var current = shares
    var (best, found) = (0.0, shares)
    // How far a step goes that would reach the incumbent, were the sum linear.
    var (pace, idle, start) = (1.0, 0, value)
    let rounds = work / max(1, current.cells.count)
    // A million cells take a few hundredths of a second.
    let pause = min(16, max(1, (1 << 20) / max(1, current.cells.count)))
    for round in 0..<rounds {
      if value >= incumbent || (round % pause == pause - 1 && stop()) { break }
      var used: [Int] = []
      let sum = bracket(current.cells) { used.append($0) }
      guard sum.isFinite else { return }
      if sum > best {
        idle = sum > best * (1 + 1e-5) ? 0 : idle + 1
        (best, found) = (sum, current)
        if best > Double(incumbent - 1) { take(found) }
      } else {
        idle += 1
      }
      if idle > 50 { (pace, idle) = (pace * 0.7, 0) }
      let votes = current.votes(of: used)
      guard votes.disagreement > 0 else { break }
      if pace < 1e-3 {
        // Long steps again, as long as that leads further.
        take(found)
        guard value > start else { break }
        (start, pace, idle, current) = (value, 1, 0, found)
        continue
      }
      current.shift(
        to: votes, by: pace * (Double(incumbent) - sum) / votes.disagreement)
    }
    take(found)
  }

  private func take(_ found: CostShares) {
    var exact = found
    exact.round()
    let price = price(exact)
    if price >= value { (shares, value) = (exact, price) }
  }
}

extension PathBound {
  /// What is left to pay from a state on at least, fma.
  ///
  /// Objects are bracketed as links were. What a path's parts were made of is
  /// there, so only the cells between its objects are left to be paid; objects
  /// that sum several paths serve all of these.
  ///
  /// - Precondition: the graph has at most `FaceState.limit` links.
  func rest(_ state: FaceState) -> Int {
    var sum = 0.0
    state.forEachChain(graph.isUseful) { chain in
      let objects = chain.map { state.objects[$0]! }.filter { !$0.isPassage }
      if objects.count > 1 || !objects.allSatisfy(state.isValue) {
        sum += left(of: chain.map { state.objects[$0]! }, objects, in: state)
      }
    }
    return Self.rounded(sum)
  }

  /// The price of one chain of objects.
  private func left(
    of chain: [FaceState.Object], _ objects: [FaceState.Object],
    in state: FaceState
  ) -> Double {
    let own = spans[objects.count] ?? PathSpans(length: objects.count)
    var cells = [Double](repeating: 0, count: own.count)
    forEachPath(of: chain) { number, cuts in
      let path = paths[number]
      let whole = spans[path.links.count]!
      func add(_ cell: Int, _ other: Int) {
        cells[cell] += shares.cells[path.start + other]
      }
      for i in objects.indices {
        if !state.isValue(objects[i]) { add(own.leaf(i), whole.leaf(cuts[i])) }
        for j in i + 2..<max(i + 2, objects.count + 1) {
          let (from, to) = (cuts[i], cuts[j])
          if graph.isFunction(objects[j - 1]) {
            add(own.tangent(i, j), whole.tangent(from, to))
          } else {
            cells[own.tangent(i, j)] = .infinity
          }
          if graph.isFunction(objects[i]) {
            add(own.adjoint(i, j), whole.adjoint(from, to))
          } else {
            cells[own.adjoint(i, j)] = .infinity
          }
          for m in i + 1..<j {
            add(own.product(i, m, j), whole.product(from, cuts[m], to))
          }
        }
      }
    }
    return own.leastPrice(cells, &scratch)
  }

  /// The paths that a chain of objects sums, and after how many links each
  /// object that isn't a passage begins, and the last one ends.
  private func forEachPath(
    of chain: [FaceState.Object], _ body: (Int, [Int]) -> Void
  ) {
    func follow(_ place: Int, _ arcs: UInt64, _ cuts: [Int]) {
      guard place < chain.count else { return body(numbers[arcs]!, cuts) }
      for part in chain[place].paths {
        let part = part & factorLinks
        follow(
          place + 1, arcs | part,
          chain[place].isPassage
            ? cuts : cuts + [cuts.last! + part.nonzeroBitCount])
      }
    }
    follow(0, 0, [0])
  }
}
