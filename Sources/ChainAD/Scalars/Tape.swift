/// A recording of what a function did to its inputs, so that adjoints can be
/// had of it: 24 bytes a step.
///
/// Each recording has a tape of its own, which its numbers point to; there is
/// no global. So threads that record at once need only different tapes. One
/// tape is not for several threads.
@usableFromInline
final class Tape {
  @usableFromInline typealias Log = TapeLog<Double>

  let log: UnsafeMutablePointer<Log>
  /// The adjoints of a sweep, one block of lanes for each step.
  var adjoints: UnsafeMutablePointer<SIMD4<Double>>
  var adjointCapacity = 0
  /// Steps 1 ... `inputCount` are the inputs.
  var inputCount = 0
  /// Of a careful sweep: bit k of a step says whether lane k has reached it.
  var present: [UInt8] = []

  /// The most steps that one tape holds: 2^31 − 1, 48 gigabytes.
  static let stepLimit = Int(Int32.max)

  /// The doubles of memory that a step takes.
  static let doublesPerStep = 3

  /// Creates an empty tape.
  ///
  /// - Parameter limit: steps after which it is full, at most `stepLimit`.
  init(limit: Int = Tape.stepLimit) {
    log = Log.make(limit: min(limit, Self.stepLimit), constant: 0)
    adjoints = .allocate(capacity: 0)
  }

  deinit {
    Log.free(log)
    adjoints.deallocate()
  }

  /// The number of steps recorded, inputs included.
  var count: Int { log.pointee.count - 1 }

  /// Whether steps were lost because the limit was reached: derivatives from
  /// this recording would be wrong.
  var isFull: Bool { log.pointee.isFull }

  /// Forgets the recording and keeps the memory. Numbers from before must not
  /// be used any more.
  func restart() {
    log.pointee.restart()
    inputCount = 0
  }

  /// A number that adjoints are wanted of; it must not outlive the tape.
  ///
  /// - Precondition: nothing but inputs has been recorded yet.
  func input(_ value: Double) -> Traced {
    precondition(count == inputCount, "inputs come before all else")
    let step = Log.append(Log.Step(0, 0, 0, 0), to: log)
    if step != 0 { inputCount = step }
    return Traced(value, log: log, step: step)
  }
}
