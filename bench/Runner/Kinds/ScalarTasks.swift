import ChainAD
import ChainBenchResults
import ChainSystem
import ChainWorkloads
import JacobianChain

/// Value and Jacobian of scalar functions: by a compiled elimination, by
/// tangents and by adjoints on the same numbers, and by peers; and what the
/// first elimination takes, recording, ordering and compiling included.
struct ScalarTasks {
  let stage: Stage

  static let contestants =
    ["elimination", "tangents", "adjoints"]
    + ScalarPeer.allCases.map(\.rawValue)

  func tasks() -> [BenchTask] {
    stage.suite.functions.flatMap { function -> [BenchTask] in
      let contestants = function.contestants ?? stage.suite.contestants
      let jacobians = BenchTask(
        function.label, "value and jacobian seconds", contestants
      ) { keys, _ in
        try rows(Self.task(function, stage.suite), keys)
      }
      guard contestants.contains("elimination") else { return [jacobians] }
      let first = BenchTask(
        function.label, "first call seconds", ["elimination"]
      ) { keys, _ in
        try firstCall(Self.task(function, stage.suite), keys[0])
      }
      return [jacobians, first]
    }
  }

  private static func task(
    _ function: FunctionCase, _ suite: Suite
  ) throws -> ScalarTask {
    guard
      let task = ScalarTask.all.first(where: { $0.name == function.workload })
    else {
      throw ChainError(
        .malformed, at: "bench/suites/\(suite.name).json: /functions",
        expected: "one of "
          + ScalarTask.all.map(\.name).joined(separator: ", "),
        found: "\"\(function.workload)\"", advice: "choose one of them")
    }
    return task
  }

  private func rows(
    _ task: ScalarTask, _ keys: [Measurement.Key]
  ) throws -> [Measurement] {
    let ways = ["elimination", "tangents", "adjoints"].map {
      ($0, ScalarSweeps(task, by: $0))
    }
    let expected = try ways[2].1.jacobian()
    for (_, way) in ways {
      let difference = relativeDifference(try way.jacobian(), expected)
      try check(difference <= 1e-12, "ways differ by \(difference)")
    }
    let own = keys.compactMap { key in
      ways.first { $0.0 == key.contestant }?.1
    }
    var samples = try stage.sampling.inTurns(
      own.map { way in { try way.run() } })[...]
    return try keys.map { key in
      try Interruption.check()
      if let peer = ScalarPeer(rawValue: key.contestant) {
        return try peer.row(key, task, expected: expected, stage)
      }
      return Measurement(
        key, size: task.function.inputCount, samples: samples.removeFirst())
    }
  }

  /// Programs are remembered by a function and all its copies: each sample
  /// takes a new one.
  private func firstCall(
    _ task: ScalarTask, _ key: Measurement.Key
  ) throws -> [Measurement] {
    var samples: [Double] = []
    for _ in 0..<min(20, stage.suite.repetitions + 1) {
      try Interruption.check()
      let fresh = ScalarSweeps(task.afresh(), by: "elimination")
      samples.append(try Sampling.seconds { try fresh.run() })
    }
    return [
      Measurement(key, size: task.function.inputCount, samples: samples)
    ]
  }
}

/// One way to the Jacobian of a scalar function, all memory taken.
private final class ScalarSweeps {
  private let place: any Linearization
  private let kept: Abilities
  private let width: Int
  private let rows: Int
  private let columns: Int
  private let point: UnsafeMutablePointer<Double>
  private let seeds: UnsafeMutablePointer<Double>
  private let value: UnsafeMutablePointer<Double>
  private let entries: UnsafeMutablePointer<Double>

  init(_ task: ScalarTask, by way: String) {
    let (m, n) = (task.function.outputCount, task.function.inputCount)
    place = task.function.linearization()
    switch way {
    case "tangents": (kept, width) = (.tangent, n)
    case "adjoints": (kept, width) = (.adjoint, m)
    default: (kept, width) = (.entries, 0)
    }
    (rows, columns) = (m, n)
    point = .allocate(capacity: n)
    seeds = .allocate(capacity: max(1, width * width))
    value = .allocate(capacity: m)
    entries = .allocate(capacity: m * n)
    for index in 0..<n { point[index] = task.point[index] }
    for index in 0..<width * width {
      seeds[index] = index % width == index / width ? 1 : 0
    }
    value.initialize(repeating: 0, count: m)
    entries.initialize(repeating: 0, count: m * n)
  }

  deinit {
    point.deallocate()
    seeds.deallocate()
    value.deallocate()
    entries.deallocate()
  }

  func run() throws {
    let point = Span(
      _unsafeStart: UnsafePointer(point), count: columns)
    let seeds = Span(
      _unsafeStart: UnsafePointer(seeds), count: width * width)
    var value = MutableSpan(_unsafeStart: value, count: rows)
    var entries = MutableSpan(_unsafeStart: entries, count: rows * columns)
    try place.move(to: point, value: &value, keeping: kept)
    switch kept {
    case .tangent:
      try place.tangents(of: seeds, width: width, into: &entries)
    case .adjoint:
      try place.adjoints(of: seeds, width: width, into: &entries)
    default: try place.entries(into: &entries)
    }
  }

  func jacobian() throws -> [Double] {
    try run()
    return Array(UnsafeBufferPointer(start: entries, count: rows * columns))
  }
}
