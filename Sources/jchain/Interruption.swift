import ChainReports
import Foundation
import JacobianChain
import Synchronization

/// Ctrl-C, SIGTERM, the time limit and the progress line, as one search
/// control.
enum Interruption {
  /// The signal that asked for the end; 0 before one did.
  private static let signalled = Atomic<Int32>(0)

  /// Whether Ctrl-C was pressed or SIGTERM came.
  static var isRequested: Bool { signalled.load(ordering: .relaxed) != 0 }

  /// What the shell learns of it.
  static var status: ExitStatus {
    signalled.load(ordering: .relaxed) == SIGTERM ? .terminated : .interrupted
  }

  /// Turns the first Ctrl-C or SIGTERM into a request; the same one again kills
  /// the process.
  static func listen() {
    _ = isRequested
    // A parent may have left them blocked, and children inherit that.
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGINT, SIGTERM] {
      sigaddset(&signals, number)
      signal(number) { number in
        Interruption.signalled.store(number, ordering: .relaxed)
        signal(number, SIG_DFL)
      }
    }
    // A file beyond its limit is an error of the write, which says so.
    signal(SIGXFSZ, SIG_IGN)
    sigprocmask(SIG_UNBLOCK, &signals, nil)
  }

  /// Stops at a signal or at one of the limits; shows progress on a terminal
  /// once a search takes longer than half a second.
  static func control(
    _ options: SearchLimitOptions, quiet: Bool
  ) -> SearchControl {
    control(
      seconds: options.timeLimit, nodes: options.nodeLimit, gap: options.gap,
      doing: quiet ? nil : "planning")
  }

  /// The same.
  ///
  /// - Parameter doing: what the progress line says; nil for none.
  static func control(
    seconds: Double? = nil, nodes: Int? = nil, gap: Double? = nil,
    doing: String?
  ) -> SearchControl {
    let clock = ContinuousClock()
    let start = clock.now
    let shown = Mutex((next: 0.5, any: false))
    @Sendable func elapsed() -> Double { (clock.now - start) / .seconds(1) }
    return SearchControl(
      nodeLimit: nodes, gapLimit: gap.map { $0 / 100 },
      shouldStop: {
        if isRequested { return .interrupted }
        if let seconds, elapsed() >= seconds { return .timeLimit }
        return nil
      },
      progress: { state in
        guard Terminal.showsProgress, let doing else { return }
        shown.withLock { shown in
          let now = elapsed()
          if let share = state.share, share >= 1 {
            if shown.any { Terminal.progress("") }
            return
          }
          guard now >= shown.next else { return }
          shown = (now + 0.1, true)
          Terminal.progress("\(doing)  " + line(state) + "  \(Int(now)) s")
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
