import ChainReports
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
    // A file beyond its limit is an error of the write, which says so.
    signal(SIGXFSZ, SIG_IGN)
    // A parent may have left it blocked, and children inherit that.
    var interrupt = sigset_t()
    sigemptyset(&interrupt)
    sigaddset(&interrupt, SIGINT)
    sigprocmask(SIG_UNBLOCK, &interrupt, nil)
  }

  /// Stops at Ctrl-C or at one of the limits; shows progress on a terminal
  /// once a search takes longer than half a second.
  static func control(
    _ options: SearchLimitOptions, quiet: Bool
  ) -> SearchControl {
    let clock = ContinuousClock()
    let start = clock.now
    let shown = Mutex((next: 0.5, any: false))
    let seconds = options.timeLimit
    @Sendable func elapsed() -> Double { (clock.now - start) / .seconds(1) }
    return SearchControl(
      nodeLimit: options.nodeLimit, gapLimit: options.gap.map { $0 / 100 },
      shouldStop: {
        if isRequested { return .interrupted }
        if let seconds, elapsed() >= seconds { return .timeLimit }
        return nil
      },
      progress: { state in
        guard Terminal.showsProgress, !quiet else { return }
        shown.withLock { shown in
          let now = elapsed()
          if let share = state.share, share >= 1 {
            if shown.any { Terminal.progress("") }
            return
          }
          guard now >= shown.next else { return }
          shown = (now + 0.1, true)
          Terminal.progress("planning  " + line(state) + "  \(Int(now)) s")
        }
      })
  }

  /// What is known of a search, on one line.
  private static func line(_ state: SearchProgress) -> String {
    var parts: [String] = []
    if let share = state.share { parts.append("\(Int(share * 100)) %") }
    if let plan = state.incumbent { parts.append("plan \(plan)") }
    if let bound = state.bound { parts.append("bound \(bound)") }
    if let gap = state.gap { parts.append("gap \(Format.atMostPercent(gap))") }
    if state.explored > 0 { parts.append("\(state.explored) nodes") }
    return parts.joined(separator: "  ")
  }
}
