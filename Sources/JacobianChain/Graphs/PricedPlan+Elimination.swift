extension PricedPlan {
  /// The vertices of a graph in an order by whose elimination the plan's products
  /// come about; nil when there is none, for products, and for graphs with one
  /// factor on several arcs.
  ///
  /// The order is read off what products need of each other, those that the plan
  /// has first in front; then the graph is eliminated in it, and at each vertex
  /// what meets there has to be multiplied in the plan, all of it and nothing
  /// else. In which order the plan adds, and where it has its steps, is its own
  /// business.
  ///
  /// - Throws: `ChainError` (`tooLarge`) when blocks begin at too many vertices,
  ///   or a stop.
  /// - Complexity: O(steps log vertices).
  package func eliminationOrder(
    in problem: Problem, control: SearchControl = .unlimited
  ) throws(ChainError) -> [Int]? {
    guard let graph = problem.graph, let paths = try paths(problem, graph)
    else { return nil }
    try control.checkpoint()
    let copies = try VertexCopies(graph)
    guard let order = meetingOrder(of: copies.intermediates, graph) else {
      return nil
    }
    try control.checkpoint()
    let elimination = PathElimination(graph, copies)
    return elimination.makes(meetings(graph), of: paths, by: order)
      ? order : nil
  }

  /// Whether a graph's intermediates, eliminated in an order, make just the
  /// plan's products; of several such orders `eliminationOrder` finds one. nil
  /// where that finds none whatever the plan is.
  ///
  /// - Throws: `ChainError` (`tooLarge`) when blocks begin at too many vertices.
  /// - Complexity: O(steps log vertices).
  package func isMade(
    byEliminating order: [Int], in problem: Problem
  ) throws(ChainError) -> Bool? {
    guard let graph = problem.graph, let paths = try paths(problem, graph)
    else { return nil }
    let copies = try VertexCopies(graph)
    guard order.sorted() == copies.intermediates.sorted() else { return false }
    return PathElimination(graph, copies)
      .makes(meetings(graph), of: paths, by: order)
  }

  /// What each step sums; nil for graphs with one factor on several arcs.
  private func paths(
    _ problem: Problem, _ graph: Graph
  ) throws(ChainError) -> PathSums? {
    guard var paths = PathSums(problem, graph, steps.count) else { return nil }
    for (id, step) in plan.steps.enumerated() { try paths.append(step, id) }
    return paths
  }

  /// Intermediates so that what a product needs is made before it; nil where
  /// that goes in a circle.
  private func meetingOrder(of vertices: [Int], _ graph: Graph) -> [Int]? {
    let count = graph.vertices.count
    var first = [Int](repeating: -1, count: count)
    var after = [Set<Int>](repeating: [], count: count)
    // By value, whether what it is made of was looked at as an inner operand,
    // and as an outer one: it meets others at its end, or at its beginning.
    var seen = [[Bool]](
      repeating: [Bool](repeating: false, count: plan.steps.count), count: 2)
    for (id, step) in plan.steps.enumerated() {
      guard let vertex = meetingVertex(of: step) else { continue }
      if first[vertex] < 0 { first[vertex] = id }
      let (outer, inner) = step.meetingOperands
      for (side, operand) in [inner, outer].enumerated() {
        var stack = operand.map { [$0] } ?? []
        while let value = stack.popLast() {
          guard !seen[side][value] else { continue }
          seen[side][value] = true
          if case .add(let a, let b) = plan.steps[value] {
            stack += [a, b]
          } else if let other = meetingVertex(of: plan.steps[value]) {
            after[other].insert(vertex)
          }
        }
      }
    }
    var waiting = [Int](repeating: 0, count: count)
    for vertex in vertices {
      for other in after[vertex] { waiting[other] += 1 }
    }
    var ready = Heap<PricedVertex<Int>>()
    // What nothing meets at is passed without a step, whenever that is.
    func insert(_ vertex: Int) {
      ready.insert(PricedVertex(price: first[vertex], vertex: vertex))
    }
    for vertex in vertices where waiting[vertex] == 0 { insert(vertex) }
    var order: [Int] = []
    while let next = ready.popFirst() {
      order.append(next.vertex)
      for other in after[next.vertex] {
        waiting[other] -= 1
        if waiting[other] == 0 { insert(other) }
      }
    }
    return order.count == vertices.count ? order : nil
  }

  /// The steps that multiply, those of one vertex side by side.
  private func meetings(_ graph: Graph) -> Meetings {
    var starts = [Int](repeating: 0, count: graph.vertices.count + 1)
    for step in plan.steps {
      if let vertex = meetingVertex(of: step) { starts[vertex + 1] += 1 }
    }
    for vertex in graph.vertices.indices {
      starts[vertex + 1] += starts[vertex]
    }
    var next = starts
    var steps = [Int](repeating: 0, count: starts.last!)
    for (id, step) in plan.steps.enumerated() {
      guard let vertex = meetingVertex(of: step) else { continue }
      steps[next[vertex]] = id
      next[vertex] += 1
    }
    return Meetings(starts: starts, steps: steps)
  }

  /// Where the operands of a step meet.
  private func meetingVertex(of step: Step) -> Int? {
    switch step {
    case .given, .accumulate, .add: nil
    case .multiply(_, let inner): steps[inner].ends?.to
    case .eliminate(_, .tangent, let operand): steps[operand].ends?.to
    case .eliminate(_, .adjoint, let operand): steps[operand].ends?.from
    }
  }
}

extension Step {
  /// The values that meet in a vertex.
  fileprivate var meetingOperands: (outer: Int?, inner: Int?) {
    switch self {
    case .given, .accumulate, .add: (nil, nil)
    case .multiply(let outer, let inner): (outer, inner)
    case .eliminate(_, .tangent, let operand): (nil, operand)
    case .eliminate(_, .adjoint, let operand): (operand, nil)
    }
  }
}

/// The products of a plan by the vertex at which their operands meet.
private struct Meetings {
  let starts: [Int]
  let steps: [Int]

  func count(at vertex: Int) -> Int { starts[vertex + 1] - starts[vertex] }

  /// What is multiplied at a vertex: the sums of products between each pair of a
  /// tail and a head, row by row for tails; nil where something else is, too.
  ///
  /// - Parameters:
  ///   - tails: the number of each vertex among those before it, −1 for others.
  ///   - heads: the same of those behind it, of which there are `width`.
  func products(
    at vertex: Int, of paths: PathSums, tails: [Int32], heads: [Int32],
    _ height: Int, _ width: Int
  ) -> [Fingerprint?]? {
    var products = [Fingerprint?](repeating: nil, count: height * width)
    for id in steps[starts[vertex]..<starts[vertex + 1]] {
      let block = paths.ends(of: id)
      let (row, column) = (tails[block.from], heads[block.to])
      guard row >= 0, column >= 0 else { return nil }
      let place = Int(row) * width + Int(column)
      products[place] = (products[place] ?? .zero) + paths.print(of: id)
    }
    return products
  }
}

/// A graph whose vertices are eliminated, its arcs as sums of paths.
private struct PathElimination {
  private struct Arc: SortedByVertex {
    var vertex: Int32
    var print = Fingerprint.zero
  }

  /// By tail, and for each vertex its tails.
  private var leaving: [[Arc]]
  private var entering: [[Int32]]
  private let copies: VertexCopies

  init(_ graph: Graph, _ copies: VertexCopies) {
    self.copies = copies
    leaving = [[Arc]](repeating: [], count: copies.count)
    entering = [[Int32]](repeating: [], count: copies.count)
    for arc in graph.usefulArcs.map({ graph.arcs[$0] }) {
      var place = 0
      join(
        Fingerprint(variable: arc.factor), from: arc.from, to: arc.to, &place)
    }
    for passage in copies.passages {
      var place = 0
      join(.one, from: passage.from, to: passage.to, &place)
    }
  }

  /// - Parameter place: where to look for the arc first; where it is.
  private mutating func join(
    _ print: Fingerprint, from: Int, to: Int, _ place: inout Int
  ) {
    place = leaving[from].place(of: Int32(to), from: place)
    if !leaving[from].holds(Int32(to), at: place) {
      leaving[from].insert(Arc(vertex: Int32(to)), at: place)
      entering[to].insert(
        Int32(from), at: entering[to].place(of: Int32(from)))
    }
    leaving[from][place].print += print
  }

  /// Whether eliminating vertices in an order makes just these products.
  consuming func makes(
    _ meetings: Meetings, of paths: PathSums, by order: [Int]
  ) -> Bool {
    var met = 0
    let originals = copies.originals
    // Numbers of what stands for each vertex of the graph.
    var tailNumbers = [Int32](repeating: -1, count: copies.count)
    var headNumbers = tailNumbers
    for vertex in order {
      let (tails, heads) = (entering[vertex], leaving[vertex])
      for (number, tail) in tails.enumerated() {
        tailNumbers[originals[Int(tail)]] = Int32(number)
      }
      for (number, head) in heads.enumerated() {
        headNumbers[originals[Int(head.vertex)]] = Int32(number)
      }
      guard
        let wanted = meetings.products(
          at: vertex, of: paths, tails: tailNumbers, heads: headNumbers,
          tails.count, heads.count)
      else { return false }
      met += meetings.count(at: vertex)
      var made = 0
      for (row, tail) in tails.enumerated() {
        let tail = Int(tail)
        let own = leaving[tail].place(of: Int32(vertex))
        let inner = leaving[tail].remove(at: own).print
        var place = 0
        for (column, outer) in heads.enumerated() {
          let head = Int(outer.vertex)
          guard copies.reach.isUseful(from: tail, to: head) else { continue }
          let product = outer.print * inner
          join(product, from: tail, to: head, &place)
          // A passage is no product.
          guard originals[tail] != vertex, originals[head] != vertex else {
            continue
          }
          guard wanted[row * heads.count + column] == product else {
            return false
          }
          made += 1
        }
        tailNumbers[originals[tail]] = -1
      }
      guard made == wanted.count(where: { $0 != nil }) else { return false }
      for head in heads {
        let head = Int(head.vertex)
        headNumbers[originals[head]] = -1
        entering[head].remove(at: entering[head].place(of: Int32(vertex)))
      }
      (entering[vertex], leaving[vertex]) = ([], [])
    }
    return met == meetings.steps.count
  }
}
