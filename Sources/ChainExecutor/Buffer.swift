import JacobianChain

/// Doubles on the heap, counted by reference; back to where they came from at
/// the end.
///
/// Unchecked: a buffer is written while it is being made, by the one who makes
/// it, and only read once a `Matrix` holds it.
final class Buffer: @unchecked Sendable {
  /// Where doubles come from.
  private enum Home {
    case system
    /// The pool, what came from it, and what it was charged.
    case pool(Workspace, Workspace.Lease, bytes: Int)
    /// Somebody else's, who keeps them.
    case elsewhere(any AnyObject & Sendable)
  }

  /// The first double.
  let base: UnsafeMutablePointer<Double>
  /// The number of doubles, at least 1.
  let count: Int
  private let home: Home

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
      home = .pool(workspace, lease, bytes: bytes)
      raw = lease.base
    } else {
      guard let memory = Workspace.allocate(count * 8) else {
        throw Workspace.refusal(bytes: 8 * UInt128(count))
      }
      home = .system
      raw = memory
    }
    base = raw.bindMemory(to: Double.self, capacity: count)
    self.count = count
  }

  /// Doubles of somebody else: of another buffer, of a mapped file.
  init(
    _ base: UnsafeMutablePointer<Double>, count: Int,
    of owner: any AnyObject & Sendable
  ) {
    (self.base, self.count) = (base, count)
    home = .elsewhere(owner)
  }

  deinit {
    switch home {
    case .system: Workspace.deallocate(base)
    case .pool(let workspace, let lease, let bytes):
      workspace.giveBack(lease, bytes: bytes)
    case .elsewhere: break
    }
  }
}
