import JacobianChain
import Synchronization

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Ctrl-C and SIGTERM as a request that whoever works looks at.
package enum Interruption: Error {
  /// Thrown out of what was stopped.
  case requested

  /// The signal that asked for the end; 0 before one did.
  private static let signalled = Atomic<Int32>(0)

  /// The signal that came; nil before one did.
  package static var signal: Int32? {
    let number = signalled.load(ordering: .relaxed)
    return number == 0 ? nil : number
  }

  /// Whether Ctrl-C was pressed or SIGTERM came.
  package static var isRequested: Bool { signal != nil }

  /// Throws once one did.
  package static func check() throws(Interruption) {
    if isRequested { throw .requested }
  }

  /// Turns the first Ctrl-C or SIGTERM into a request; the same one again kills
  /// the process.
  package static func listen() {
    _ = isRequested
    // A parent may have left them blocked, and children inherit that.
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGINT, SIGTERM] {
      sigaddset(&signals, number)
      handle(number) { number in
        Interruption.signalled.store(number, ordering: .relaxed)
        handle(number, SIG_DFL)
      }
    }
    // A file beyond its limit is an error of the write, which says so.
    handle(SIGXFSZ, SIG_IGN)
    sigprocmask(SIG_UNBLOCK, &signals, nil)
  }

  /// Stops a search at a signal or at one of the limits.
  ///
  /// - Parameters:
  ///   - seconds: from now on.
  ///   - gap: a `CostModel.gap` that is good enough.
  ///   - progress: is told how far the search has come, and its seconds.
  package static func control(
    seconds: Double? = nil, nodes: Int? = nil, gap: Double? = nil,
    progress: @escaping @Sendable (SearchProgress, Double) -> Void = { _, _ in }
  ) -> SearchControl {
    let clock = ContinuousClock()
    let start = clock.now
    @Sendable func elapsed() -> Double { (clock.now - start) / .seconds(1) }
    return SearchControl(
      nodeLimit: nodes, gapLimit: gap,
      shouldStop: {
        if isRequested { return .interrupted }
        if let seconds, elapsed() >= seconds { return .timeLimit }
        return nil
      }, progress: { progress($0, elapsed()) })
  }
}

/// `signal` of the C library, which the type has a property of the name of.
private func handle(
  _ number: Int32, _ handler: (@convention(c) (Int32) -> Void)?
) {
  _ = signal(number, handler)
}
