/// What leads from one vertex to another while a graph is eliminated.
///
/// A link lies in the list of one of its ends, its owner, sorted by the other
/// end, which knows its owners only. Pushing tangents through a vertex adds to
/// the links that end at each vertex behind it, one after the other: heads own
/// their links then, and tails where adjoints are pushed. So what an elimination
/// adds is merged into lists, of numbers alone, and nothing is looked up.
struct VertexLinks {
  /// What leads between two vertices: a value, factors that aren't accumulated
  /// yet, or both.
  struct Link: SortedByVertex {
    /// The vertex at the other end.
    var vertex: Int32
    /// The step of the value, and the number of its pattern; −1 for none.
    private(set) var step: Int32 = -1
    private(set) var pattern: Int32 = -1
    /// Where the factors are listed that aren't accumulated yet; −1 for none.
    var waiting: Int32 = -1
    /// Whether every entry of the value may be nonzero.
    private(set) var isDense = false
    /// Nothing but a copy of a vertex: whatever meets it passes unchanged.
    var isPassage = false

    init(with vertex: Int32) { self.vertex = vertex }

    /// The accumulated part.
    var value: VertexElimination.Value? {
      step < 0
        ? nil
        : VertexElimination.Value(step: Int(step), pattern: Int(pattern))
    }

    mutating func set(_ value: VertexElimination.Value, isDense: Bool) {
      (step, pattern) = (Int32(value.step), Int32(value.pattern))
      self.isDense = isDense
    }

    /// Whether it is a dense value and nothing else.
    var isPlain: Bool { isDense && waiting < 0 && !isPassage }
  }

  /// The links of one vertex while one after the other is added to, by ascending
  /// other ends.
  struct Walk {
    fileprivate let vertex: Int
    fileprivate let isHead: Bool
    /// The list of the vertex where it owns them, which is out of its place
    /// meanwhile.
    fileprivate var list: [Link]?
    /// The other end of the last link, where that lies, and whether it is there.
    fileprivate var other = -1
    fileprivate var place = 0
    fileprivate var isNew = false
  }

  /// What is linked with a vertex.
  private struct Ends {
    /// Σ of the sizes at the other ends of plain links.
    var entering: UInt128 = 0
    var leaving: UInt128 = 0
    /// Links that aren't plain, and those with factors that wait.
    var uneven = 0
    var waiting = 0
  }

  private let sizes: [Int]
  private let areOwnedByTails: Bool
  private var owned: [[Link]]
  /// For each vertex the owners of links of which it is the other end,
  /// ascending.
  private var owners: [[Int32]]
  private var ends: [Ends]

  /// No links.
  init(sizes: [Int], areOwnedByTails: Bool) {
    (self.sizes, self.areOwnedByTails) = (sizes, areOwnedByTails)
    owned = [[Link]](repeating: [], count: sizes.count)
    owners = [[Int32]](repeating: [], count: sizes.count)
    ends = [Ends](repeating: Ends(), count: sizes.count)
  }

  /// The number of vertices.
  var count: Int { sizes.count }

  /// Σ n_p · n_v · Σ n_s over what enters and leaves a vertex, where all of it
  /// is plain; else nil.
  func plainPrice(of vertex: Int) -> UInt128? {
    let ends = ends[vertex]
    return ends.uneven == 0
      ? UInt128(sizes[vertex]) * ends.entering * ends.leaving : nil
  }

  /// Whether nothing at a vertex waits to be accumulated or applied.
  func isSettled(_ vertex: Int) -> Bool { ends[vertex].waiting == 0 }

  // MARK: Looking

  /// What leads from one vertex to another, with the one that doesn't own it as
  /// the other end; empty where nothing does.
  func link(from: Int, to: Int) -> Link {
    let (owner, other) = areOwnedByTails ? (from, to) : (to, from)
    let place = owned[owner].place(of: Int32(other))
    return owned[owner].holds(Int32(other), at: place)
      ? owned[owner][place] : Link(with: Int32(other))
  }

  /// What enters a vertex, by its tails.
  func entering(_ vertex: Int) -> [Link] {
    areOwnedByTails ? borrowed(vertex) : owned[vertex]
  }

  /// What leaves a vertex, by its heads.
  func leaving(_ vertex: Int) -> [Link] {
    areOwnedByTails ? owned[vertex] : borrowed(vertex)
  }

  private func borrowed(_ vertex: Int) -> [Link] {
    owners[vertex].map { owner in
      var link = owned[Int(owner)][owned[Int(owner)].place(of: Int32(vertex))]
      link.vertex = owner
      return link
    }
  }

  /// The vertices that a vertex is linked with.
  func neighbours(of vertex: Int) -> [Int] {
    owned[vertex].map { Int($0.vertex) } + owners[vertex].map { Int($0) }
  }

  // MARK: Adding

  /// Puts a link where `link(from:to:)` looks for it.
  mutating func set(_ link: Link, from: Int, to: Int) {
    var walk = walk(of: to, isHead: true)
    _ = self.link(with: from, &walk)
    set(link, &walk)
    finish(walk)
  }

  /// Begins to add to the links that end at a vertex, or begin there.
  mutating func walk(of vertex: Int, isHead: Bool) -> Walk {
    guard isHead != areOwnedByTails else {
      return Walk(vertex: vertex, isHead: isHead)
    }
    var list: [Link] = []
    swap(&list, &owned[vertex])
    return Walk(vertex: vertex, isHead: isHead, list: list)
  }

  /// The link with another vertex, later than those before; empty where there
  /// is none.
  func link(with other: Int, _ walk: inout Walk) -> Link {
    walk.other = other
    guard walk.list != nil else {
      walk.place = owned[other].place(of: Int32(walk.vertex))
      walk.isNew = !owned[other].holds(Int32(walk.vertex), at: walk.place)
      return walk.isNew
        ? Link(with: Int32(walk.vertex)) : owned[other][walk.place]
    }
    walk.place = walk.list!.place(of: Int32(other), from: walk.place)
    walk.isNew = !walk.list!.holds(Int32(other), at: walk.place)
    return walk.isNew ? Link(with: Int32(other)) : walk.list![walk.place]
  }

  /// Puts what `link(with:_:)` gave, and was added to, into its place.
  mutating func set(_ link: Link, _ walk: inout Walk) {
    let (vertex, other) = (walk.vertex, walk.other)
    let old: Link?
    if walk.list != nil {
      old = walk.list!.put(link, at: walk.place, isNew: walk.isNew)
      if walk.isNew { insert(owner: vertex, of: other) }
    } else {
      old = owned[other].put(link, at: walk.place, isNew: walk.isNew)
      if walk.isNew { insert(owner: other, of: vertex) }
    }
    let (from, to) = walk.isHead ? (other, vertex) : (vertex, other)
    if let old {
      guard old.isPlain != link.isPlain || old.waiting != link.waiting else {
        return
      }
      book(old, from, to, comes: false)
    }
    book(link, from, to, comes: true)
  }

  private mutating func insert(owner: Int, of other: Int) {
    owners[other].insert(
      Int32(owner), at: owners[other].place(of: Int32(owner)))
  }

  /// Ends a walk.
  mutating func finish(_ walk: consuming Walk) {
    if let list = walk.list { owned[walk.vertex] = list }
  }

  // MARK: Removing

  /// Removes all that enters and leaves a vertex.
  mutating func remove(_ vertex: Int) {
    func direction(_ owner: Int, _ other: Int) -> (from: Int, to: Int) {
      areOwnedByTails ? (owner, other) : (other, owner)
    }
    for link in owned[vertex] {
      let other = Int(link.vertex)
      let (from, to) = direction(vertex, other)
      book(link, from, to, comes: false)
      owners[other].remove(at: owners[other].place(of: Int32(vertex)))
    }
    for owner in owners[vertex].map({ Int($0) }) {
      let link = owned[owner].remove(at: owned[owner].place(of: Int32(vertex)))
      let (from, to) = direction(owner, vertex)
      book(link, from, to, comes: false)
    }
    (owned[vertex], owners[vertex]) = ([], [])
  }

  /// Keeps the books of the two ends of a link that comes or goes.
  private mutating func book(
    _ link: Link, _ from: Int, _ to: Int, comes: Bool
  ) {
    let (before, after) = (UInt128(sizes[from]), UInt128(sizes[to]))
    guard !link.isPlain else {
      if comes {
        ends[from].leaving += after
        ends[to].entering += before
      } else {
        ends[from].leaving -= after
        ends[to].entering -= before
      }
      return
    }
    let change = comes ? 1 : -1
    for vertex in [from, to] {
      ends[vertex].uneven += change
      ends[vertex].waiting += link.waiting < 0 ? 0 : change
    }
  }
}

extension [VertexLinks.Link] {
  /// What was in that place.
  fileprivate mutating func put(
    _ link: VertexLinks.Link, at place: Int, isNew: Bool
  ) -> VertexLinks.Link? {
    guard !isNew else {
      insert(link, at: place)
      return nil
    }
    defer { self[place] = link }
    return self[place]
  }
}
