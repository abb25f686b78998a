import CChainKernels

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Memory for the operands of a kernel in the order in which it reads them, one
/// for each thread: no value of a plan, and so in no balance.
enum PackingBuffer {
  /// Doubles that the loops ask for: 2 MiB.
  static let count = Int(CHAIN_PACKED_DOUBLES)

  private static let key: pthread_key_t = {
    var key = pthread_key_t()
    let status = pthread_key_create(&key) { free($0) }
    precondition(status == 0, "no more keys for threads")
    return key
  }()

  /// The buffer of the calling thread; it goes with the thread.
  static var ofThread: UnsafeMutablePointer<Double> {
    if let memory = pthread_getspecific(key) {
      return memory.assumingMemoryBound(to: Double.self)
    }
    let bytes = count * MemoryLayout<Double>.stride
    guard let memory = Workspace.allocate(bytes) else {
      preconditionFailure("no memory for \(bytes) bytes")
    }
    pthread_setspecific(key, memory)
    return memory.bindMemory(to: Double.self, capacity: count)
  }
}
