import ChainFormats
import JChainHeader
import JacobianChain

extension SearchControl {
  /// Keeps to the limits of a call, and shows its callback how far it has come.
  ///
  /// - Parameter user: what the callback takes as its last argument.
  init(
    _ options: SolveOptions, telling callback: jc_progress?,
    _ user: UnsafeMutableRawPointer?
  ) {
    guard callback != nil || options.timeLimit != nil else {
      self.init(nodeLimit: options.nodeLimit, gapLimit: options.gapLimit)
      return
    }
    let watch = Watch(callback, user, seconds: options.timeLimit)
    watch.tell()
    self.init(
      nodeLimit: options.nodeLimit, gapLimit: options.gapLimit,
      shouldStop: { watch.shouldStop() }, progress: { watch.progress = $0 })
  }
}

/// The clock of a call, and its callback.
///
/// Unchecked: solvers ask on the thread that called them, and nobody else does.
private final class Watch: @unchecked Sendable {
  /// What is known of the search; the callback learns it when its time comes.
  var progress = SearchProgress()

  private let callback: jc_progress?
  private let user: UnsafeMutableRawPointer?
  private let end: ContinuousClock.Instant?
  private var next: ContinuousClock.Instant
  private var isCancelled = false

  private static let interval = Duration.milliseconds(50)

  init(
    _ callback: jc_progress?, _ user: UnsafeMutableRawPointer?, seconds: Double?
  ) {
    (self.callback, self.user) = (callback, user)
    let start = ContinuousClock.now
    next = start
    // Beyond what a clock can hold there is no limit.
    end = seconds.flatMap { $0 < 1e9 ? start + .seconds($0) : nil }
  }

  func shouldStop() -> StopReason? {
    let now = ContinuousClock.now
    if callback != nil, now >= next { tell() }
    if isCancelled { return .interrupted }
    return end.map { now >= $0 } ?? false ? .timeLimit : nil
  }

  func tell() {
    guard let callback, !isCancelled else { return }
    let text = CText(progress.json.serialized())
    isCancelled = callback(text.bytes, text.count, user) != 0
    next = .now + Self.interval
  }
}

extension SearchProgress {
  fileprivate var json: JSONValue {
    .object([
      "share": share.map(JSONValue.real),
      "incumbent": incumbent.map(JSONValue.wide),
      "bound": bound.map(JSONValue.wide),
      "gap": gap.map(JSONValue.real),
      "explored": .number(explored),
    ])
  }
}
