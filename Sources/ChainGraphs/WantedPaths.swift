import JacobianChain

/// The paths whose products wanted blocks sum, each as a list of links.
struct WantedPaths {
  /// The links of each path, from where its block begins, passages left out.
  private(set) var links: [[Int]] = []
  private var cells = 0

  /// The most cells of all paths together (`PathSpans`): 48 MiB of shares.
  private static let cellLimit = 1 << 21

  /// Nil where there are too many, or too long ones.
  ///
  /// - Complexity: O(sources of blocks · links + links of all paths).
  init?(_ graph: FaceGraph) {
    let count = graph.sizes.count
    var (entering, leaving) = (
      [[Int]](repeating: [], count: count), [[Int]](repeating: [], count: count)
    )
    for (index, link) in graph.links.enumerated() {
      entering[link.to].append(index)
      leaving[link.from].append(index)
    }
    let ends = Dictionary(grouping: graph.blocks, by: \.from)
    for begin in ends.keys.sorted() {
      var isEnd = [Bool](repeating: false, count: count)
      for block in ends[begin]! { isEnd[block.to] = true }
      // Only what leads to an end is followed.
      var leads = isEnd
      var stack = isEnd.indices.filter { isEnd[$0] }
      while let vertex = stack.popLast() {
        for link in entering[vertex] where !leads[graph.links[link].from] {
          leads[graph.links[link].from] = true
          stack.append(graph.links[link].from)
        }
      }
      var path: [Int] = []
      func follow(_ vertex: Int) -> Bool {
        if isEnd[vertex], !append(path) { return false }
        for link in leaving[vertex] where leads[graph.links[link].to] {
          let isPassage = graph.links[link].factor < 0
          if !isPassage { path.append(link) }
          guard path.count <= PathSpans.lengthLimit,
            follow(graph.links[link].to)
          else { return false }
          if !isPassage { path.removeLast() }
        }
        return true
      }
      guard follow(begin) else { return nil }
    }
  }

  private mutating func append(_ path: [Int]) -> Bool {
    guard !path.isEmpty else { return true }
    links.append(path)
    cells += PathSpans.cellCount(length: path.count)
    return cells <= Self.cellLimit
  }
}
