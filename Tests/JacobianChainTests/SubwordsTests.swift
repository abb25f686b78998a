import ChainRandom
import ChainTestSupport
import JacobianChain
import Testing

@Suite("Sub-words of words, each once")
struct SubwordsTests {
  /// Words of up to three letters, which repeat, and parts of them.
  private static func words(_ seed: UInt64) -> [[Int]] {
    var generator = SplitMix64(seed: seed)
    let letters = generator.integer(in: 1...3)
    return (0..<generator.integer(in: 1...5)).map { _ in
      (0..<generator.integer(in: 1...9)).map { _ in
        generator.integer(in: 0...letters - 1)
      }
    }
  }

  /// By length, then by word and place.
  private static func naive(_ words: [[Int]]) -> [[Int]] {
    var seen = Set<[Int]>()
    var found: [[Int]] = []
    for length in 1...9 {
      for word in words where word.count >= length {
        for b in 0...word.count - length {
          let part = Array(word[b..<b + length])
          if seen.insert(part).inserted { found.append(part) }
        }
      }
    }
    return found
  }

  @Test("As listed span by span, in the order of their first place")
  func likeAllSpans() throws {
    try withSeeds(0..<3000) { seed in
      let words = Self.words(seed)
      let expected = Self.naive(words)
      let found = Subwords(words)
      let ids = Dictionary(
        uniqueKeysWithValues: expected.enumerated().map { ($1, $0) })
      try #require(found.lengths == expected.map(\.count))
      for (id, word) in expected.enumerated() {
        let (prefix, suffix) = (Array(word.dropLast()), Array(word.dropFirst()))
        try #require(found.prefixes[id] == (ids[prefix] ?? -1))
        try #require(found.suffixes[id] == (ids[suffix] ?? -1))
        try #require(found.firsts[id] == word.first)
        try #require(found.lasts[id] == word.last)
        let splits = found.splits(of: id)
        try #require(splits.count == word.count - 1)
        for (k, split) in splits.enumerated() {
          try #require(split.inner == ids[Array(word[...k])])
          try #require(split.outer == ids[Array(word[(k + 1)...])])
        }
      }
      try #require(found.targets == words.map { ids[$0] })
      let splits = expected.reduce(0) { $0 + $1.count }
      try #require(Subwords.splits(of: words) == splits)
      try #require(Subwords(words, valueLimit: expected.count) != nil)
      try #require(Subwords(words, valueLimit: expected.count - 1) == nil)
    }
  }

  @Test("All powers up to 1 000 have 1 000 sub-words")
  func powers() {
    let words = (1...1000).map { [Int](repeating: 7, count: $0) }
    let found = Subwords(words)
    #expect(found.lengths == Array(1...1000))
    #expect(found.targets == Array(0..<1000))
    #expect(Subwords.splits(of: words) == 500_500)
  }
}
