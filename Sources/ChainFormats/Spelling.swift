/// Finds the word that was probably meant.
package enum Spelling {
  /// "did you mean …?" with the nearest word; nil when none is near.
  ///
  /// - Complexity: O(words · length²), words beyond 64 bytes left out.
  package static func suggestion(
    for word: String, among words: some Sequence<String>
  ) -> String? {
    let longest = 64
    let meant = Array(word.utf8)
    guard meant.count <= longest else { return nil }
    // A third of the letters may be wrong, but always one of them.
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
    return nearest.map { "did you mean \"\($0)\"?" }
  }

  /// Insertions, deletions and replacements from one word to the other.
  private static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var row = Array(0...b.count)
    for (i, letter) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for j in b.indices {
        let replaced = diagonal + (letter == b[j] ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(replaced, row[j] + 1, diagonal + 1)
      }
    }
    return row[b.count]
  }
}
