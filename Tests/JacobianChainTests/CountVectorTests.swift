import ChainRandom
import ChainTestSupport
import Testing

@testable import JacobianChain

@Suite("Count vectors and index runs")
struct CountVectorTests {
  @Test("dot equals the sum over single indices")
  func dot() throws {
    try withSeeds(0..<500) { seed in
      var generator = SplitMix64(seed: seed)
      let length = generator.integer(in: 1...60)
      let a = Self.random(length, &generator)
      let b = Self.random(length, &generator)
      let naive = zip(a.values, b.values).reduce(0) { $0 + $1.0 * $1.1 }
      try #require(a.values.count == length)
      try #require(a.length == length)
      try #require(a.maximum == a.values.max()!)
      try #require(a.dot(b) == UInt128(naive))
      try #require(b.dot(a) == UInt128(naive))
      try #require(a.wrappingDot(b) == naive)
      try #require(a.sum == UInt128(a.values.reduce(0, +)))
    }
  }

  /// Pieces rising, falling and flat; never below 0.
  private static func random(
    _ length: Int, _ generator: inout SplitMix64
  ) -> CountVector {
    var counts = CountVector()
    var left = length
    while left > 0 {
      let piece = generator.integer(in: 1...left)
      let slope = generator.integer(in: -2...2)
      let first = generator.integer(in: 0...9) + (slope < 0 ? 2 * piece : 0)
      counts.append(length: piece, first: first, slope: slope)
      left -= piece
    }
    return counts
  }

  @Test("Ramps of 2^40 indices: exact, by the formula for square numbers")
  func hugeRamps() {
    let n = Problem.dimensionLimit
    var ramp = CountVector()
    ramp.append(length: n, first: 1, slope: 1)
    let wide = UInt128(n)
    #expect(ramp.sum == wide * (wide + 1) / 2)
    #expect(
      ramp.wrappingDot(ramp) == Int(truncatingIfNeeded: ramp.dot(ramp)))
    #expect(ramp.dot(ramp) == wide * (wide + 1) / 2 * (2 * wide + 1) / 3)
    var falling = CountVector()
    falling.append(length: n, first: n, slope: -1)
    #expect(ramp.dot(falling) == wide * (wide + 1) / 2 * (wide + 2) / 3)
    #expect(falling.dot(falling) == ramp.dot(ramp))
  }

  @Test("A million runs on either side are walked once")
  func manyRuns() {
    let n = 300_000
    let a = CountVector((0..<n).lazy.map { $0 % 2 })
    let b = CountVector((0..<n).lazy.map { $0 % 3 })
    let naive = (0..<n).reduce(0) { $0 + ($1 % 2) * ($1 % 3) }
    #expect(a.dot(b) == UInt128(naive))
  }

  @Test("Runs behave as a set of indices")
  func runs() throws {
    try withSeeds(0..<300) { seed in
      var generator = SplitMix64(seed: seed)
      let indices = (0..<generator.integer(in: 0...30)).map { _ in
        generator.integer(in: 0...40)
      }
      let runs = IndexRuns(indices)
      let sorted = Set(indices).sorted()
      try #require(runs.indices == sorted)
      try #require(runs.count == sorted.count)
      try #require(runs.isEmpty == sorted.isEmpty)
      for (run, next) in zip(runs.runs, runs.runs.dropFirst()) {
        try #require(run.upperBound < next.lowerBound)
      }
      for index in -1...42 {
        try #require(runs.rank(of: index) == sorted.firstIndex(of: index))
        try #require(runs.contains(index) == sorted.contains(index))
      }
    }
  }
}
