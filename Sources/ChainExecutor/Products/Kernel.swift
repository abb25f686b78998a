/// A product of two patterns made ready for numbers.
///
/// All that depends on the patterns alone has been worked out, so that filling
/// a result only reads and writes doubles: it allocates nothing.
struct Kernel: Sendable {
  typealias Pointer = UnsafeMutablePointer<Double>

  /// Where the doubles of one product lie. Nothing overlaps.
  struct Places {
    let outer: Pointer
    let inner: Pointer
    let result: Pointer
    /// Memory on a cache line, with any content.
    let scratch: Pointer
    /// That may share out a large dense product.
    let threads: Int
  }

  /// Doubles of scratch memory that filling needs.
  let scratch: Int
  /// Fills the result and returns the fma performed, counted by its loops.
  let fill: @Sendable (Places) -> Int

  init(scratch: Int = 0, _ fill: @escaping @Sendable (Places) -> Int) {
    self.scratch = scratch
    self.fill = fill
  }
}
