/// How a value differs from the sum over all paths of its block, in words for
/// the refusal: how many paths each has, and what those that differ share.
struct PathDifference {
  /// What the block is.
  let expected: String
  /// What the value is.
  let found: String

  /// The most additions and products that an explanation may take.
  private static let workLimit = 1 << 24

  /// - Precondition: `value` is a sum of paths of `block`, and another sum.
  /// - Complexity: O(arcs · (steps + arcs)), O(steps + arcs) where that is more
  ///   than `workLimit`.
  init(
    _ block: Graph.Block, of graph: Graph, value: Int, _ steps: [Step],
    factors count: Int
  ) {
    let sums = TwoSums(graph: graph, block: block, steps: steps[...value])
    let ones = [PathCount](repeating: .one, count: count)
    let (all, own) = (sums.paths(ones), sums.value(ones))
    expected = "the sum over \(all.phrase)"
    var found = own.phrase
    let variables = (0..<count).map { Fingerprint(variable: $0) }
    let work = graph.usefulArcs.count * (steps.count + graph.arcs.count)
    if work <= Self.workLimit {
      let shared = graph.usefulArcs.filter { arc in
        var others = variables
        others[graph.arcs[arc].factor] = .zero
        return sums.paths(others) == sums.value(others)
      }
      let difference = sums.paths(variables) - sums.value(variables)
      found += Self.explanation(of: difference, shared, block, graph)
    }
    self.found = found
  }

  /// - Parameter shared: the arcs that all paths that differ have.
  private static func explanation(
    of difference: Fingerprint, _ shared: [Int], _ block: Graph.Block,
    _ graph: Graph
  ) -> String {
    let place = graph.places
    let path = shared.map { graph.arcs[$0] }.sorted {
      place[$0.from] < place[$1.from]
    }
    guard let first = path.first, let last = path.last else { return "" }
    let name = path.reduce(graph.vertices[first.from].name) {
      $0 + " → " + graph.vertices[$1.to].name
    }
    let joins = zip(path, path.dropFirst()).allSatisfy { $0.to == $1.from }
    guard joins, first.from == block.from, last.to == block.to else {
      let names = path.map {
        graph.vertices[$0.from].name + " → " + graph.vertices[$0.to].name
      }
      return ", and those that differ all pass " + names.joined(separator: ", ")
    }
    let monomial = path.reduce(Fingerprint.one) {
      $0 * Fingerprint(variable: $1.factor)
    }
    if difference == monomial { return ", without \(name)" }
    return difference == .zero - monomial
      ? ", \(name) once too often" : ", \(name) several times"
  }
}

/// The sum over all paths of a block, and a value of a plan, with numbers of any
/// kind for the factors.
private struct TwoSums {
  let graph: Graph
  let block: Graph.Block
  let steps: ArraySlice<Step>

  func paths<Number: Summand>(_ factors: [Number]) -> Number {
    let entering = graph.incidence.entering
    var sums = [Number](repeating: .zero, count: graph.vertices.count)
    sums[block.from] = .one
    for vertex in graph.order where vertex != block.from {
      for arc in entering[vertex] {
        let arc = graph.arcs[arc]
        sums[vertex] = sums[vertex] + factors[arc.factor] * sums[arc.from]
      }
    }
    return sums[block.to]
  }

  func value<Number: Summand>(_ factors: [Number]) -> Number {
    var values: [Number] = []
    values.reserveCapacity(steps.count)
    for step in steps {
      switch step {
      case .given(let factor), .accumulate(let factor, _):
        values.append(factors[factor])
      case .multiply(let outer, let inner):
        values.append(values[outer] * values[inner])
      case .eliminate(let factor, _, let operand):
        values.append(factors[factor] * values[operand])
      case .add(let first, let second):
        values.append(values[first] + values[second])
      }
    }
    return values.last!
  }
}

private protocol Summand {
  static var zero: Self { get }
  static var one: Self { get }
  static func + (a: Self, b: Self) -> Self
  static func * (a: Self, b: Self) -> Self
}

extension Fingerprint: Summand {}

/// A number of paths, or "too many".
private struct PathCount: Summand {
  private let count: UInt64

  private init(_ count: UInt64) { self.count = count }

  static let zero = PathCount(0)
  static let one = PathCount(1)

  static func + (a: PathCount, b: PathCount) -> PathCount {
    let sum = a.count.addingReportingOverflow(b.count)
    return PathCount(sum.overflow ? .max : sum.partialValue)
  }

  static func * (a: PathCount, b: PathCount) -> PathCount {
    let product = a.count.multipliedReportingOverflow(by: b.count)
    return PathCount(product.overflow ? .max : product.partialValue)
  }

  var phrase: String {
    switch count {
    case 1: "one path"
    case .max: "2^64 paths or more"
    default: "\(count) paths"
    }
  }
}
