#if canImport(Glibc)
  import Foundation

  /// Says whether some work asks for memory, if only for a moment.
  ///
  /// glibc keeps for each thread the blocks of up to 1 KiB that it has freed,
  /// by size, and hands out the last one first. So a thread paints one block
  /// of each size, frees them, does the work and takes them again: what was
  /// used meanwhile has lost its paint, what was kept doesn't come back.
  ///
  /// Blind to blocks beyond 1 KiB and to those without any content; other
  /// threads don't disturb it.
  package enum AllocationProbe {
    /// Whether this process has such an allocator; sanitizers bring their own.
    package static let works =
      isSilent {} && !isSilent { takeAndFree() }

    @inline(never)
    private static func takeAndFree() {
      let doubles = UnsafeMutablePointer<Double>.allocate(capacity: 9)
      doubles.initialize(repeating: 0, count: 9)
      doubles.deallocate()
    }

    /// Whether this build can be judged: without optimisation, the library's
    /// own iterators allocate.
    package static var judgesIterators: Bool {
      #if DEBUG
        false
      #else
        works
      #endif
    }

    /// Whether the work allocates nothing when it is repeated.
    ///
    /// One silent repetition of three is enough: beside other tests the runtime
    /// of Swift asks for memory now and then, in the name of whoever comes by.
    package static func isSilent(_ work: @escaping () -> Void) -> Bool {
      (0..<3).contains { _ in touchedSizes(work) == 0 }
    }

    /// How many sizes of blocks the work asks for when it is repeated, each
    /// counted once.
    private static func touchedSizes(_ work: @escaping () -> Void) -> Int {
      let probe = Probe(work)
      let thread = Thread { probe.measure() }
      thread.start()
      probe.end.wait()
      return probe.touched
    }
  }

  /// Unchecked: one thread measures while the other one waits for it.
  private final class Probe: @unchecked Sendable {
    private let work: () -> Void
    private let blocks = UnsafeMutablePointer<UnsafeMutablePointer<UInt8>>
      .allocate(capacity: 64)
    private(set) var touched = 0
    let end = DispatchSemaphore(value: 0)

    init(_ work: @escaping () -> Void) { self.work = work }

    deinit { blocks.deallocate() }

    func measure() {
      defer { end.signal() }
      // What is made lazily, and once for each thread.
      work()
      for index in 0..<64 { blocks[index] = allocate(index) }
      for index in 0..<64 { free(blocks[index]) }
      // A block that is larger than it was asked for goes back elsewhere.
      var watched: UInt64 = 0
      for index in 0..<64 {
        let block = allocate(index)
        if block == blocks[index] { watched |= 1 << index }
        blocks[index] = block
        for byte in 0..<size(index) { block[byte] = 0xA5 }
      }
      for index in 0..<64 { free(blocks[index]) }
      work()
      for index in 0..<64 where watched & 1 << index != 0 {
        let block = allocate(index)
        defer { free(block) }
        // The allocator itself writes 16 bytes.
        let isPainted = (16..<size(index)).allSatisfy { block[$0] == 0xA5 }
        if block != blocks[index] || !isPainted { touched += 1 }
      }
      if watched.nonzeroBitCount < 48 { touched = 64 }
    }

    /// All that a block of each size can hold.
    private func size(_ index: Int) -> Int { 24 + 16 * index }

    private func allocate(_ index: Int) -> UnsafeMutablePointer<UInt8> {
      malloc(size(index))!.assumingMemoryBound(to: UInt8.self)
    }
  }
#endif
