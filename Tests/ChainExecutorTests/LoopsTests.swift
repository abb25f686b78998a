import CChainKernels
import Testing

@testable import ChainExecutor

/// The inner loops in every version that this processor can run.
struct LoopsTests {
  typealias Shape = (m: Int, k: Int, n: Int)

  /// Random operands of a product, with NaN between their rows.
  private struct Operands {
    let (m, k, n): Shape
    let padding: Int
    var a: [Double]
    var b: [Double]
    let before: [Double]

    init(_ shape: Shape, padding: Int, adding: Bool) {
      (m, k, n) = shape
      self.padding = padding
      func numbers(_ rows: Int, _ columns: Int) -> [Double] {
        (0..<rows * (columns + padding)).map {
          $0 % (columns + padding) < columns
            ? Double($0 * 7919 % 2003 - 1001) / 7 : .nan
        }
      }
      (a, b) = (numbers(m, k), numbers(k, n))
      before =
        adding
        ? numbers(m, n) : [Double](repeating: .nan, count: m * (n + padding))
    }

    mutating func product(
      _ loops: Loops, adding: Bool, threads: Int = 1
    ) -> [Double] {
      var c = before
      let fma = loops.multiply(
        m, k, n, &a, k + padding, &b, n + padding, into: &c, n + padding,
        adding: adding, threads: threads)
      #expect(fma == m * k * n)
      return c
    }
  }

  /// The caller knows what left the range of doubles in other threads, and still
  /// what did before.
  @Test(arguments: [1e-200, 1, 1e200])
  func flagsOfThreads(size: Double) {
    let (m, k, n) = (1024, 4, 1024)
    for part in 0..<4 {
      // It happens in a single part.
      let a = (0..<m * k).map { $0 / (m * k / 4) == part ? size : 1 }
      let b = [Double](repeating: size, count: k * n)
      var c = [Double](repeating: 0, count: m * n)
      for before in [false, true] {
        let own = range_flags_begin()
        if before { _ = range_flags_end(true) }
        Loops.current.multiply(m, k, n, a, k, b, n, into: &c, n, threads: 4)
        #expect(range_flags_end(own) == (before || size != 1))
      }
    }
  }

  /// Every entry is the sum in the order of the shared dimension, bit for bit;
  /// but for a few columns, whose sums are in parts. Nothing beside the result
  /// is touched.
  private func check(
    _ loops: Loops, _ shape: Shape, padding: Int = 0, adding: Bool = false
  ) {
    var operands = Operands(shape, padding: padding, adding: adding)
    let found = operands.product(loops, adding: adding)
    let (m, k, n) = shape
    var isRight = true
    for i in 0..<m {
      for j in 0..<n + padding {
        let place = i * (n + padding) + j
        guard j < n else {
          isRight = isRight && found[place].isNaN
          continue
        }
        var sum = adding ? operands.before[place] : 0
        var magnitude = abs(sum)
        for p in 0..<k {
          let x = operands.a[i * (k + padding) + p]
          let y = operands.b[p * (n + padding) + j]
          magnitude += abs(x * y)
          if loops.fuses { sum.addProduct(x, y) } else { sum += x * y }
        }
        let allowance = n <= 4 ? magnitude * Double(k) * 0x1p-52 : 0
        isRight = isRight && abs(found[place] - sum) <= allowance
      }
    }
    #expect(isRight, "\(loops.name): \(shape), padding \(padding)")
  }

  /// Whole and partial tiles, one and several blocks in every dimension.
  @Test(arguments: Loops.all) func denseProductsAreSums(_ loops: Loops) {
    for m in [1, 2, 5, 7, 8, 9, 12, 17] {
      for n in [1, 2, 3, 4, 5, 8, 9, 15, 24, 33] {
        for k in [1, 2, 5, 16, 35] { check(loops, (m, k, n)) }
      }
    }
    for adding in [false, true] {
      check(loops, (5, 3, 1100), padding: 1, adding: adding)
      check(loops, (7, 800, 30), adding: adding)
      check(loops, (2, 384, 520), adding: adding)
      // Those that are packed, or lie far apart.
      check(loops, (101, 60, 27), padding: 3, adding: adding)
      check(loops, (70, 400, 9), padding: 247, adding: adding)
      check(loops, (9, 30, 7), padding: 39_993, adding: adding)
      check(loops, (3, 9000, 3), padding: 2, adding: adding)
      check(loops, (200, 57, 1), padding: 2, adding: adding)
    }
  }

  /// Sums of nothing are 0, and nothing is what an empty product touches.
  @Test(arguments: Loops.all) func emptyProducts(_ loops: Loops) {
    for adding in [false, true] {
      check(loops, (3, 0, 5), padding: 1, adding: adding)
      check(loops, (0, 3, 5), padding: 1, adding: adding)
      for k in [1, 40] { check(loops, (3, k, 0), padding: 1, adding: adding) }
    }
  }

  /// Threads share out rows or columns; more of them than there are tiles,
  /// too.
  @Test(arguments: Loops.all, [2, 3, 7])
  func threadsChangeNoBit(_ loops: Loops, threads: Int) {
    for shape in [
      (601, 17, 211), (13, 64, 2600), (4, 300, 2003), (2003, 300, 4),
    ] {
      var operands = Operands(shape, padding: 0, adding: false)
      let alone = operands.product(loops, adding: false)
      let shared = operands.product(loops, adding: false, threads: threads)
      #expect(alone == shared, "\(loops.name): \(shape), \(threads) threads")
    }
  }

  /// Every version passes, and the best one is taken.
  @Test func theBestVersionIsTaken() {
    #expect(Loops.all.last?.name == "portable")
    for loops in Loops.all { #expect(loops.agrees(with: Loops.all.last!)) }
    #expect(Loops.current.name == Loops.all[0].name)
  }

  /// One wrong number in one loop of a table, and another table is taken.
  @Test func theCheckRefusesATableWithOneWrongEntry() {
    typealias Spoil = (inout chain_kernels) -> Void
    let spoiled: [(name: String, Spoil)] = [
      (
        "dense",
        {
          $0.dense = {
            m, k, n, a, aStride, middle, b, bStride, c, cStride, adding, packed
            in
            chain_kernels_version(0).pointee.dense(
              m, k, n, a, aStride, middle, b, bStride, c, cStride, adding,
              packed)
            if n == 37 { c![36] += 1 }
          }
        }
      ),
      (
        "dot",
        {
          $0.dot = { n, a, b in
            chain_kernels_version(0).pointee.dot(n, a, b) + 1
          }
        }
      ),
      (
        "add",
        {
          $0.add = { n, x, row, out in
            chain_kernels_version(0).pointee.add(n, x, row, out)
            out![n - 1] += 1
          }
        }
      ),
      (
        "combine",
        {
          $0.combine = { n, terms, x, rows, out in
            chain_kernels_version(0).pointee.combine(n, terms, x, rows, out)
            out![0] = -out![0] + 1
          }
        }
      ),
      (
        "scale_rows",
        {
          $0.scale_rows = { m, n, x, a, aStride, c, cStride in
            chain_kernels_version(0).pointee.scale_rows(
              m, n, x, a, aStride, c, cStride)
            c![n - 1] += 1
          }
        }
      ),
      (
        "scale_columns",
        {
          $0.scale_columns = { m, n, a, aStride, x, c, cStride in
            chain_kernels_version(0).pointee.scale_columns(
              m, n, a, aStride, x, c, cStride)
            c![n - 1] += 1
          }
        }
      ),
      (
        "add_products",
        {
          $0.add_products = { n, a, b, out in
            chain_kernels_version(0).pointee.add_products(n, a, b, out)
            out![n / 2] += 1
          }
        }
      ),
      (
        "band_times_dense",
        {
          $0.band_times_dense = { from, to, n, band, a, aStride, c, cStride in
            chain_kernels_version(0).pointee.band_times_dense(
              from, to, n, band, a, aStride, c, cStride)
            c![(to - 1) * cStride] += 1
          }
        }
      ),
      (
        "dense_times_band",
        {
          $0.dense_times_band = { m, from, to, a, aStride, band, c, cStride in
            chain_kernels_version(0).pointee.dense_times_band(
              m, from, to, a, aStride, band, c, cStride)
            c![to - 1] += 1
          }
        }
      ),
      (
        "few_times_band",
        {
          $0.few_times_band = { n, a, band, c in
            chain_kernels_version(0).pointee.few_times_band(n, a, band, c)
            if n == 9 { c![8] += 1 }
          }
        }
      ),
      (
        "band_times_band",
        {
          $0.band_times_band = { from, to, outer, inner, starts, out in
            chain_kernels_version(0).pointee.band_times_band(
              from, to, outer, inner, starts, out)
            out![starts![0] + to - 1] += 1
          }
        }
      ),
      (
        "scatter_one",
        {
          $0.scatter_one = { k, ends, places, sources, x, y, sums in
            chain_kernels_version(0).pointee.scatter_one(
              k, ends, places, sources, x, y, sums)
            sums![0] += 1
          }
        }
      ),
      (
        "scatter_eight",
        {
          $0.scatter_eight = { k, ends, places, x, y, sums in
            chain_kernels_version(0).pointee.scatter_eight(
              k, ends, places, x, y, sums)
            sums![7] += 1
          }
        }
      ),
    ]
    for (name, spoil) in spoiled {
      var table = Loops.all[0].table.pointee
      spoil(&table)
      withUnsafePointer(to: table) {
        let bad = Loops(table: $0)
        #expect(!bad.agrees(with: Loops.all.last!), "\(name)")
        let chosen = Loops.best(of: [bad] + Loops.all)
        #expect(chosen.table == Loops.all[0].table, "\(name)")
      }
    }
  }
}
