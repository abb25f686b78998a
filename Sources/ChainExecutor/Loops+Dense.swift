import CChainKernels
import Dispatch
import Synchronization

extension Loops {
  /// Fewer fma aren't worth a second thread.
  private static var alone: Int { 1 << 22 }

  /// c = a · b or c += a · b for row-major blocks, m × k times k × n, or
  /// a · diag(middle) · b. All that is dense comes here.
  ///
  /// Threads share out the rows, or the columns where there are more of them;
  /// no entry depends on how.
  ///
  /// - Parameters: a, b, c with the doubles from one row to the next.
  /// - Returns: the fma performed.
  @discardableResult
  package func multiply(
    _ m: Int, _ k: Int, _ n: Int, _ a: Input, _ aStride: Int,
    scaled middle: Input? = nil, _ b: Input, _ bStride: Int,
    into c: Output, _ cStride: Int, adding: Bool = false, threads: Int = 1
  ) -> Int {
    let fma = m * k * n
    // The loops want something to do.
    guard fma > 0 else {
      if !adding {
        for row in 0..<m {
          (c + row * cStride).update(repeating: 0, count: n)
        }
      }
      return 0
    }
    // Parts of whole tiles, and of more than the few columns that are summed
    // in an order of their own.
    let parts = fma < Self.alone ? 1 : min(threads, max(m, n) / 48)
    guard parts > 1 else {
      fill(m, k, n, a, aStride, middle, b, bStride, c, cStride, adding)
      return fma
    }
    let byRows = m >= n
    let (length, whole) = (max(m, n), 24)
    nonisolated(unsafe) let (a, middle, b, c) = (a, middle, b, c)
    let leftRange = Atomic(false)
    DispatchQueue.concurrentPerform(iterations: parts) { part in
      let before = range_flags_begin()
      defer {
        if range_flags_end(before) {
          leftRange.store(true, ordering: .relaxed)
        }
      }
      let tiles = length / whole
      let first = part * tiles / parts * whole
      let end = part + 1 == parts ? length : (part + 1) * tiles / parts * whole
      if byRows {
        fill(
          end - first, k, n, a + first * aStride, aStride, middle, b, bStride,
          c + first * cStride, cStride, adding)
      } else {
        fill(
          m, k, end - first, a, aStride, middle, b + first, bStride, c + first,
          cStride, adding)
      }
    }
    // Each thread has flags of its own, the caller knows of all.
    _ = range_flags_end(leftRange.load(ordering: .relaxed))
    return fma
  }

  @inline(__always)
  private func fill(
    _ m: Int, _ k: Int, _ n: Int, _ a: Input, _ aStride: Int,
    _ middle: Input?, _ b: Input, _ bStride: Int, _ c: Output, _ cStride: Int,
    _ adding: Bool
  ) {
    table.pointee.dense(
      m, k, n, a, aStride, middle, b, bStride, c, cStride, adding ? 1 : 0,
      PackingBuffer.ofThread)
  }
}
