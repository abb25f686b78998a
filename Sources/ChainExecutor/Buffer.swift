import JacobianChain

/// Doubles on the heap, counted by reference; back to their pool at the end.
///
/// Unchecked: a buffer is written while it is being made, by the one who makes
/// it, and only read once a `Matrix` holds it.
final class Buffer: @unchecked Sendable {
  /// The first double.
  let base: UnsafeMutablePointer<Double>
  /// The number of doubles, at least 1.
  let count: Int
  /// The pool, what came from it, and what it was charged.
  private let home: (workspace: Workspace, lease: Workspace.Lease, bytes: Int)?

  /// Doubles with any content, from the pool or (nil) from the system.
  ///
  /// - Parameter indices: bytes of a pattern's indices, which are alive as
  ///   long, to be counted by the pool.
  /// - Throws: `ChainError` (`tooLarge`) when there isn't enough memory.
  init(
    count: Int, indices: Int = 0, in workspace: Workspace?
  ) throws(ChainError) {
    let raw: UnsafeMutableRawPointer
    if let workspace {
      let bytes = count * 8 + indices
      let lease = try workspace.lease(bytes: count * 8, counting: bytes)
      home = (workspace, lease, bytes)
      raw = lease.base
    } else {
      guard let memory = Workspace.allocate(count * 8) else {
        throw Workspace.refusal(bytes: 8 * UInt128(count))
      }
      home = nil
      raw = memory
    }
    base = raw.bindMemory(to: Double.self, capacity: count)
    self.count = count
  }

  deinit {
    if let home {
      home.workspace.giveBack(home.lease, bytes: home.bytes)
    } else {
      Workspace.deallocate(base)
    }
  }
}
