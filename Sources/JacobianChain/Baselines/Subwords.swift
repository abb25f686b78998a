/// The distinct sub-words of some words, shortest first: what there is to
/// compute on the way to their products.
///
/// A sub-word that occurs at several places, of one word or of many, is one
/// value. Values of one length are in the order in which they first occur, by
/// word and place. Sᵗ for all t up to 1 000 has 1 000 values, although these
/// words have 10⁸ spans.
package struct Subwords: Sendable {
  /// The number of letters of each value.
  package private(set) var lengths: [Int]
  /// Each value without its last (outermost) letter; −1 for a letter.
  package private(set) var prefixes: [Int]
  /// Each value without its first (innermost) letter; −1 for a letter.
  package private(set) var suffixes: [Int]
  /// The first letter of each value.
  package private(set) var firsts: [Int]
  /// The last letter of each value.
  package private(set) var lasts: [Int]
  /// The value of each word.
  package private(set) var targets: [Int] = []

  /// How many values there are.
  package var count: Int { lengths.count }

  /// Finds all sub-words.
  ///
  /// - Complexity: O(Σ lengths of the words + values).
  package init(_ words: [[Int]]) {
    self.init(SubwordAutomaton(words))
  }

  /// Finds all sub-words; nil when there are more than `limit`.
  ///
  /// - Complexity: O(Σ lengths of the words + values).
  package init?(_ words: [[Int]], valueLimit limit: Int) {
    let automaton = SubwordAutomaton(words)
    var count = 0
    for state in automaton.states {
      count += automaton.lengths(state).count
      if count > limit { return nil }
    }
    self.init(automaton)
  }

  /// The splits of all distinct sub-words of `words`, where a sub-word of l
  /// letters counts l: its splits and itself. nil above `Int.max`.
  ///
  /// - Complexity: O(Σ lengths of the words).
  package static func splits(of words: [[Int]]) -> Int? {
    splits(SubwordAutomaton(words))
  }

  private static func splits(_ automaton: SubwordAutomaton) -> Int? {
    var total = 0
    for state in automaton.states {
      let lengths = automaton.lengths(state)
      let pairs = (lengths.lowerBound + lengths.upperBound)
        .multipliedReportingOverflow(by: lengths.count)
      let sum = total.addingReportingOverflow(pairs.partialValue / 2)
      if pairs.overflow || sum.overflow { return nil }
      total = sum.partialValue
    }
    return total
  }

  private init(_ automaton: SubwordAutomaton) {
    // Where the values of a state begin in `ids`, by length.
    var places = [0, 0]
    var starts = [0]
    for state in automaton.states {
      let lengths = automaton.lengths(state)
      places.append(places[state] + lengths.count)
      while starts.count <= lengths.upperBound { starts.append(0) }
    }
    func place(_ state: Int, _ length: Int) -> Int {
      places[state] + length - automaton.lengths(state).lowerBound
    }
    for state in automaton.states {
      for length in automaton.lengths(state) { starts[length] += 1 }
    }
    let count = starts.reduce(0, +)
    lengths = starts.indices.flatMap {
      [Int](repeating: $0, count: starts[$0])
    }
    var next = 0
    for length in starts.indices {
      (starts[length], next) = (next, next + starts[length])
    }
    var ids = [Int](repeating: -1, count: count)
    for state in automaton.inOrder {
      for length in automaton.lengths(state) {
        ids[place(state, length)] = starts[length]
        starts[length] += 1
      }
    }
    let none = [Int](repeating: -1, count: count)
    (prefixes, suffixes, firsts, lasts) = (none, none, none, none)
    automaton.forEachEdge(of: 0) { letter, state in
      let value = ids[place(state, 1)]
      (firsts[value], lasts[value]) = (letter, letter)
    }
    for state in automaton.states {
      for length in automaton.lengths(state) {
        let value = ids[place(state, length)]
        automaton.forEachEdge(of: state) { letter, longer in
          let other = ids[place(longer, length + 1)]
          (prefixes[other], lasts[other]) = (value, letter)
        }
        guard length > 1 else { continue }
        let rest =
          length > automaton.lengths(state).lowerBound
          ? state : automaton.link(of: state)
        suffixes[value] = ids[place(rest, length - 1)]
      }
    }
    for value in 0..<count where prefixes[value] >= 0 {
      firsts[value] = firsts[prefixes[value]]
    }
    targets = automaton.ends.map {
      ids[place($0, automaton.lengths($0).upperBound)]
    }
  }
}

extension Subwords {
  /// Every split of a value into two, the shortest inner part first.
  ///
  /// - Complexity: O(length of the value).
  package func splits(of value: Int) -> [(outer: Int, inner: Int)] {
    var splits = [(outer: Int, inner: Int)](
      repeating: (-1, -1), count: lengths[value] - 1)
    var (outer, inner) = (suffixes[value], prefixes[value])
    for k in splits.indices {
      splits[k].outer = outer
      splits[splits.count - 1 - k].inner = inner
      (outer, inner) = (suffixes[outer], prefixes[inner])
    }
    return splits
  }

  /// A value without its `count` innermost letters.
  ///
  /// - Complexity: O(count).
  func value(_ value: Int, droppingFirst count: Int) -> Int {
    (0..<count).reduce(value) { rest, _ in suffixes[rest] }
  }

  /// A value without its `count` outermost letters.
  ///
  /// - Complexity: O(count).
  func value(_ value: Int, droppingLast count: Int) -> Int {
    (0..<count).reduce(value) { rest, _ in prefixes[rest] }
  }
}
