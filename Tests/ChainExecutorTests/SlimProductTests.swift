import ChainRandom
import Testing

@testable import ChainExecutor

/// Products of which a dimension is small, against their definition; called
/// directly, as builds for any processor leave them to BLAS.
@Suite(.serialized) struct SlimProductTests {
  /// Every entry is the sum in the order of the shared dimension by fused
  /// multiply-add, bit for bit; nothing beside the result is touched.
  private func check(
    _ m: Int, _ k: Int, _ n: Int, padding: Int = 0, threads: Int = 1
  ) {
    let before = DenseKernel.use(threads: threads)
    defer { DenseKernel.use(threads: before) }
    var generator = SplitMix64(seed: UInt64(m * 1000 + k * 100 + n))
    var random: Double { Double(generator.integer(in: -1000...1000)) / 7 }
    let (aStride, bStride, cStride) = (k + padding, n + padding, n + padding)
    var a = (0..<m * aStride).map { _ in random }
    var b = (0..<k * bStride).map { _ in random }
    var c = [Double](repeating: .nan, count: m * cStride)
    let fma = a.withUnsafeMutableBufferPointer { a in
      b.withUnsafeMutableBufferPointer { b in
        c.withUnsafeMutableBufferPointer { c in
          SlimProduct(
            m: m, k: k, n: n, a: a.baseAddress!, aStride: aStride,
            b: b.baseAddress!, bStride: bStride, c: c.baseAddress!,
            cStride: cStride
          ).perform()
        }
      }
    }
    #expect(fma == m * k * n)
    var isEqual = true
    for i in 0..<m {
      for j in 0..<cStride {
        var sum = j < n ? 0.0 : .nan
        if j < n {
          for p in 0..<k {
            sum.addProduct(a[i * aStride + p], b[p * bStride + j])
          }
        }
        let found = c[i * cStride + j]
        if found != sum && !(found.isNaN && sum.isNaN) { isEqual = false }
      }
    }
    #expect(isEqual, "\(m) × \(k) × \(n), \(threads) threads")
  }

  /// Rows and columns that no whole number of tiles covers, one and several
  /// blocks of columns.
  @Test func equalsTheFusedSums() {
    for m in [4, 5, 7, 8, 9, 12] {
      for n in [8, 9, 15, 16, 17, 33] {
        for k in [1, 2, 5, 64] { check(m, k, n) }
      }
    }
    check(13, 3, 5500)
    check(7, 1500, 30)
    check(14, SlimProduct.deepest, 19)
    check(25, 9, 41, padding: 3)
  }

  /// Threads share out the rows; more than there are tiles, too.
  @Test(arguments: [2, 3, 7]) func threadsChangeNoBit(_ threads: Int) {
    check(601, 17, 211, threads: threads)
    check(13, 64, 2600, padding: 1, threads: threads)
    check(4, 200, 2003, threads: threads)
  }
}
