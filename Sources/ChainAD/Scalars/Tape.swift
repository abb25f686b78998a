/// What a function did to its inputs, step by step, so that adjoints can be
/// had of it: the Wengert list (Griewank & Walther 2008, ch. 4).
///
/// Step k computed a value from at most two earlier ones and remembers which
/// ones, and the two slopes: 24 bytes. The memory is kept from recording to
/// recording, so that nothing is allocated once the longest has been seen.
///
/// Each recording has a tape of its own, which its numbers point to; there is
/// no global. So threads that record at once need only different tapes. One
/// tape is not for several threads.
public final class Tape {
  @usableFromInline
  struct Step {
    @usableFromInline var left: Int32
    @usableFromInline var right: Int32
    @usableFromInline var leftSlope: Double
    @usableFromInline var rightSlope: Double

    @inlinable
    init(_ left: Int, _ leftSlope: Double, _ right: Int, _ rightSlope: Double) {
      self.left = Int32(truncatingIfNeeded: left)
      self.right = Int32(truncatingIfNeeded: right)
      self.leftSlope = leftSlope
      self.rightSlope = rightSlope
    }
  }

  /// The part that numbers point to: no reference counting on the way.
  @usableFromInline
  struct Log {
    @usableFromInline var steps: UnsafeMutablePointer<Step>
    @usableFromInline var count = 1
    @usableFromInline var capacity: Int
    var limit: Int
    var isFull = false
  }

  let log: UnsafeMutablePointer<Log>
  /// The adjoints of a sweep, one block of lanes for each step.
  var adjoints: UnsafeMutablePointer<SIMD4<Double>>
  var adjointCapacity = 0
  /// Steps 1 ... `inputCount` are the inputs.
  var inputCount = 0

  /// The most steps that one tape holds: 2^31 − 1, 48 gigabytes.
  public static let stepLimit = Int(Int32.max)

  /// The doubles of memory that a step takes.
  public static let doublesPerStep = 3

  /// Creates an empty tape.
  ///
  /// - Parameter limit: steps after which it is full, at most `stepLimit`.
  public init(limit: Int = Tape.stepLimit) {
    let limit = min(limit, Self.stepLimit)
    let capacity = min(64, limit + 1)
    log = .allocate(capacity: 1)
    log.initialize(
      to: Log(
        steps: .allocate(capacity: capacity), capacity: capacity, limit: limit))
    adjoints = .allocate(capacity: 0)
    // Step 0 stands for all constants.
    log.pointee.steps.initialize(to: Step(0, 0, 0, 0))
  }

  deinit {
    log.pointee.steps.deallocate()
    log.deallocate()
    adjoints.deallocate()
  }

  /// The number of steps recorded, inputs included.
  public var count: Int { log.pointee.count - 1 }

  /// Whether steps were lost because the limit was reached: derivatives from
  /// this recording would be wrong.
  public var isFull: Bool { log.pointee.isFull }

  /// Forgets the recording and keeps the memory. Numbers from before must not
  /// be used any more.
  public func restart() {
    log.pointee.count = 1
    log.pointee.isFull = false
    inputCount = 0
  }

  /// A number that adjoints are wanted of; it must not outlive the tape.
  ///
  /// - Precondition: nothing but inputs has been recorded yet.
  public func input(_ value: Double) -> Traced {
    precondition(count == inputCount, "inputs come before all else")
    let step = Self.append(Step(0, 0, 0, 0), to: log)
    if step != 0 { inputCount = step }
    return Traced(value, log: log, step: step)
  }
}

extension Tape {
  /// The index of the new step; 0, a constant, when the tape is full.
  @inlinable
  @inline(__always)
  static func append(
    _ step: Step, to log: UnsafeMutablePointer<Log>
  ) -> Int {
    let index = log.pointee.count
    if index == log.pointee.capacity, !grow(log) { return 0 }
    (log.pointee.steps + index).initialize(to: step)
    log.pointee.count = index + 1
    return index
  }

  /// Doubles the memory, unless the limit is reached.
  @usableFromInline
  @inline(never)
  static func grow(_ log: UnsafeMutablePointer<Log>) -> Bool {
    let old = log.pointee
    guard old.count <= old.limit else {
      log.pointee.isFull = true
      return false
    }
    let capacity = min(old.capacity * 2, old.limit + 1)
    let steps = UnsafeMutablePointer<Step>.allocate(capacity: capacity)
    steps.moveInitialize(from: old.steps, count: old.count)
    old.steps.deallocate()
    log.pointee.steps = steps
    log.pointee.capacity = capacity
    return true
  }
}
