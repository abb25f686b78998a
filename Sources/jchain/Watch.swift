import ChainReports
import Foundation
import JacobianChain
import Synchronization

/// Ends a run that was told to stop, in the midst of whatever it does.
///
/// Solvers look up by themselves, and what follows a step of a plan is asked
/// for between runs. A single product, a file or a verification can't be asked;
/// so a thread looks at signals and the time limit, gives the work a moment to
/// come to an end by itself, and then prints what is known in its place.
final class Watch: Sendable {
  /// What the run is at.
  enum Phase {
    /// Solvers end with a plan when they are asked to.
    case planning
    /// Files and numbers: nothing to wait for.
    case working
    /// All is said, and only the last bytes are on their way.
    case over
  }

  private struct State {
    var phase = Phase.working
    var planned: Solved?
    var record: RunRecord?
    /// Files that have no name yet, and go with the process.
    var partials: [String] = []
  }

  private let state = Mutex(State())
  private let control: SearchControl
  private let print: @Sendable (Report) throws(ChainError) -> Void

  /// Seconds between two looks.
  private static let interval = 0.05
  /// Seconds that the work has to end by itself.
  private static func grace(_ phase: Phase) -> Double {
    phase == .planning ? 1.2 : 0.2
  }

  /// Begins to look.
  ///
  /// - Parameter print: sends a report where the user asked for it.
  init(
    _ control: SearchControl,
    print: @escaping @Sendable (Report) throws(ChainError) -> Void
  ) {
    (self.control, self.print) = (control, print)
    let thread = Thread { self.look() }
    // As the main thread has: reports of long chains are laid out on it.
    thread.stackSize = 8 << 20
    thread.start()
  }

  /// What the run is at from now on.
  func enter(_ phase: Phase) { state.withLock { $0.phase = phase } }

  /// What is printed if the run is ended now.
  func knows(_ planned: Solved) {
    state.withLock { $0.planned = planned }
  }

  /// The same, with what was measured.
  func knows(_ record: RunRecord) { state.withLock { $0.record = record } }

  /// Files that are removed if the run is ended now.
  func owns(_ partials: [String]) {
    state.withLock { $0.partials = partials }
  }

  private func look() {
    let clock = ContinuousClock()
    var since: ContinuousClock.Instant?
    while true {
      Thread.sleep(forTimeInterval: Self.interval)
      let phase = state.withLock { $0.phase }
      if phase == .over { return }
      guard let reason = control.shouldStop() else { continue }
      // A search that has a time limit keeps to it.
      if phase == .planning, reason != .interrupted { continue }
      let start = since ?? clock.now
      since = start
      guard (clock.now - start) / .seconds(1) >= Self.grace(phase)
      else { continue }
      state.withLock { state in
        if state.phase != .over { end(state, reason) }
      }
    }
  }

  /// Prints what is known, removes what isn't whole, and ends the process
  /// without waiting for the work.
  private func end(_ state: State, _ reason: StopReason) -> Never {
    for partial in state.partials { unlink(partial) }
    var status = ExitStatus(reason) ?? .limitReached
    do throws(ChainError) {
      guard let planned = state.planned else { throw .stopped(reason) }
      try print(Report(planned, run: state.record))
      if state.record == nil { Terminal.diagnose(.withoutJacobian(reason)) }
    } catch {
      Terminal.diagnose(error)
      if !error.isStop { status = ExitStatus(error) }
    }
    _exit(status.rawValue)
  }
}

extension ChainError {
  /// A plan was found and printed, and that is all: a stop before its Jacobians
  /// were computed, verified and written.
  static func withoutJacobian(_ reason: StopReason) -> ChainError {
    .stopped(
      reason, at: "run", before: "its end",
      expected: "time to compute, verify and write the Jacobian",
      advice: "give it more time; only the plan and whole files are there")
  }
}
