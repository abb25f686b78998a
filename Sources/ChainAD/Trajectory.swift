import ChainExecutor
import JacobianChain

/// The values of a graph's functions at a point, which moves, and their
/// derivatives there. All memory is taken once.
final class Trajectory {
  let graph: FunctionGraph
  /// By node; nil for sums.
  let linearizations: [(any Linearization)?]
  private let stops: [Stop]
  /// Where each value begins.
  private let offsets: [Int]
  /// Values, and behind them the inputs of a node that don't lie side by side.
  private let memory: Doubles
  /// How often each function has been given parameters.
  var parameterVersions: [Int]
  /// What is kept of each node while it moves.
  var kept: [Abilities]
  /// Which functions aren't layers, nor written once.
  let isForeign: [Bool]
  /// Whether functions of others were given seeds that aren't finite: what they
  /// make of them says nothing.
  var hasForeignPole = false
  /// The last one that it moved to: all inputs, one after the other.
  private(set) var point: [Double] = []
  /// The number of moves.
  private(set) var moves = 0
  /// All entries of functions with several inputs or outputs, by node.
  var wholes: [Int: WholeEntries] = [:]
  /// How large Jacobians are, and the move that it was found after; where they
  /// are the same at all points minus the version of their parameters.
  var gains: [Int: (stamp: Int, gain: Gain)] = [:]
  /// How many targets have been computed in a wide range.
  var wideTargets = 0

  /// Where a node reads and where it writes.
  private struct Stop {
    var input: Int
    var inputCount: Int
    var output: Int
    var outputCount: Int
    /// Whether the inputs have to be brought together.
    var isGathered = false
  }

  /// - Parameter keepsValues: whether all values can be read after a move; of
  ///   a composition no more than two need be there at a time.
  init(_ graph: FunctionGraph, keepsValues: Bool) {
    self.graph = graph
    let sizes = graph.vertices.map(\.size)
    var (offsets, total) = ([Int](), 0)
    if keepsValues {
      for size in sizes {
        offsets.append(total)
        total += size
      }
    } else {
      let longest = sizes.max() ?? 0
      offsets = sizes.indices.map { $0.isMultiple(of: 2) ? 0 : longest }
      total = 2 * longest
    }
    var gathered = 0
    var stops: [Stop] = []
    for node in graph.nodes {
      // What a node makes lies side by side.
      let output = offsets[node.outputs[0]]
      let count = node.inputs.reduce(0) { $0 + sizes[$1] }
      var stop = Stop(
        input: node.inputs.first.map { offsets[$0] } ?? 0, inputCount: count,
        output: output, outputCount: node.outputs.reduce(0) { $0 + sizes[$1] })
      let isApart = zip(node.inputs, node.inputs.dropFirst()).contains {
        offsets[$0] + sizes[$0] != offsets[$1]
      }
      if isApart {
        (stop.input, stop.isGathered) = (total, true)
        gathered = max(gathered, count)
      }
      stops.append(stop)
    }
    (self.stops, self.offsets) = (stops, offsets)
    memory = Doubles(count: total + gathered)
    // `linearization()` of a wrapper can't know whether what it wraps has
    // parameters; its conformance does.
    linearizations = graph.nodes.map { node in
      (node.function as? any ParametricFunction)?.parametricLinearization()
        ?? node.function?.linearization()
    }
    isForeign = linearizations.map {
      $0 != nil && !($0 is any LayerLinearization)
        && !($0 is GenericLinearization)
    }
    kept = [Abilities](repeating: [], count: stops.count)
    parameterVersions = [Int](repeating: 0, count: stops.count)
  }

  /// A copy of a value, after a move that went past it.
  func value(_ vertex: Int) -> [Double] {
    [Double](
      UnsafeBufferPointer(
        start: memory.base + offsets[vertex],
        count: graph.vertices[vertex].size))
  }

  /// The values at a point, nothing else.
  func evaluate(at point: [Double]) throws(ChainError) {
    kept = kept.map { _ in [] }
    try move(to: point)
  }

  /// One forward sweep through the first `end` nodes, or all, which records
  /// what is kept and nothing else.
  ///
  /// - Throws: `ChainError` that names the function that failed, or the first
  ///   one with a value that isn't finite.
  func move(to point: [Double], end: Int? = nil) throws(ChainError) {
    try take(point)
    let memory = memory.base
    for k in 0..<(end ?? stops.count) {
      let stop = stops[k]
      if let linearization = linearizations[k] {
        if stop.isGathered { gather(k) }
        let input = Span(
          _unsafeStart: UnsafePointer(memory + stop.input),
          count: stop.inputCount)
        var output = MutableSpan(
          _unsafeStart: memory + stop.output, count: stop.outputCount)
        do {
          try linearization.move(to: input, value: &output, keeping: kept[k])
        } catch {
          throw failure(error, of: k, "its value")
        }
      } else {
        add(k)
      }
      if let index = firstInfinite(stop.output, stop.outputCount) {
        throw notFinite(k, index)
      }
    }
  }

  private func take(_ point: [Double]) throws(ChainError) {
    guard point.count == graph.inputCount else {
      throw ChainError(
        .malformed, at: "/point", expected: counted(graph.inputCount, "input"),
        found: "\(point.count)",
        advice: "give one number for each input, one after the other")
    }
    self.point = point
    moves += 1
    var next = 0
    for vertex in graph.inputs {
      let (offset, count) = (offsets[vertex], graph.vertices[vertex].size)
      for i in 0..<count { memory.base[offset + i] = point[next + i] }
      if let index = firstInfinite(offset, count) {
        throw ChainError(
          .malformed, at: "/point/\(next + index)",
          expected: "a finite number", found: "\(point[next + index].word)",
          advice: "evaluate at a finite point")
      }
      next += count
    }
  }

  /// Brings the inputs of a node together.
  private func gather(_ k: Int) {
    var next = memory.base + stops[k].input
    for vertex in graph.nodes[k].inputs {
      let count = graph.vertices[vertex].size
      next.update(from: memory.base + offsets[vertex], count: count)
      next += count
    }
  }

  private func add(_ k: Int) {
    guard case .sum(let a, let b, let isDifference, let sum) = graph.nodes[k]
    else { preconditionFailure("a node without a function is a sum") }
    let sign = isDifference ? -1.0 : 1
    for i in 0..<graph.vertices[sum].size {
      memory.base[offsets[sum] + i] =
        memory.base[offsets[a] + i] + sign * memory.base[offsets[b] + i]
    }
  }

  /// The first of some numbers that isn't finite.
  private func firstInfinite(_ offset: Int, _ count: Int) -> Int? {
    // All at once, in vectors: what isn't finite has an exponent of ones, and
    // one more reaches the sign.
    let value = memory.base + offset
    var found: UInt64 = 0
    for i in 0..<count {
      found |= (value[i].bitPattern & 0x7FF << 52) &+ 1 << 52
    }
    guard found >> 63 != 0 else { return nil }
    return (0..<count).first { !value[$0].isFinite }
  }

  private func notFinite(_ k: Int, _ index: Int) -> ChainError {
    let value = memory.base[stops[k].output + index]
    return ChainError(
      .malformed, at: "/functions/\(k)",
      expected: "finite outputs of \"\(graph.nodes[k].name)\"",
      found: "output \(index) is \(value.word) at \(input(of: k, with: nil))",
      advice: "keep the point inside the domain of the function")
  }

  /// The inputs of node `k`, after a move that ended there or one further, or
  /// any move that keeps all values.
  func inputs(of k: Int) -> [Double] {
    if stops[k].isGathered { gather(k) }
    return [Double](
      UnsafeBufferPointer(
        start: memory.base + stops[k].input, count: stops[k].inputCount))
  }

  /// The inputs of node `k` in words: the one that matters, and the first few
  /// of them.
  func input(of k: Int, with index: Int?) -> String {
    let inputs = inputs(of: k)
    let all =
      inputs.prefix(4).map { "\($0)" }.joined(separator: ", ")
      + (inputs.count > 4 ? ", …" : "")
    guard let index else { return "input (\(all))" }
    return "input \(index) = \(inputs[index]) of (\(all))"
  }

  /// An error of node `k`, with its name.
  func failure(
    _ error: any Error, of k: Int, _ what: String
  ) -> ChainError {
    ChainError(error, of: graph.nodes[k].name, k, what)
  }
}

extension Double {
  /// As it is printed, but NaN without its sign, which says nothing.
  var word: String { isNaN ? "nan" : "\(self)" }
}
