import JacobianChain

/// Asks a `SearchControl`, once a mebibyte, whether a file is to be read on:
/// smaller ones are read whatever it says.
struct ReadingPace {
  /// Bytes between two questions: some milliseconds.
  private static let stride = 1 << 20

  let control: SearchControl
  private let file: String
  private var next = Self.stride

  /// - Parameter file: what errors call the file.
  init(_ control: SearchControl, file: String) {
    (self.control, self.file) = (control, file)
  }

  /// Goes on from a byte of the file, or of what is made of it.
  ///
  /// - Throws: `ChainError` (`limitReached`, `interrupted`) at the file.
  @inline(__always)
  mutating func pass(_ position: Int) throws(ChainError) {
    if position >= next { try ask(position) }
  }

  private mutating func ask(_ position: Int) throws(ChainError) {
    next = position + Self.stride
    if let reason = control.shouldStop() { throw stopped(reason) }
  }

  /// Goes on waiting for somebody who writes; whose time that is, no limit on
  /// ours says.
  func wait() throws(ChainError) {
    if control.shouldStop() == .interrupted { throw stopped(.interrupted) }
  }

  private func stopped(_ reason: StopReason) -> ChainError {
    .stopped(
      reason, at: file, before: "its end",
      expected: "time to read the whole file",
      advice: "give it more time, or leave out what isn't needed")
  }
}
