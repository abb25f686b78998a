/// The suffix automaton of some words: the least automaton that reads their
/// sub-words (Blumer, Blumer, Haussler, Ehrenfeucht, Chen & Seiferas 1985,
/// doi:10.1016/0304-3975(85)90157-4).
///
/// The sub-words that end at the same places of the words share a state. They
/// are suffixes of the longest one, of each length down to a least one; so a
/// state and a length name a sub-word. There are less than two states a letter.
struct SubwordAutomaton {
  private struct Node {
    /// The length of the longest sub-word.
    var length: Int
    /// The state of the longest suffix that ends at more places.
    var link: Int
    /// When the sub-words were read first, by word and place.
    var time: Int
    /// The first of its edges; −1 for none.
    var edge = -1
  }

  private struct Edge {
    let letter: Int
    var state: Int
    /// The next edge of the same state.
    let next: Int
  }

  private struct Key: Hashable {
    let state: Int32
    let letter: Int32
  }

  private var nodes = [Node(length: 0, link: -1, time: -1)]
  private var edges: [Edge] = []
  private var known: [Key: Int] = [:]
  /// The state at the end of each word.
  private(set) var ends: [Int] = []

  /// Reads the words one after the other.
  ///
  /// - Complexity: O(Σ lengths), for few letters.
  init(_ words: [[Int]]) {
    for word in words {
      var state = 0
      for letter in word { state = append(letter, to: state) }
      ends.append(state)
    }
  }

  /// All states but the first, which is that of the empty word.
  var states: Range<Int> { 1..<nodes.count }

  /// The lengths of the sub-words of a state.
  func lengths(_ state: Int) -> ClosedRange<Int> {
    nodes[nodes[state].link].length + 1...nodes[state].length
  }

  /// The state of the suffixes that are shorter than all in this one.
  func link(of state: Int) -> Int { nodes[state].link }

  /// All states but that of the empty word, in the order in which their
  /// sub-words are first read.
  var inOrder: [Int] {
    states.sorted { nodes[$0].time < nodes[$1].time }
  }

  /// Calls `body(letter, state)` for each way to go on after `state`.
  func forEachEdge(of state: Int, _ body: (Int, Int) -> Void) {
    var edge = nodes[state].edge
    while edge >= 0 {
      body(edges[edge].letter, edges[edge].state)
      edge = edges[edge].next
    }
  }

  private func edge(_ state: Int, _ letter: Int) -> Int? {
    known[Key(state: Int32(state), letter: Int32(letter))]
  }

  private mutating func connect(_ state: Int, _ letter: Int, to other: Int) {
    known[Key(state: Int32(state), letter: Int32(letter))] = edges.count
    edges.append(Edge(letter: letter, state: other, next: nodes[state].edge))
    nodes[state].edge = edges.count - 1
  }

  /// The state of the word read so far, which ends in `state`, and a letter.
  private mutating func append(_ letter: Int, to last: Int) -> Int {
    if let edge = edge(last, letter) {
      return split(edge, after: last)
    }
    let new = nodes.count
    nodes.append(
      Node(length: nodes[last].length + 1, link: 0, time: edges.count))
    var state = last
    while state >= 0 {
      if let edge = edge(state, letter) {
        nodes[new].link = split(edge, after: state)
        return new
      }
      connect(state, letter, to: new)
      state = nodes[state].link
    }
    return new
  }

  /// The state that an edge of `state` leads to, whose longest sub-word is that
  /// of `state` and a letter: made of a part of the one there if need be.
  private mutating func split(_ edge: Int, after state: Int) -> Int {
    let (old, letter) = (edges[edge].state, edges[edge].letter)
    let length = nodes[state].length + 1
    if nodes[old].length == length { return old }
    let new = nodes.count
    nodes.append(
      Node(
        length: length, link: nodes[old].link, time: nodes[old].time))
    var next = nodes[old].edge
    while next >= 0 {
      connect(new, edges[next].letter, to: edges[next].state)
      next = edges[next].next
    }
    nodes[old].link = new
    var state = state
    while state >= 0, let edge = self.edge(state, letter),
      edges[edge].state == old
    {
      edges[edge].state = new
      state = nodes[state].link
    }
    return new
  }
}
