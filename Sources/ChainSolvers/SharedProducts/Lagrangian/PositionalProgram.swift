import JacobianChain

/// The positional formulation of the joint problem, as a graph: a node for
/// every span of every target, a copy of an operation for every node that it
/// can make.
///
///     minimise Σ_o price(o)·x_o
///     root     Σ of the copies at the whole target = 1
///     node     Σ of the copies at a span = Σ of the copies that use the span
///     link     x_o ≥ f_c for every copy c of operation o;  f ≥ 0
///
/// Each target is an interval program of its own, in which a span occurs at
/// most once in a tree; products are shared by the link rows alone, between
/// targets and between positions of one word. A square names its operand once.
/// Its LP bound is far above that of the program over values: in families with
/// distinct factors it is nearly always the optimum.
///
/// Σ (n³ − n)/6 copies over the lengths n of the targets, at most.
struct PositionalProgram: ~Copyable {
  /// The operations of the graph that have copies, ascending.
  let operations: [Int]
  /// The node of each distinct target that isn't free.
  let roots: [Int32]
  /// Past the last node of each of these targets; its first one follows those
  /// of the target before. Node 0 stands for whatever is free.
  let ends: [Int32]
  /// The value at each node.
  let values: FlatArray<Int32>
  /// The copies at node v are `starts[v]..<starts[v + 1]`.
  let starts: FlatArray<Int32>
  /// The operation of each copy, as a position in `operations`.
  let owners: FlatArray<Int32>
  /// The nodes that a copy uses, 0 for none.
  let lefts: FlatArray<Int32>
  let rights: FlatArray<Int32>
  /// The copies of operation o are `members[memberStarts[o]..<…[o + 1]]`.
  let memberStarts: FlatArray<Int32>
  let members: FlatArray<Int32>

  /// The number of nodes, node 0 included.
  var nodeCount: Int { values.count }
  /// The number of copies.
  var copyCount: Int { owners.count }

  /// The program of all targets.
  ///
  /// - Complexity: O(copies).
  init(_ graph: ProductGraph) {
    var layout = Layout()
    var seen = Set<Int>()
    for (t, target) in graph.targets.enumerated()
    where !graph.isFree[target] && seen.insert(target).inserted {
      if graph.isWhole {
        layout.append(target: t, of: graph)
      } else {
        layout.append(values: graph.values(ofTarget: t), of: graph)
      }
    }
    self.init(layout, graph.operations.count)
  }

  /// The part of `program` whose copies are kept, with the same nodes.
  ///
  /// - Complexity: O(nodes + copies).
  init(_ program: borrowing PositionalProgram, keeping kept: [Int32]) {
    var layout = Layout()
    layout.roots = program.roots
    layout.ends = program.ends
    layout.values = program.values.array
    layout.starts.removeAll()
    var next = 0
    for node in 0...program.nodeCount {
      while next < kept.count, kept[next] < program.starts[node] { next += 1 }
      layout.starts.append(Int32(next))
    }
    for copy in kept.lazy.map({ Int($0) }) {
      let operation = program.operations[Int(program.owners[copy])]
      layout.owners.append(Int32(operation))
      layout.lefts.append(program.lefts[copy])
      layout.rights.append(program.rights[copy])
    }
    self.init(layout, (program.operations.last ?? -1) + 1)
  }

  /// Numbers the operations that occur, and lists their copies.
  private init(_ layout: consuming Layout, _ operationCount: Int) {
    var counts = [Int32](repeating: 0, count: operationCount)
    for owner in layout.owners { counts[Int(owner)] += 1 }
    operations = counts.indices.filter { counts[$0] > 0 }
    var memberStarts: [Int32] = [0]
    var local = [Int32](repeating: -1, count: operationCount)
    for (position, operation) in operations.enumerated() {
      local[operation] = Int32(position)
      memberStarts.append(memberStarts[position] + counts[operation])
    }
    var fill = memberStarts
    let members = FlatArray<Int32>(repeating: 0, count: layout.owners.count)
    for copy in layout.owners.indices {
      let position = local[Int(layout.owners[copy])]
      layout.owners[copy] = position
      members[Int(fill[Int(position)])] = Int32(copy)
      fill[Int(position)] += 1
    }
    roots = layout.roots
    ends = layout.ends
    values = FlatArray(layout.values)
    starts = FlatArray(layout.starts)
    owners = FlatArray(layout.owners)
    lefts = FlatArray(layout.lefts)
    rights = FlatArray(layout.rights)
    self.memberStarts = FlatArray(memberStarts)
    self.members = members
  }
}

extension PositionalProgram {
  /// The arrays of a program while they grow.
  private struct Layout {
    var roots: [Int32] = []
    var ends: [Int32] = []
    var values: [Int32] = [-1]
    var starts: [Int32] = [0, 0]
    var owners: [Int32] = []
    var lefts: [Int32] = []
    var rights: [Int32] = []

    /// Adds a node for each value that a target may need, in a part of a
    /// graph: one for all places of the value.
    mutating func append(values found: [Int], of graph: ProductGraph) {
      var nodes: [Int: Int32] = [-1: 0]
      for value in found where !graph.isFree[value] {
        for id in graph.operations(of: value) {
          owners.append(Int32(id))
          lefts.append(nodes[graph.operations[id].first]!)
          rights.append(nodes[graph.operations[id].second]!)
        }
        nodes[value] = Int32(values.count)
        values.append(Int32(value))
        starts.append(Int32(owners.count))
      }
      roots.append(nodes[found.last!]!)
      ends.append(Int32(values.count))
    }

    /// Adds the nodes of a target by length, so that operands come first.
    mutating func append(target t: Int, of graph: ProductGraph) {
      let n = graph.words[t].count
      let spans = graph.spans(of: t)
      var nodes = [Int32](repeating: 0, count: (n + 1) * (n + 1))
      func node(_ b: Int, _ e: Int) -> Int32 { nodes[b * (n + 1) + e] }
      for length in 1...n {
        for b in 0...n - length {
          let e = b + length
          let value = spans[b, e]
          if graph.isFree[value] { continue }
          for id in graph.operations(of: value) {
            let operation = graph.operations[id]
            var (left, right): (Int32, Int32) = (0, 0)
            switch operation.step {
            case .given, .accumulate: break
            case .add: preconditionFailure("words have no sums")
            case .eliminate(_, .tangent, _): left = node(b, e - 1)
            case .eliminate(_, .adjoint, _): left = node(b + 1, e)
            case .multiply(_, let inner):
              let k = b + graph.lengths[inner]
              (left, right) = (node(b, k), node(k, e))
              if operation.second < 0, left > 0 { right = 0 }
            }
            owners.append(Int32(id))
            lefts.append(left)
            rights.append(right)
          }
          nodes[b * (n + 1) + e] = Int32(values.count)
          values.append(Int32(value))
          starts.append(Int32(owners.count))
        }
      }
      roots.append(node(0, n))
      ends.append(Int32(values.count))
    }
  }
}
