import Foundation
import JacobianChain
import Synchronization

/// Ctrl-C, the time limit and the progress line, as one search control.
enum Interruption {
  private static let requested = Atomic<Bool>(false)

  /// Whether Ctrl-C was pressed.
  static var isRequested: Bool { requested.load(ordering: .relaxed) }

  /// Turns the first Ctrl-C into a request; a second one kills the process.
  static func listen() {
    _ = isRequested
    signal(SIGINT) { _ in
      Interruption.requested.store(true, ordering: .relaxed)
      signal(SIGINT, SIG_DFL)
    }
    // A parent may have left it blocked, and children inherit that.
    var interrupt = sigset_t()
    sigemptyset(&interrupt)
    sigaddset(&interrupt, SIGINT)
    sigprocmask(SIG_UNBLOCK, &interrupt, nil)
  }

  /// Stops at Ctrl-C or after `seconds`; shows progress on a terminal once a
  /// search takes longer than half a second.
  static func control(
    timeLimit seconds: Double?, quiet: Bool
  ) -> SearchControl {
    let clock = ContinuousClock()
    let start = clock.now
    let shown = Mutex((next: 0.5, any: false))
    @Sendable func elapsed() -> Double { (clock.now - start) / .seconds(1) }
    return SearchControl(
      shouldStop: {
        if isRequested { return .interrupted }
        if let seconds, elapsed() >= seconds { return .timeLimit }
        return nil
      },
      progress: { share in
        guard Terminal.showsProgress, !quiet else { return }
        shown.withLock { shown in
          let now = elapsed()
          if share >= 1 {
            if shown.any { Terminal.progress("") }
            return
          }
          guard now >= shown.next else { return }
          shown = (now + 0.1, true)
          Terminal.progress(
            "planning  \(Int(share * 100)) %  \(Int(now)) s")
        }
      })
  }
}
