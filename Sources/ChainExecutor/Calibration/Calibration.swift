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
  /// A time is the least of several short runs, in seconds of the processor:
  /// other work on the machine does little harm.
  ///
  /// - Parameters:
  ///   - processor: its name.
  ///   - build: the version of the build.
  ///   - control: is told the share that is done; a stop is thrown.
  /// - Throws: `ChainError` when memory is short, or when `control` stops it.
  /// - Complexity: about 20 seconds for the fine grid, one for the coarse.
  public static func profile(
    processor: String, build: String, grid: Grid = .fine,
    control: SearchControl = SearchControl()
  ) throws(ChainError) -> Profile {
    var tables: [Work.Kernel: TimeTable] = [:]
    let all = Work.Kernel.allCases.reduce(0) { $0 + Axes($1, grid).count }
    var done = 0
    for kernel in Work.Kernel.allCases {
      let axes = Axes(kernel, grid)
      var times: [Double] = []
      for rows in axes.rows {
        for shared in axes.shared {
          for columns in axes.columns {
            if let reason = control.shouldStop() { throw stopped(reason) }
            control.progress(
              SearchProgress(share: Double(done) / Double(all)))
            times.append(
              try time(of: kernel, rows, shared, columns, patience: grid))
            done += 1
          }
        }
      }
      tables[kernel] = try TimeTable(
        rows: axes.rows.map(Double.init), shared: axes.shared.map(Double.init),
        columns: axes.columns.map(Double.init),
        nanoseconds: withoutDelays(
          times, by: [axes.rows.count, axes.shared.count, axes.columns.count]))
    }
    control.progress(SearchProgress(share: 1))
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
    ChainError(
      reason == .interrupted ? .interrupted : .limitReached, at: "/kernels",
      expected: "time to measure every kernel, some 20 seconds",
      found: "\(reason == .interrupted ? "an interruption" : "a limit") before "
        + "the end",
      advice: "measure again; there is no profile of a part")
  }

  /// Nanoseconds of one kernel at three sizes. A trial may be smaller than
  /// that; it then counts in proportion.
  private static func time(
    of kernel: Work.Kernel, _ rows: Int, _ shared: Int, _ columns: Int,
    patience: Grid
  ) throws(ChainError) -> Double {
    let trial = try KernelTrial(kernel, rows, shared, columns)
    func seconds(_ repetitions: Int) throws(ChainError) -> Double {
      let start = ProcessorClock.seconds
      for _ in 0..<repetitions { try trial.run() }
      return (ProcessorClock.seconds - start) / Double(repetitions)
    }
    // The first run fills caches and pools.
    _ = try seconds(1)
    var best = try seconds(1)
    let repetitions = max(1, min(1000, Int(batch / max(best, 1e-9))))
    let batches = best > 2e-3 ? 2 : patience == .fine ? 5 : 3
    for _ in 0..<batches { best = min(best, try seconds(repetitions)) }
    // A hundredth of a nanosecond is more than any clock can tell.
    let time = best * 1e9 * trial.scale
    return max(0.01, (time * 100).rounded() / 100)
  }

  /// Seconds of one short run.
  private static let batch = 30e-6
}

/// The sizes at which a kernel is measured; 1 where it has no such size.
private struct Axes {
  var rows = [1]
  var shared = [1]
  var columns = [1]

  var count: Int { rows.count * shared.count * columns.count }

  init(_ kernel: Work.Kernel, _ grid: Calibration.Grid) {
    func sizes(_ fine: [Int]) -> [Int] {
      guard grid == .coarse else { return fine }
      return fine.enumerated().compactMap { $0 % 2 == 0 ? $1 : nil }
    }
    let doubling = sizes([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024])
    // Results that no cache holds.
    let beyond = doubling + (grid == .fine ? [4096] : [])
    // One column has loops of its own; from two on vectors of four or eight
    // are filled, and one more column takes one more vector.
    let steps = [1, 2, 8, 9, 16, 17, 32, 33, 64, 128]
    let wide = sizes(steps + [512, 2048])
    let columnsOfDense = sizes(
      steps + [256, 512, 1024] + (grid == .fine ? [4096] : []))
    let long = sizes([4, 32, 128, 1024, 4096])
    let few = sizes([1, 3, 9, 27, 81])
    let count = sizes([1, 16, 256, 4096, 32768, 1 << 18, 1 << 20])
    switch kernel {
    case .dense: (rows, shared, columns) = (beyond, doubling, columnsOfDense)
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
      (rows, shared, columns) = (sizes([8, 64, 256, 1024, 4096]), few, few)
    case .rowRuns:
      (rows, shared, columns) = (long, few, sizes([4, 16, 64, 256, 1024]))
    case .bands, .general: (rows, shared, columns) = (long, few, few)
    case .stream: columns = count
    case .reload: columns = sizes((14...23).map { 1 << $0 })
    case .evaluate:
      (shared, columns) = (sizes([3, 48, 384, 3072, 12288]), wide)
    }
  }
}
