import ChainMemory
import JacobianChain

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A pool of buffers: what one step frees the next one reuses, within a run
/// and from run to run, so that a repeated run touches no fresh page.
///
/// It also keeps the books: bytes alive now, and the most that were alive at
/// one time since `beginRun`. The books count the bytes that were asked for,
/// not the rounding of the pool, and the indices of sparse values.
///
/// Buffers come back when the last `Matrix` that holds them goes, from any
/// thread; a result that the caller holds is therefore never recycled.
public final class Workspace: Sendable {
  /// Addresses, because pointers don't cross the lock.
  private struct State {
    /// Capacities of the free buffers in bytes, ascending.
    var capacities: [Int] = []
    /// Their addresses, in the same order.
    var addresses: [UInt] = []
    var freeBytes = 0
    var allocations = 0
    /// Bytes alive of any run, for the bound on what is kept.
    var liveBytes = 0
    var largestLiveBytes = 0
    /// Only buffers of the current run move its balance.
    var run = 0
    var runBytes = 0
    var runPeakBytes = 0
    var threads = 1
  }

  private let state = Monitor(State())

  /// Creates an empty pool.
  public init() {}

  deinit {
    let addresses = state.withLock { $0.addresses }
    for address in addresses {
      free(UnsafeMutableRawPointer(bitPattern: address))
    }
  }

  /// Bytes of the buffers in use, results of earlier runs included.
  public var liveBytes: Int { state.withLock { $0.liveBytes } }

  /// Bytes that wait for reuse.
  public var freeBytes: Int { state.withLock { $0.freeBytes } }

  /// How often memory had to be asked of the system. It stands still in a
  /// steady state.
  public var allocations: Int { state.withLock { $0.allocations } }

  /// The most bytes of buffers made since `beginRun` alive at one time.
  public var peakBytes: Int { state.withLock { $0.runPeakBytes } }

  /// Threads that may share out a large dense product.
  var threads: Int { state.withLock { $0.threads } }

  /// Sets the balance behind `peakBytes` to zero.
  public func beginRun() { beginRun(threads: 1) }

  /// The same for products that several threads may share out.
  func beginRun(threads: Int) {
    state.withLock { state in
      state.threads = threads
      state.run += 1
      state.runBytes = 0
      state.runPeakBytes = 0
    }
  }

  /// A block of memory and the run it is charged to.
  struct Lease {
    let base: UnsafeMutableRawPointer
    let capacity: Int
    let run: Int
  }

  /// Takes at least `bytes` out of the pool, or from the system.
  ///
  /// - Parameter counted: the bytes in the books.
  func lease(
    bytes: Int, counting counted: Int
  ) throws(ChainError) -> Lease {
    let wanted = Self.capacity(for: bytes)
    let (address, capacity, run) = state.withLock {
      state -> (UInt, Int, Int) in
      var (address, capacity): (UInt, Int) = (0, wanted)
      let position = state.capacities.firstPosition(atLeast: wanted)
      // A much larger buffer is left for the step that needs it.
      if position < state.capacities.count,
        state.capacities[position] <= 2 * wanted
      {
        capacity = state.capacities.remove(at: position)
        address = state.addresses.remove(at: position)
        state.freeBytes -= capacity
      } else {
        address = UInt(bitPattern: Self.allocate(capacity))
        // Nothing is booked when the system has no memory left.
        guard address != 0 else { return (0, 0, 0) }
        state.allocations += 1
      }
      state.liveBytes += counted
      state.largestLiveBytes = max(state.largestLiveBytes, state.liveBytes)
      state.runBytes += counted
      state.runPeakBytes = max(state.runPeakBytes, state.runBytes)
      return (address, capacity, state.run)
    }
    guard let base = UnsafeMutableRawPointer(bitPattern: address) else {
      throw Self.refusal(bytes: UInt128(bytes))
    }
    return Lease(base: base, capacity: capacity, run: run)
  }

  /// Puts a block back. What exceeds three times the largest need so far goes
  /// back to the system, so that changing problems don't pile up memory.
  func giveBack(_ lease: Lease, bytes: Int) {
    let isKept = state.withLock { state in
      state.liveBytes -= bytes
      if lease.run == state.run { state.runBytes -= bytes }
      guard state.freeBytes + lease.capacity <= 3 * state.largestLiveBytes
      else { return false }
      let position = state.capacities.firstPosition(atLeast: lease.capacity)
      state.capacities.insert(lease.capacity, at: position)
      state.addresses.insert(UInt(bitPattern: lease.base), at: position)
      state.freeBytes += lease.capacity
      return true
    }
    if !isKept { free(lease.base) }
  }

  /// Rounds up in steps of an eighth of the size, so that near sizes share.
  private static func capacity(for bytes: Int) -> Int {
    let step = max(
      64, (1 << (Int.bitWidth - 1 - bytes.leadingZeroBitCount)) / 8)
    return (bytes + step - 1) / step * step
  }

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

  /// Frees what `allocate` made.
  static func deallocate(_ base: UnsafeMutableRawPointer) { free(base) }

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

extension [Int] {
  /// The position of the first element of the sorted array that is at least
  /// `value`.
  fileprivate func firstPosition(atLeast value: Int) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if self[middle] < value { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
