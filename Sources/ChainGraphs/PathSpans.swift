/// The spans of a path and the steps that make them, and the cheapest way to
/// bracket the path.
///
/// A path of n links has spans i..<j. One link's entries are made by the span's
/// `leaf`; a longer span is made by a `product` of i..<m and m..<j, or the last
/// (first) link is applied to what is before (behind) it, by `tangent`
/// (`adjoint`). Each of these steps has a cell, in which its price stands:
/// infinity where the step doesn't exist.
struct PathSpans {
  /// The number of links.
  let length: Int
  /// The number of cells.
  let count: Int
  private let starts: [Int]
  private let stride: Int

  /// The longest path, links: a third of a million cells.
  static let lengthLimit = 120

  /// The cells of a path of n links: O(n³).
  static func cellCount(length: Int) -> Int {
    (0...length).reduce(0) { sum, width in
      sum + (width < 2 ? width * length : (length - width + 1) * (width + 1))
    }
  }

  init(length: Int) {
    self.length = length
    stride = length + 1
    var starts = [Int](repeating: 0, count: stride * stride)
    var next = 0
    for i in 0..<length {
      for j in i + 1...length {
        starts[i * stride + j] = next
        next += j == i + 1 ? 1 : j - i + 1
      }
    }
    self.starts = starts
    count = next
  }

  /// The entries of link i.
  func leaf(_ i: Int) -> Int { starts[i * stride + i + 1] }
  /// Link j − 1 applied to i..<j − 1.
  func tangent(_ i: Int, _ j: Int) -> Int { starts[i * stride + j] }
  /// Link i applied to i + 1..<j.
  func adjoint(_ i: Int, _ j: Int) -> Int { starts[i * stride + j] + 1 }
  /// i..<m times m..<j.
  func product(_ i: Int, _ m: Int, _ j: Int) -> Int {
    starts[i * stride + j] + 1 + m - i
  }

  /// The bracketing that costs least, by the dynamic program over spans.
  ///
  /// - Parameters:
  ///   - cells: the prices, `count` of them.
  ///   - scratch: room for two numbers for each pair of places.
  ///   - mark: told each cell that is used; nil where the price is enough.
  /// - Returns: the price of the whole path.
  /// - Complexity: O(length³).
  func leastPrice(
    _ cells: UnsafePointer<Double>, _ scratch: inout Scratch,
    mark: ((Int) -> Void)? = nil
  ) -> Double {
    scratch.reserve(stride * stride)
    scratch.least.withUnsafeMutableBufferPointer { least in
      scratch.choice.withUnsafeMutableBufferPointer { choice in
        fill(cells, least.baseAddress!, choice.baseAddress!)
      }
    }
    let price = scratch.least[length]
    if let mark, price.isFinite { trace(0, length, scratch.choice, mark) }
    return price
  }

  /// Memory that many paths use one after the other.
  struct Scratch {
    fileprivate var least: [Double] = []
    /// The cell by which a span is made, from the span's first one on.
    fileprivate var choice: [Int] = []

    fileprivate mutating func reserve(_ count: Int) {
      guard least.count < count else { return }
      least = [Double](repeating: 0, count: count)
      choice = [Int](repeating: 0, count: count)
    }
  }

  private func fill(
    _ cells: UnsafePointer<Double>, _ least: UnsafeMutablePointer<Double>,
    _ choice: UnsafeMutablePointer<Int>
  ) {
    for i in (0..<length).reversed() {
      least[i * stride + i + 1] = cells[leaf(i)]
      for j in i + 2..<max(i + 2, stride) {
        let span = i * stride + j
        let start = starts[span]
        var best = least[span - 1] + cells[start]
        var chosen = 0
        let adjoint = least[span + stride] + cells[start + 1]
        if adjoint < best { (best, chosen) = (adjoint, 1) }
        for m in i + 1..<j {
          let price =
            least[i * stride + m] + least[m * stride + j]
            + cells[start + 1 + m - i]
          if price < best { (best, chosen) = (price, 1 + m - i) }
        }
        least[span] = best
        choice[span] = chosen
      }
    }
  }

  private func trace(
    _ i: Int, _ j: Int, _ choice: [Int], _ mark: (Int) -> Void
  ) {
    let start = starts[i * stride + j]
    guard j > i + 1 else { return mark(start) }
    let chosen = choice[i * stride + j]
    mark(start + chosen)
    switch chosen {
    case 0: trace(i, j - 1, choice, mark)
    case 1: trace(i + 1, j, choice, mark)
    default:
      trace(i, i + chosen - 1, choice, mark)
      trace(i + chosen - 1, j, choice, mark)
    }
  }
}
