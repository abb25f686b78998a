/// Finds, among vectors of times, those that another one beats: it is nowhere
/// later.
///
/// Sorted by their sums, a vector can be beaten by earlier ones only. Each gets
/// a signature of 64 bits: for every time, how many of a few evenly spaced
/// marks it has passed, one bit a mark. What beats a vector has passed no mark
/// that the vector hasn't, so a single instruction settles most pairs.
struct TimeFilter {
  private struct Entry {
    var sum: Int
    var id: Int
    var times: UnsafePointer<Int>
  }

  private var count = 0
  private var entries: [Entry] = []
  private var least: [Int] = []
  private var greatest: [Int] = []
  private var keptSignatures: [UInt64] = []
  private var keptTimes: [UnsafePointer<Int>] = []

  /// Starts with no vectors, of `count` times each.
  mutating func begin(_ count: Int) {
    self.count = count
    entries.removeAll(keepingCapacity: true)
  }

  /// Adds a vector, which has to stay where it is.
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
    entries.sort { ($0.sum, $0.id) < ($1.sum, $1.id) }
    findRanges()
    let marks = max(1, min(8, 64 / count))
    keptSignatures.removeAll(keepingCapacity: true)
    keptTimes.removeAll(keepingCapacity: true)
    for entry in entries {
      let signature = signature(of: entry.times, marks)
      if isBeaten(entry.times, signature) {
        body(entry.id)
      } else {
        keptSignatures.append(signature)
        keptTimes.append(entry.times)
      }
    }
  }

  private mutating func findRanges() {
    least.removeAll(keepingCapacity: true)
    greatest.removeAll(keepingCapacity: true)
    for i in 0..<count {
      var (low, high) = (Int.max, Int.min)
      for entry in entries {
        low = min(low, entry.times[i])
        high = max(high, entry.times[i])
      }
      least.append(low)
      greatest.append(high)
    }
  }

  private func signature(
    of times: UnsafePointer<Int>, _ marks: Int
  ) -> UInt64 {
    var signature: UInt64 = 0
    for i in 0..<min(count, 64) {
      let range = greatest[i] - least[i] + 1
      let passed = (times[i] - least[i]) * (marks + 1) / range
      signature = signature << UInt64(marks) | ((1 << UInt64(passed)) - 1)
    }
    return signature
  }

  private func isBeaten(
    _ times: UnsafePointer<Int>, _ signature: UInt64
  ) -> Bool {
    let others = ~signature
    return keptSignatures.withUnsafeBufferPointer { signatures in
      for k in signatures.indices where signatures[k] & others == 0 {
        let known = keptTimes[k]
        var i = 0
        while i < count, known[i] <= times[i] { i += 1 }
        if i == count { return true }
      }
      return false
    }
  }
}
