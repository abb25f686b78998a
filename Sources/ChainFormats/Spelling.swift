/// Finds the word that was probably meant.
package enum Spelling {
  /// "did you mean …?" with the nearest word; nil when none is near.
  ///
  /// - Complexity: O(words · length²), words beyond 64 bytes left out.
  package static func suggestion(
    for word: String, among words: some Sequence<String>
  ) -> String? {
    nearest(to: word, among: words).map { "did you mean \"\($0)\"?" }
  }

  /// The word in which the fewest letters differ: a third at most, but one
  /// always may.
  package static func nearest(
    to word: String, among words: some Sequence<String>
  ) -> String? {
    let longest = 64
    let meant = Array(word.utf8)
    guard meant.count <= longest else { return nil }
    var best = max(1, meant.count / 3) + 1
    var nearest: String?
    for candidate in words {
      let letters = Array(candidate.utf8)
      guard abs(letters.count - meant.count) < best else { continue }
      let distance = distance(meant, letters)
      if distance < best {
        best = distance
        nearest = candidate
      }
    }
    return nearest
  }

  /// How many letters have to be put in, left out or changed, or swapped with
  /// their neighbours, to make one word of the other (Damerau 1964,
  /// doi:10.1145/363958.363994).
  private static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var before: [Int] = []
    var above = Array(0...b.count)
    for i in a.indices {
      var row = [i + 1]
      for j in b.indices {
        var least = min(row[j], above[j + 1]) + 1
        least = min(least, above[j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
          least = min(least, before[j - 1] + 1)
        }
        row.append(least)
      }
      (before, above) = (above, row)
    }
    return above[b.count]
  }
}
