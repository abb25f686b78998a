import ChainReports
import ChainSystem
import Foundation
import JacobianChain
import Synchronization

/// The progress line, and what the shell learns.
extension Interruption {
  /// Of what ended at a signal.
  static var status: ExitStatus {
    signal == SIGTERM ? .terminated : .interrupted
  }

  /// Seconds in which a command that was told to stop is to answer.
  private static let patience = 1.0

  /// Listens, and answers even where the best plan so far takes its time to be
  /// priced and laid out, as one of millions of steps does.
  static func listenAndAnswer() {
    listen()
    Thread.detachNewThread {
      while !isRequested { Thread.sleep(forTimeInterval: 0.05) }
      Thread.sleep(forTimeInterval: patience)
      if Terminal.showsProgress { Terminal.progress("") }
      Terminal.diagnose(
        "jchain: stopping: what was found so far is being laid out; the same "
          + "signal once more ends this at once")
    }
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
  /// - Parameters:
  ///   - gap: in per cent.
  ///   - doing: what the progress line says; nil for none.
  static func control(
    seconds: Double? = nil, nodes: Int? = nil, gap: Double? = nil,
    doing: String?
  ) -> SearchControl {
    let shown = Mutex((next: 0.5, any: false))
    return control(
      seconds: seconds, nodes: nodes, gap: gap.map { $0 / 100 }
    ) { state, now in
      guard Terminal.showsProgress, let doing else { return }
      shown.withLock { shown in
        if let share = state.share, share >= 1 {
          if shown.any { Terminal.progress("") }
          return
        }
        guard now >= shown.next else { return }
        shown = (now + 0.1, true)
        Terminal.progress("\(doing)  " + line(state) + "  \(Int(now)) s")
      }
    }
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
