/// Finds, among vectors of times, those that another one beats: it is nowhere
/// later.
///
/// Sorted by their sums, a vector can be beaten by earlier ones only. Each gets
/// a signature of 64 bits: for every time, how many of a few evenly spaced
/// marks it has passed, one bit a mark. What beats a vector has passed no mark
/// that the vector hasn't, so a single instruction settles most pairs.
struct TimeFilter: ~Copyable {
  private struct Entry {
    var sum: Int
    var id: Int
    var times: UnsafePointer<Int>
  }

  private var count = 0
  private var entries: [Entry] = []
  /// The vectors that nothing has beaten so far.
  private var kept: [UnsafePointer<Int>] = []
  private var signatures: [UInt64] = []
  private let least: FlatArray<Int>
  private let ranges: FlatArray<Int>

  /// Below this number of vectors signatures don't pay.
  private static let few = 8

  /// - Parameter size: the most times of a vector.
  init(size: Int) {
    least = FlatArray(repeating: 0, count: size)
    ranges = FlatArray(repeating: 0, count: size)
  }

  /// Starts with no vectors, of `count` times each.
  mutating func begin(_ count: Int) {
    self.count = count
    entries.removeAll(keepingCapacity: true)
  }

  /// Adds a vector, which has to stay where it is.
  @inline(__always)
  mutating func append(_ id: Int, _ times: UnsafePointer<Int>) {
    var sum = 0
    for i in 0..<count { sum += times[i] }
    entries.append(Entry(sum: sum, id: id, times: times))
  }

  /// Calls `body` with the id of every beaten vector; of equal ones the one
  /// with the least id stays.
  ///
  /// - Complexity: O(n²) at worst, nearly all of it one comparison a pair.
  mutating func forEachBeaten(_ body: (Int) -> Void) {
    guard entries.count > 1 else { return }
    kept.removeAll(keepingCapacity: true)
    if entries.count <= Self.few {
      sortFew()
      for entry in entries {
        if kept.contains(where: { beats($0, entry.times) }) {
          body(entry.id)
        } else {
          kept.append(entry.times)
        }
      }
      return
    }
    entries.sort { ($0.sum, $0.id) < ($1.sum, $1.id) }
    findRanges()
    let marks = max(1, min(8, 64 / count))
    signatures.removeAll(keepingCapacity: true)
    for entry in entries {
      let signature = signature(of: entry.times, marks)
      if isBeaten(entry.times, signature) {
        body(entry.id)
      } else {
        signatures.append(signature)
        kept.append(entry.times)
      }
    }
  }

  /// Insertion sort by sum and id.
  private mutating func sortFew() {
    for i in 1..<entries.count {
      var j = i
      while j > 0,
        (entries[j].sum, entries[j].id)
          < (entries[j - 1].sum, entries[j - 1].id)
      {
        entries.swapAt(j, j - 1)
        j -= 1
      }
    }
  }

  @inline(__always)
  private func beats(
    _ a: UnsafePointer<Int>, _ b: UnsafePointer<Int>
  ) -> Bool {
    for i in 0..<count where a[i] > b[i] { return false }
    return true
  }

  private func findRanges() {
    let first = entries[0].times
    for i in 0..<count {
      least[i] = first[i]
      ranges[i] = first[i]
    }
    for entry in entries {
      for i in 0..<count {
        least[i] = min(least[i], entry.times[i])
        ranges[i] = max(ranges[i], entry.times[i])
      }
    }
    for i in 0..<count { ranges[i] -= least[i] - 1 }
  }

  private func signature(
    of times: UnsafePointer<Int>, _ marks: Int
  ) -> UInt64 {
    var signature: UInt64 = 0
    for i in 0..<min(count, 64) {
      let passed = (times[i] - least[i]) * (marks + 1) / ranges[i]
      signature = signature << UInt64(marks) | ((1 << UInt64(passed)) - 1)
    }
    return signature
  }

  private func isBeaten(
    _ times: UnsafePointer<Int>, _ signature: UInt64
  ) -> Bool {
    let others = ~signature
    return signatures.withUnsafeBufferPointer { signatures in
      for k in signatures.indices where signatures[k] & others == 0 {
        if beats(kept[k], times) { return true }
      }
      return false
    }
  }
}
