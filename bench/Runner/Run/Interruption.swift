import Foundation
import JacobianChain
import Synchronization

/// Ctrl-C as a request that tasks look at.
package enum Interruption: Error {
  /// Thrown out of a task that was stopped.
  case requested

  private static let wasRequested = Atomic<Bool>(false)

  /// Whether Ctrl-C was pressed.
  package static var isRequested: Bool {
    wasRequested.load(ordering: .relaxed)
  }

  /// Turns the first Ctrl-C into a request; a second one kills the process.
  package static func listen() {
    _ = isRequested
    signal(SIGINT) { _ in
      Interruption.wasRequested.store(true, ordering: .relaxed)
      signal(SIGINT, SIG_DFL)
    }
    // A parent may have left it blocked, and children inherit that.
    var interrupt = sigset_t()
    sigemptyset(&interrupt)
    sigaddset(&interrupt, SIGINT)
    sigprocmask(SIG_UNBLOCK, &interrupt, nil)
  }

  /// Throws once Ctrl-C was pressed.
  static func check() throws {
    if isRequested { throw Interruption.requested }
  }

  /// Stops a search after some seconds, or at Ctrl-C.
  static func control(seconds: Double) -> SearchControl {
    let clock = ContinuousClock()
    let end = clock.now + .seconds(seconds)
    return SearchControl(shouldStop: {
      isRequested ? .interrupted : clock.now >= end ? .timeLimit : nil
    })
  }
}
