import JacobianChain

/// The sums of all subsets of a few pieces, for packing them into bins.
struct SubsetSums {
  private struct Subset {
    var sum: Int
    /// A bit a piece.
    var members: Int
  }

  /// All subsets, those of least sum first.
  private let subsets: [Subset]
  /// All pieces.
  private let everything: Int
  private let total: Int

  /// - Complexity: O(2^pieces), time and memory.
  init(of pieces: some Collection<Int>) {
    var subsets = [Subset(sum: 0, members: 0)]
    for (bit, piece) in pieces.enumerated() {
      subsets = Self.merged(subsets, with: piece, 1 << bit)
    }
    self.subsets = subsets
    everything = subsets.count - 1
    total = pieces.reduce(0, +)
  }

  /// The subsets, without a piece and with it.
  private static func merged(
    _ subsets: [Subset], with piece: Int, _ bit: Int
  ) -> [Subset] {
    [Subset](unsafeUninitializedCapacity: 2 * subsets.count) { merged, count in
      count = 2 * subsets.count
      var (without, with) = (0, 0)
      for i in 0..<count {
        if with == subsets.count
          || without < subsets.count
            && subsets[without].sum <= subsets[with].sum + piece
        {
          merged[i] = subsets[without]
          without += 1
        } else {
          merged[i] = Subset(
            sum: subsets[with].sum + piece,
            members: subsets[with].members | bit)
          with += 1
        }
      }
    }
  }

  /// Whether the pieces can be shared out so that no bin holds more than its
  /// size; true as well when `steps` subsets were tried without an answer.
  ///
  /// What the bins have to spare is little, so that only subsets whose sums are
  /// nearly the size of a bin come into question for it.
  func mayFit(_ bins: UnsafeBufferPointer<Int>, steps: inout Int) -> Bool {
    let spare = bins.reduce(-total, +)
    return spare >= 0
      && mayFit(everything, bins, spare: spare, &steps)
  }

  /// The same for some of the pieces. Recursive, as deep as there are bins.
  private func mayFit(
    _ pieces: Int, _ bins: UnsafeBufferPointer<Int>, spare: Int,
    _ steps: inout Int
  ) -> Bool {
    if bins.count == 1 { return true }
    let size = bins[0]
    let others = UnsafeBufferPointer(rebasing: bins.dropFirst())
    // The fullest bin first: it leaves most to spare.
    for i in (0..<firstSubset(above: size)).reversed() {
      let subset = subsets[i]
      let left = spare - (size - subset.sum)
      if left < 0 { return false }
      steps -= 1
      if steps < 0 { return true }
      if subset.members & ~pieces == 0,
        mayFit(pieces & ~subset.members, others, spare: left, &steps)
      {
        return true
      }
    }
    return false
  }

  private func firstSubset(above size: Int) -> Int {
    subsets.indices.firstIndex(bisecting: { subsets[$0].sum > size })
  }
}
