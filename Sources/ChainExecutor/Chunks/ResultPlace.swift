import JacobianChain

/// Memory that is not the engine's, for one target: a mapped file, say. What
/// stands there is no longer among the bytes of the run.
public struct ResultPlace: Sendable {
  let buffer: Buffer

  /// - Parameters:
  ///   - base: m · n doubles, row by row; 8-byte aligned.
  ///   - count: m · n.
  ///   - owner: keeps the memory as long as it lives.
  public init(
    _ base: UnsafeMutablePointer<Double>, count: Int,
    owner: any AnyObject & Sendable
  ) {
    buffer = Buffer(base, count: count, of: owner)
  }
}
