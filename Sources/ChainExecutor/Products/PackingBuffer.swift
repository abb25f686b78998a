import CChainKernels
import JacobianChain

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Memory for the operands of a kernel in the order in which it reads them, one
/// for each thread: no value of a plan, and so in no balance.
enum PackingBuffer {
  /// Doubles that the loops ask for: 768 KiB.
  static let count = Int(CHAIN_PACKED_DOUBLES)

  /// Buffers of threads that have ended, as addresses. Workers come and go with
  /// every run, and the first touch of fresh memory would cost each of them
  /// more than a small product.
  private static let left = Monitor<[UInt]>([])

  private static let key: pthread_key_t = {
    var key = pthread_key_t()
    let status = pthread_key_create(&key) { memory in
      left.withLock { $0.append(UInt(bitPattern: memory)) }
    }
    precondition(status == 0, "no more keys for threads")
    return key
  }()

  /// The buffer of the calling thread; it goes on to another when this ends, so
  /// that there are as many as threads have multiplied at one time.
  static var ofThread: UnsafeMutablePointer<Double> {
    if let memory = pthread_getspecific(key) {
      return memory.assumingMemoryBound(to: Double.self)
    }
    let bytes = count * MemoryLayout<Double>.stride
    let kept = left.withLock { $0.popLast() }
    guard
      let memory = kept.flatMap(UnsafeMutableRawPointer.init(bitPattern:))
        ?? Buffer.allocate(bytes)
    else {
      preconditionFailure("no memory for \(bytes) bytes")
    }
    pthread_setspecific(key, memory)
    return memory.bindMemory(to: Double.self, capacity: count)
  }
}
