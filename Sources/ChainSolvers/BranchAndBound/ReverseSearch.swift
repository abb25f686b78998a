/// One pass of the search: is there a plan with a makespan of at most `target`?
///
/// Time runs backwards. The whole chain is released at 0; an operation that
/// makes a span at time x and takes f releases its operands at x + f, and a
/// leaf releases nothing. Bracketing and schedule are decided together, one
/// operation after the other in order of start.
struct ReverseSearch: ~Copyable {
  typealias Field = StateLayer.Field

  /// What a pass found out.
  enum Outcome {
    /// A plan that meets the target.
    case found(ReversePath)
    /// There is none: nothing was dropped on the way.
    case impossible
    /// None was found, but states were dropped.
    case missed
    /// `control` ended the pass.
    case stopped
  }

  let spans: SpanOperations
  let fronts: SpanFronts
  let machines: Int
  /// The bound on the total tape; nil for none.
  private let tapeTotal: Int?
  /// The words of a state behind the release times.
  private let tail: Int

  private var target = 0
  private var width = 0
  private let layers: UnsafeMutablePointer<StateLayer>
  /// For every expanded state the one before it and the operation that led on.
  private var origins: [Int32] = []
  private var operations: [Int32] = []
  /// The state that is being made, and the machines while a span is chosen.
  private let scratch: FlatArray<Int>
  private let free: FlatArray<Int>
  private var packing: LeafPacking
  private var filter: TimeFilter
  private var rest: RestPacking
  private var path: ReversePath?
  private var isTruncated = false

  init(
    _ spans: consuming SpanOperations, _ fronts: consuming SpanFronts,
    machines: Int, tapeTotal: Int?
  ) {
    tail = machines + (tapeTotal == nil ? 0 : 1)
    self.tapeTotal = tapeTotal
    let ranks = spans.rank(spans.root) + 1
    self.spans = spans
    self.fronts = fronts
    self.machines = machines
    layers = .allocate(capacity: ranks)
    for rank in 0..<ranks {
      (layers + rank).initialize(to: StateLayer(tail: tail))
    }
    scratch = FlatArray(
      repeating: 0, count: Field.count + 2 * ranks + 4 + tail)
    free = FlatArray(repeating: 0, count: machines)
    packing = LeafPacking(capacity: ranks, machines: machines)
    filter = TimeFilter(size: ranks + 1 + tail)
    rest = RestPacking(machines: machines)
  }

  deinit {
    layers.deinitialize(count: spans.rank(spans.root) + 1)
    layers.deallocate()
  }

  /// Looks for a plan of makespan at most `target`, keeping `width` states a
  /// layer.
  ///
  /// - Parameters:
  ///   - explored: the states expanded so far, by all passes.
  ///   - isStopped: told that number now and then.
  mutating func run(
    target: Int, width: Int, explored: inout Int, isStopped: (Int) -> Bool
  ) -> Outcome {
    self.target = target
    self.width = width
    origins.removeAll(keepingCapacity: true)
    operations.removeAll(keepingCapacity: true)
    isTruncated = false
    path = nil
    let top = spans.rank(spans.root)
    defer {
      for rank in 0...top { layers[rank].removeAll() }
    }
    seed()
    let layers = layers
    for rank in stride(from: top, to: 0, by: -1) {
      settle(rank)
      if layers[rank].isTruncated { isTruncated = true }
      for state in layers[rank].states {
        explored += 1
        if explored.isMultiple(of: 256), isStopped(explored) {
          return .stopped
        }
        expand(layers[rank].words + state)
        if let path { return .found(path) }
      }
      layers[rank].removeAll()
    }
    return isTruncated ? .missed : .impossible
  }

  /// The operation of each span, and when it starts, forward in time.
  func replay(_ path: ReversePath) -> (chosen: [Int], starts: [Int]) {
    path.replayed(in: spans, machines: machines, target: target)
  }

  private mutating func seed() {
    let state = scratch.base
    state[Field.slack] = 0
    state[Field.key] = Int(bitPattern: UInt(spans.key(spans.root)))
    state[Field.origin] = -1
    state[Field.operation] = -1
    state[Field.pending] = 1
    state[Field.count] = spans.root
    for i in 0...tail { state[Field.count + 1 + i] = 0 }
    layers[spans.rank(spans.root)].insert(state)
  }

  private mutating func settle(_ rank: Int) {
    rest.markHopeless(
      in: layers[rank], rank: rank, spans, fronts, target: target)
    // Through a pointer of its own: `layers[rank]` would be an access to the
    // search as a whole, which overlaps that to its filter.
    let layer = layers + rank
    layer.pointee.settle(width: width, &filter)
  }

  private mutating func expand(_ state: UnsafePointer<Int>) {
    let trace = origins.count
    origins.append(Int32(truncatingIfNeeded: state[Field.origin]))
    operations.append(Int32(truncatingIfNeeded: state[Field.operation]))
    let pending = state[Field.pending]
    let ids = state + Field.count
    let releases = ids + pending
    let busy = releases + pending
    for s in 0..<pending {
      let start = releases[s]
      // From here on nothing starts before `start`.
      var room = 0
      for k in 1..<max(1, machines) {
        free[k] = max(busy[k], start)
        room += target - free[k]
      }
      let second = machines > 1 ? free[1] : Int.max
      var others = -1
      for o in spans.operations(of: ids[s]) {
        let operation = spans[o]
        if start + operation.path > target { break }
        let end = start + operation.price
        if operation.work > room + target - end, operation.price > 0 {
          continue
        }
        var need = 0
        if operation.first >= 0 {
          need = fronts.leastWork(
            Int(operation.first), within: target - end)
          if operation.second >= 0 {
            need += fronts.leastWork(
              Int(operation.second), within: target - end)
          }
        }
        if need >= SpanFronts.impossible { continue }
        if operation.price == 0 {
          makeInstant(state, s, o, trace)
        } else {
          let area = room + target - end
          if need > area { continue }
          if end >= second {
            if others < 0 {
              others = work(state, except: s, from: second)
            }
            need += others
          } else {
            need += work(state, except: s, from: end)
          }
          if need > area { continue }
          make(state, s, o, trace, need: need, end: end)
        }
        if path != nil { return }
      }
    }
  }

  /// The least work of the pending spans but one, none of which starts before
  /// `time`.
  @inline(__always)
  private func work(
    _ state: UnsafePointer<Int>, except s: Int, from time: Int
  ) -> Int {
    let pending = state[Field.pending]
    let ids = state + Field.count
    let releases = ids + pending
    var sum = 0
    for u in 0..<pending where u != s {
      sum += fronts.leastWork(
        ids[u], within: target - max(releases[u], time))
    }
    return sum
  }

  /// The child in which operation `o` of pending span `s` runs on the first
  /// free machine until `end`.
  @inline(__always)
  private mutating func make(
    _ state: UnsafePointer<Int>, _ s: Int, _ o: Int, _ trace: Int,
    need: Int, end: Int
  ) {
    let child = scratch.base
    replace(state, s, o, release: end)
    let pending = child[Field.pending]
    let busy = child + Field.count + 2 * pending
    // The other machines are in order; `end` goes where it belongs.
    var k = 1
    while k < machines, free[k] < end {
      busy[k - 1] = free[k]
      k += 1
    }
    busy[k - 1] = end
    while k < machines {
      busy[k] = free[k]
      k += 1
    }
    if tapeTotal != nil {
      busy[machines] =
        state[Field.count + 2 * state[Field.pending] + machines]
        + spans[o].tape
    }
    finish(o, trace, need: need)
  }

  /// The child after an operation that takes no time, and no machine.
  private mutating func makeInstant(
    _ state: UnsafePointer<Int>, _ s: Int, _ o: Int, _ trace: Int
  ) {
    let child = scratch.base
    let old = state[Field.pending]
    replace(state, s, o, release: state[Field.count + old + s])
    let pending = child[Field.pending]
    (child + Field.count + 2 * pending).update(
      from: state + Field.count + 2 * old, count: tail)
    if tapeTotal != nil {
      child[Field.count + 2 * pending + machines] += spans[o].tape
    }
    var need = 0
    for i in 0..<pending {
      need += fronts.leastWork(
        child[Field.count + i],
        within: target - child[Field.count + pending + i])
    }
    finish(o, trace, need: need)
  }

  /// Writes the spans of the child and their releases: those of the state, but
  /// operands in place of span `s`.
  @inline(__always)
  private func replace(
    _ state: UnsafePointer<Int>, _ s: Int, _ o: Int, release: Int
  ) {
    let operation = spans[o]
    let child = scratch.base
    let old = state[Field.pending]
    var (first, second) = (Int(operation.first), Int(operation.second))
    var key = UInt64(bitPattern: Int64(state[Field.key]))
    key ^= spans.key(state[Field.count + s])
    let pending =
      old - 1 + (first >= 0 ? 1 : 0) + (second >= 0 ? 1 : 0)
    child[Field.pending] = pending
    let ids = child + Field.count
    let releases = ids + pending
    // Spans in descending order; the first operand is the greater one.
    var count = 0
    for u in 0..<old where u != s {
      let id = state[Field.count + u]
      while first > id {
        ids[count] = first
        releases[count] = release
        count += 1
        key ^= spans.key(first)
        (first, second) = (second, -1)
      }
      ids[count] = id
      releases[count] = state[Field.count + old + u]
      count += 1
    }
    while first >= 0 {
      ids[count] = first
      releases[count] = release
      count += 1
      key ^= spans.key(first)
      (first, second) = (second, -1)
    }
    child[Field.key] = Int(truncatingIfNeeded: Int64(bitPattern: key))
  }

  /// Brings the child into its canonical form, which makes states comparable,
  /// and keeps it, if what is left of it may fit.
  @inline(__always)
  private mutating func finish(_ o: Int, _ trace: Int, need: Int) {
    let child = scratch.base
    let pending = child[Field.pending]
    let ids = child + Field.count
    let releases = ids + pending
    let busy = releases + pending
    child[Field.origin] = trace
    child[Field.operation] = o
    var earliest = Int.max
    var rank = 0
    var isLeavesOnly = true
    for i in 0..<pending {
      earliest = min(earliest, releases[i])
      rank += spans.rank(ids[i])
      if !spans.isLeaf(ids[i]) { isLeavesOnly = false }
    }
    if let tapeTotal {
      var tape = busy[machines]
      for i in 0..<pending { tape += spans.tape(ids[i]) }
      if tape > tapeTotal { return }
    }
    if pending == 0 {
      path = ReversePath(to: o, trace, origins, operations, leaves: [])
      return
    }
    // Nothing starts before the first release, or before a machine is free.
    var area = 0
    for k in 0..<machines {
      if busy[k] < earliest { busy[k] = earliest }
      area += target - busy[k]
    }
    guard need <= area else { return }
    if isLeavesOnly {
      pack(o, trace)
      return
    }
    let first = busy[0]
    for i in 0..<pending where releases[i] < first { releases[i] = first }
    child[Field.slack] = area - need
    layers[rank].insert(child)
    if layers[rank].count > 4 * width + 256 { settle(rank) }
  }

  private mutating func pack(_ o: Int, _ trace: Int) {
    let child = scratch.base
    let pending = child[Field.pending]
    let ids = child + Field.count
    let releases = ids + pending
    let busy = releases + pending
    packing.removeAll()
    for i in 0..<pending {
      let o = spans.operations(of: ids[i]).lowerBound
      packing.insert(
        LeafPacking.Leaf(
          operation: o, length: spans.price(o),
          deadline: target - releases[i]))
    }
    switch packing.ask(target: target, busy: busy) {
    case .doesNotFit: break
    case .unknown: isTruncated = true
    case .fits:
      path = ReversePath(
        to: o, trace, origins, operations, leaves: packing.placed())
    }
  }
}
