import COpenBLAS
import Dispatch

/// c = a · b for row-major blocks, m × k times k × n, of which k or n is small:
/// what a chain with a bottleneck is made of, and ends in.
///
/// BLAS clears c first, and then reads and writes it again; for small k that
/// takes longer than the fma. Here tiles of c are summed in registers and
/// written once, in cache lines that follow each other (after K. Goto & R. A.
/// van de Geijn, *Anatomy of high-performance matrix multiplication*, 2008,
/// doi:10.1145/1356052.1356053, with a single block of the shared dimension).
///
/// Each entry is the sum over the shared dimension in its order, by fused
/// multiply-add, whatever the number of threads.
///
/// Unchecked: threads fill rows of their own.
struct SlimProduct: @unchecked Sendable {
  typealias Pointer = UnsafeMutablePointer<Double>
  private typealias Lanes = SIMD8<Double>

  let (m, k, n): (Int, Int, Int)
  let a: Pointer
  let aStride: Int
  let b: Pointer
  let bStride: Int
  let c: Pointer
  let cStride: Int
  /// Some columns of b, panel by panel.
  private let packed = PackingBuffer.ofThread

  /// The size of a tile: eight vectors of four, or four of eight, as many sums
  /// as the processor has under way at a time. More of them are no faster when
  /// the sums are long, and slower when they are short and tiles come to their
  /// ends often.
  static var rows: Int { 4 }
  static var columns: Int { 8 }

  /// Fewer fma aren't worth a second thread.
  private static let alone = 1 << 21

  /// Whether it is the faster way. Without vectors with fused multiply-add it
  /// isn't: the C library always has them where the processor can.
  static func suits(_ m: Int, _ k: Int, _ n: Int) -> Bool {
    DenseKernel.hasFusedVectors && min(k, n) <= 64 && k > 1 && k <= deepest
      && m >= 3 * rows && n >= columns
  }

  /// A panel of so many rows fills the packing buffer.
  static var deepest: Int { PackingBuffer.count / columns }

  /// Columns of b that are packed at a time.
  private static func blockWidth(_ k: Int) -> Int {
    PackingBuffer.count / k / columns * columns
  }

  /// Fills c, on as many threads as BLAS would take.
  ///
  /// - Precondition: m ≥ 4, n ≥ 8, 1 ≤ k ≤ `deepest`.
  /// - Returns: the fma performed.
  func perform() -> Int {
    let tiles = m / Self.rows
    let threads =
      m * k * n < Self.alone ? 1 : min(Int(openblas_get_num_threads()), tiles)
    let width = Self.blockWidth(k)
    for first in stride(from: 0, to: n, by: width) {
      let block = first..<min(first + width, n)
      pack(block)
      if threads == 1 {
        fill(0..<m, block)
      } else {
        DispatchQueue.concurrentPerform(iterations: threads) { thread in
          let (start, end) = (
            thread * tiles / threads, (thread + 1) * tiles / threads
          )
          fill(start * Self.rows..<(end == tiles ? m : end * Self.rows), block)
        }
      }
    }
    return m * k * n
  }

  /// Calls `body(column)` with where each panel of a block begins. The last one
  /// of b overlaps the one before, so that all are whole: what it fills again
  /// stays the same.
  @inline(__always)
  private func forEachPanel(_ block: Range<Int>, _ body: (Int) -> Void) {
    for column in stride(
      from: block.lowerBound, to: block.upperBound, by: Self.columns)
    {
      body(min(column, n - Self.columns))
    }
  }

  /// Copies columns of b, so that tiles read them one cache line after the
  /// other.
  private func pack(_ block: Range<Int>) {
    var target = packed
    forEachPanel(block) { column in
      var row = b + column
      for _ in 0..<k {
        // As a vector: calling `memmove` takes longer than moving so little.
        let line = UnsafeRawPointer(row).loadUnaligned(as: Lanes.self)
        UnsafeMutableRawPointer(target).storeBytes(of: line, as: Lanes.self)
        target += Self.columns
        row += bStride
      }
    }
  }

  /// Fills some rows of a block; the last tile overlaps the one before.
  private func fill(_ range: Range<Int>, _ block: Range<Int>) {
    for i in stride(from: range.lowerBound, to: range.upperBound, by: Self.rows)
    {
      let row = min(i, range.upperBound - Self.rows)
      let (left, out) = (a + row * aStride, c + row * cStride)
      var right = packed
      forEachPanel(block) { column in
        tile(left, right, out + column)
        right += k * Self.columns
      }
    }
  }

  /// The compiler keeps each row of sums in one register of eight, or in two
  /// of four.
  @inline(__always)
  private func tile(_ a: Pointer, _ b: Pointer, _ c: Pointer) {
    var (c0, c1, c2, c3) = (Lanes(), Lanes(), Lanes(), Lanes())
    let (a1, a2, a3) = (a + aStride, a + 2 * aStride, a + 3 * aStride)
    var right = UnsafeRawPointer(b)
    for p in 0..<k {
      let line = right.loadUnaligned(as: Lanes.self)
      right += MemoryLayout<Lanes>.size
      c0.addProduct(Lanes(repeating: a[p]), line)
      c1.addProduct(Lanes(repeating: a1[p]), line)
      c2.addProduct(Lanes(repeating: a2[p]), line)
      c3.addProduct(Lanes(repeating: a3[p]), line)
    }
    store(c0, c)
    store(c1, c + cStride)
    store(c2, c + 2 * cStride)
    store(c3, c + 3 * cStride)
  }

  @inline(__always)
  private func store(_ sums: Lanes, _ row: Pointer) {
    UnsafeMutableRawPointer(row).storeBytes(of: sums, as: Lanes.self)
  }
}
