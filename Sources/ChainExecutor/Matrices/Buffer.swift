import ChainMemory
import JacobianChain

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Doubles on the heap, counted by reference.
///
/// Unchecked: a buffer is written while it is being made, by the one who makes
/// it, and only read once a `Matrix` holds it.
final class Buffer: @unchecked Sendable {
  /// Whose doubles they are.
  private enum Home {
    case own
    /// Somebody else's, who keeps them.
    case elsewhere((any AnyObject & Sendable)?)
  }

  /// The first double.
  let base: UnsafeMutablePointer<Double>
  /// The number of doubles, at least 1.
  let count: Int
  private let home: Home

  /// Doubles with any content.
  ///
  /// - Throws: `ChainError` (`tooLarge`) when there isn't enough memory.
  init(count: Int) throws(ChainError) {
    guard let memory = Self.allocate(count * 8) else {
      throw Self.refusal(bytes: 8 * UInt128(count))
    }
    base = memory.bindMemory(to: Double.self, capacity: count)
    self.count = count
    home = .own
  }

  /// Doubles of somebody else: of another buffer, of a mapped file.
  ///
  /// - Parameter owner: keeps them; nil for a caller who waits.
  init(
    _ base: UnsafeMutablePointer<Double>, count: Int,
    of owner: (any AnyObject & Sendable)? = nil
  ) {
    (self.base, self.count) = (base, count)
    home = .elsewhere(owner)
  }

  /// Whether the doubles are its own.
  var isOwn: Bool {
    if case .own = home { true } else { false }
  }

  deinit { if isOwn { free(base) } }

  /// Memory on a cache line; nil where there is none, or where the system would
  /// give what it hasn't got and end the process at its first use.
  ///
  /// Large blocks begin on a huge page and ask for such: their rows lie far
  /// apart, and the processor knows the places of few small pages at a time.
  static func allocate(_ bytes: Int) -> UnsafeMutableRawPointer? {
    if bytes >= worthAsking, bytes > MemoryBudget.current.bytes { return nil }
    let alignment = bytes < 2 * hugePage ? 64 : hugePage
    let size = (bytes + alignment - 1) / alignment * alignment
    guard let memory = aligned_alloc(alignment, size) else { return nil }
    #if os(Linux)
      // Only advice: without huge pages everything works, too.
      if alignment == hugePage { madvise(memory, size, MADV_HUGEPAGE) }
    #endif
    return memory
  }

  /// Filling so many bytes takes a hundred times as long as asking what is left.
  private static var worthAsking: Int { 64 << 20 }

  /// Bytes of a huge page of most processors.
  private static var hugePage: Int { 1 << 21 }

  /// The error for values that don't fit into memory.
  static func refusal(bytes: UInt128) -> ChainError {
    let most = UInt128(MemoryBudget.current.bytes)
    return ChainError(
      .tooLarge, at: "/steps",
      expected: "a value that fits into memory, "
        + "\(MemoryBudget.words(most)) at most",
      found: MemoryBudget.words(bytes),
      advice: "declare the structure of the factors, or ask for another order")
  }
}
