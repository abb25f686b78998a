/// A plan that grows target by target: each one is made in the cheapest way,
/// where what exists already costs nothing.
///
/// The interval program of a target over the copies that are left, O(copies of
/// the target). Removing a target and making it again never raises the price,
/// which is a descent; prices that the dual has lowered guide it.
struct TargetInsertion: ~Copyable {
  private let graph: ProductGraph
  /// The operation of each value that is made.
  private(set) var chosen: [Int]
  /// fma and tape of what is made.
  private(set) var fma = 0
  private(set) var tape = 0
  /// Whether each value is made; free ones are not.
  private var isMade: [Bool]
  /// How many operations and targets use each value.
  private var uses: [Int32]
  private let distances: FlatArray<Double>
  private let choices: FlatArray<Int32>
  private var pending: [Int32] = []

  /// Nothing is made.
  init(_ graph: ProductGraph, _ program: borrowing PositionalProgram) {
    self.graph = graph
    chosen = [Int](repeating: -1, count: graph.count)
    isMade = [Bool](repeating: false, count: graph.count)
    uses = [Int32](repeating: 0, count: graph.count)
    distances = FlatArray(repeating: 0, count: program.nodeCount)
    choices = FlatArray(repeating: -1, count: program.nodeCount)
  }

  /// Forgets everything made.
  mutating func clear() {
    for value in chosen.indices {
      chosen[value] = -1
      isMade[value] = false
      uses[value] = 0
    }
    (fma, tape) = (0, 0)
  }

  /// The nodes of a target.
  private func nodes(
    _ target: Int, _ program: borrowing PositionalProgram
  ) -> Range<Int> {
    let first = target == 0 ? 1 : Int(program.ends[target - 1])
    return first..<Int(program.ends[target])
  }

  /// Makes a target, by the least sum of `weights` over the operations.
  mutating func insert(
    _ target: Int, _ program: borrowing PositionalProgram,
    _ weights: borrowing FlatArray<Double>
  ) {
    let root = Int(program.roots[target])
    if !isMade[Int(program.values[root])] {
      relax(nodes(target, program), program, weights)
      pending.append(Int32(root))
      while let node = pending.popLast() {
        let value = Int(program.values[Int(node)])
        if isMade[value] { continue }
        let copy = Int(choices[Int(node)])
        make(value, program.operations[Int(program.owners[copy])])
        for operand in [program.lefts[copy], program.rights[copy]]
        where operand > 0 {
          pending.append(operand)
        }
      }
    }
    uses[Int(program.values[root])] += 1
  }

  /// The interval program of a target.
  private func relax(
    _ nodes: Range<Int>, _ program: borrowing PositionalProgram,
    _ weights: borrowing FlatArray<Double>
  ) {
    let (starts, owners) = (program.starts.base, program.owners.base)
    let (lefts, rights) = (program.lefts.base, program.rights.base)
    let (distances, choices) = (distances.base, choices.base)
    let weights = weights.base
    for node in nodes {
      if isMade[Int(program.values[node])] {
        distances[node] = 0
        continue
      }
      var best = Double.infinity
      for copy in Int(starts[node])..<Int(starts[node + 1]) {
        let price =
          weights[Int(owners[copy])] + distances[Int(lefts[copy])]
          + distances[Int(rights[copy])]
        if price < best {
          best = price
          choices[node] = Int32(truncatingIfNeeded: copy)
        }
      }
      distances[node] = best
    }
  }

  private mutating func make(_ value: Int, _ id: Int) {
    let operation = graph.operations[id]
    isMade[value] = true
    chosen[value] = id
    fma += operation.price
    tape += operation.tape
    if operation.first >= 0 { uses[operation.first] += 1 }
    if operation.second >= 0 { uses[operation.second] += 1 }
  }

  /// Takes a target back, and what nothing else uses; adds that to `removed`.
  mutating func remove(
    _ target: Int, _ program: borrowing PositionalProgram,
    _ removed: inout [(value: Int, operation: Int)]
  ) {
    var orphans = [Int(program.values[Int(program.roots[target])])]
    while let value = orphans.popLast() {
      uses[value] -= 1
      guard uses[value] == 0 else { continue }
      let operation = graph.operations[chosen[value]]
      isMade[value] = false
      fma -= operation.price
      tape -= operation.tape
      removed.append((value, chosen[value]))
      if operation.first >= 0 { orphans.append(operation.first) }
      if operation.second >= 0 { orphans.append(operation.second) }
    }
  }

  /// Makes a target by exactly the operations that `remove` took back.
  mutating func restore(
    _ target: Int, _ program: borrowing PositionalProgram,
    _ removed: [(value: Int, operation: Int)]
  ) {
    for (value, operation) in removed { make(value, operation) }
    uses[Int(program.values[Int(program.roots[target])])] += 1
  }

  /// Removes and makes every target again until nothing gets cheaper by
  /// `weights`, at most `rounds` times.
  mutating func descend(
    _ program: borrowing PositionalProgram,
    _ weights: borrowing FlatArray<Double>, tapePrice: Double,
    rounds: Int, _ control: () -> Bool
  ) {
    var removed: [(value: Int, operation: Int)] = []
    var ignored: [(value: Int, operation: Int)] = []
    var unchanged = 0
    for step in 0..<rounds * program.roots.count {
      if unchanged >= program.roots.count || control() { return }
      let target = step % program.roots.count
      let before = Double(fma) + tapePrice * Double(tape)
      removed.removeAll(keepingCapacity: true)
      remove(target, program, &removed)
      insert(target, program, weights)
      let after = Double(fma) + tapePrice * Double(tape)
      unchanged += 1
      if after < before {
        unchanged = 0
      } else if after > before {
        ignored.removeAll(keepingCapacity: true)
        remove(target, program, &ignored)
        restore(target, program, removed)
      }
    }
  }
}
