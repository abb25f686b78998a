import JacobianChain

/// Measures what the kernels take on this machine, one size after the other.
public enum Calibration {
  /// How many sizes are measured.
  public enum Grid: Sendable {
    /// As many as a minute allows: for planning.
    case fine
    /// A few: for tests, and for numbers that people read.
    case coarse
  }

  /// Measures all kernels on the calling thread, with one thread in each
  /// product, as steps of a plan are carried out.
  ///
  /// Processors have slow seconds, when others use what they share. Everything
  /// is measured in several rounds, seconds apart, in seconds of the processor.
  /// The least time counts, so that all are of equally good seconds, times what
  /// a usual round takes of the best. What the farther caches hold for others
  /// comes and goes at any time: where they are needed the median counts.
  ///
  /// - Parameters:
  ///   - processor: its name.
  ///   - build: the version of the build.
  ///   - control: is told the share that is done; a stop is thrown.
  /// - Throws: `ChainError` when memory is short, or when `control` stops it.
  /// - Complexity: a minute for the fine grid, a second for the coarse.
  public static func profile(
    processor: String, build: String, grid: Grid = .fine,
    control: SearchControl = SearchControl()
  ) throws(ChainError) -> Profile {
    let kernels = Work.Kernel.allCases.map { ($0, Axes($0, grid)) }
    let rounds = grid == .fine ? 3 : 1
    let all = rounds * kernels.reduce(0) { $0 + $1.1.count }
    var done = 0
    // By kernel and trial.
    var times = kernels.map { [Times](repeating: Times(), count: $0.1.count) }
    let start = ContinuousClock.now
    for round in 0..<rounds {
      // On slow machines fewer.
      let elapsed = (ContinuousClock.now - start) / .seconds(1)
      if round > 0, elapsed * Double(round + 1) > patience * Double(round) {
        break
      }
      for (place, (kernel, axes)) in kernels.enumerated() {
        for (index, sizes) in axes.all.enumerated() {
          if let reason = control.shouldStop() { throw stopped(reason) }
          control.progress(SearchProgress(share: Double(done) / Double(all)))
          try times[place][index].append(
            KernelTrial(kernel, sizes.rows, sizes.shared, sizes.columns),
            patience: grid)
          done += 1
        }
      }
    }
    control.progress(SearchProgress(share: 1))
    let slowness = Times.usualSlowness(times.joined())
    var tables: [Work.Kernel: TimeTable] = [:]
    for ((kernel, axes), times) in zip(kernels, times) {
      tables[kernel] = try TimeTable(
        rows: axes.rows.map(Double.init), shared: axes.shared.map(Double.init),
        columns: axes.columns.map(Double.init),
        nanoseconds: withoutDelays(
          times.map { $0.typical(slowness) },
          by: [axes.rows.count, axes.shared.count, axes.columns.count]))
    }
    return try Profile(
      origin: Profile.Origin(
        processor: processor, kernels: Executor.kernels, build: build),
      tables: tables)
  }

  /// Nothing takes longer than what is larger in every size: what did was held
  /// up by others.
  ///
  /// - Parameters:
  ///   - times: the last size fastest.
  ///   - counts: how many sizes there are of each kind.
  static func withoutDelays(_ times: [Double], by counts: [Int]) -> [Double] {
    var times = times
    var stride = 1
    for count in counts.reversed() {
      for place in times.indices.reversed()
      where place / stride % count < count - 1 {
        times[place] = min(times[place], times[place + stride])
      }
      stride *= count
    }
    return times
  }

  private static func stopped(_ reason: StopReason) -> ChainError {
    .stopped(
      reason, at: "/kernels", before: "the end",
      expected: "time to measure every kernel, some 40 seconds",
      advice: "measure again; there is no profile of a part")
  }

  /// Seconds that nobody waits for longer.
  private static let patience = 55.0
}

/// The sizes at which a kernel is measured; 1 where it has no such size.
private struct Axes {
  var rows = [1]
  var shared = [1]
  var columns = [1]

  var count: Int { rows.count * shared.count * columns.count }

  /// All combinations, the columns fastest.
  var all: [(rows: Int, shared: Int, columns: Int)] {
    rows.flatMap { rows in
      shared.flatMap { shared in columns.map { (rows, shared, $0) } }
    }
  }

  init(_ kernel: Work.Kernel, _ grid: Calibration.Grid) {
    func sizes(_ fine: [Int]) -> [Int] {
      guard grid == .coarse else { return fine }
      return fine.enumerated().compactMap { $0 % 2 == 0 ? $1 : nil }
    }
    // Rows that begin a power of two apart meet in few places of a cache: what
    // they take says little of other sizes.
    let dense = sizes([1, 2, 4, 8, 16, 32, 64, 128, 250, 500, 1000])
    // Results that no cache holds.
    let beyond = grid == .fine ? [4000] : []
    // One column has loops of its own; from two on vectors of four or eight
    // are filled, and one more column takes one more vector.
    let steps = [1, 2, 8, 9, 16, 17, 32, 33, 64, 128, 250, 500]
    let wide = sizes(steps + [2000])
    let long = sizes([4, 32, 128, 1000, 2000, 4000])
    let few = sizes([1, 3, 9, 27, 81])
    let count = sizes([1, 16, 256, 4096, 32768, 1 << 18, 1 << 20])
    switch kernel {
    case .dense:
      (rows, shared, columns) = (
        dense + beyond, dense, sizes(steps + [1000]) + beyond
      )
    case .scaleRows, .scaleColumns, .pickRows, .addColumns:
      (rows, columns) = (wide, wide)
    case .bandTimesDense, .sparseTimesDense:
      (rows, shared, columns) = (long, sizes([2, 3, 9, 27, 81]), wide)
    case .denseTimesBand, .denseTimesSparse:
      (rows, shared, columns) = (wide, sizes([2, 3, 9, 27, 81]), long)
    case .blocks:
      let small = sizes([2, 4, 8, 16, 64])
      (rows, shared, columns) = (small, small, wide)
    case .runsTimesBand:
      (rows, shared, columns) = (long, sizes([2, 3, 9, 27, 81]), few)
    case .alikeRows:
      (rows, shared, columns) = (sizes([8, 64, 250, 1000, 4000]), few, few)
    case .rowRuns:
      (rows, shared, columns) = (long, few, sizes([4, 16, 64, 250, 1000]))
    case .bands, .general: (rows, shared, columns) = (long, few, few)
    case .stream: columns = count
    // Where a cache ends a double takes three times as long.
    case .reload:
      columns = sizes((28...46).map { (2 + $0 % 2) << ($0 / 2 - 1) })
    case .evaluate:
      (shared, columns) = (sizes([3, 48, 384, 3072, 12288]), wide)
    }
  }
}
