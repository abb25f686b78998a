import ChainSolvers
import JacobianChain

/// Names of columns and rows that a person can read and that the CPLEX LP
/// format allows: `x_J3J2_split1` multiplies J3 with J2, whose inner part has
/// one factor.
struct Labels {
  /// The word of each value, outermost first.
  private let words: [String]
  private let graph: ProductGraph

  /// The longest word that is written out.
  static let longest = 60

  /// - Complexity: O(Σ lengths of the values).
  init(_ graph: ProductGraph, _ problem: Problem) {
    self.graph = graph
    let names = Self.names(problem)
    var words = [String](repeating: "", count: graph.count)
    for (t, word) in graph.words.enumerated() {
      let spans = graph.spans(of: t)
      for b in word.indices {
        for e in b + 1...word.count {
          let v = spans[b, e]
          guard words[v].isEmpty else { continue }
          words[v] = Self.join(word[b..<e].reversed().map { names[$0] }, v)
        }
      }
    }
    // J1·J23 and J12·J3 look alike when they are written in a row.
    var taken: Set<String> = []
    for v in words.indices where !taken.insert(words[v]).inserted {
      words[v] += "_v\(v)"
    }
    self.words = words
  }

  /// The word of value `v`.
  func value(_ v: Int) -> String { words[v] }

  /// What operation `o` of value `v` does.
  func operation(_ o: Int, of v: Int) -> String {
    switch graph.operations[o].step {
    case .given: "\(words[v])_given"
    case .accumulate(_, let mode): "\(words[v])_\(mode.rawValue)"
    case .multiply(_, let inner): "\(words[v])_split\(graph.lengths[inner])"
    case .eliminate(_, let mode, _): "\(words[v])_\(mode.rawValue)"
    case .add: preconditionFailure("words have no sums")
    }
  }

  /// Names of letters, digits and underscores as they are, others by their
  /// place in the problem.
  private static func names(_ problem: Problem) -> [String] {
    problem.factors.enumerated().map { index, factor in
      let isPlain = factor.name.unicodeScalars.allSatisfy {
        ("a"..."z").contains($0) || ("A"..."Z").contains($0)
          || ("0"..."9").contains($0) || $0 == "_"
      }
      return isPlain && factor.name.utf8.count <= longest
        ? factor.name : "F\(index + 1)"
    }
  }

  private static func join(_ names: [String], _ v: Int) -> String {
    let word = names.joined()
    if word.utf8.count <= longest { return word }
    let ends = "\(names[0])..\(names[names.count - 1])"
    return (ends.utf8.count <= longest ? ends : "value") + "_v\(v)"
  }
}
