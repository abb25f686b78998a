/// What a function did to its inputs, step by step: the Wengert list
/// (Griewank & Walther 2008, ch. 4), with slopes that are plain numbers or
/// duals.
///
/// Numbers point to it instead of to a class: no reference counting on the
/// way. The memory is kept from recording to recording, so that nothing is
/// allocated once the longest has been seen.
@usableFromInline
struct TapeLog<Slope> {
  /// A value computed from at most two earlier ones; step 0 stands for all
  /// constants.
  @usableFromInline
  struct Step {
    @usableFromInline var left: Int32
    @usableFromInline var right: Int32
    @usableFromInline var leftSlope: Slope
    @usableFromInline var rightSlope: Slope

    @inlinable
    init(_ left: Int, _ leftSlope: Slope, _ right: Int, _ rightSlope: Slope) {
      self.left = Int32(truncatingIfNeeded: left)
      self.right = Int32(truncatingIfNeeded: right)
      self.leftSlope = leftSlope
      self.rightSlope = rightSlope
    }
  }

  @usableFromInline var steps: UnsafeMutablePointer<Step>
  @usableFromInline var count = 1
  @usableFromInline var capacity: Int
  /// Steps after which it is full.
  @usableFromInline var limit: Int
  /// Whether steps were lost because the limit was reached.
  @usableFromInline var isFull = false
  /// Whether a step was recorded that lacks the derivative of its slope.
  @usableFromInline var hasUnknownStep = false

  /// A log in memory of its own, for `free` to end.
  static func make(
    limit: Int, constant: Slope
  ) -> UnsafeMutablePointer<TapeLog> {
    let capacity = min(64, limit + 1)
    let log = UnsafeMutablePointer<TapeLog>.allocate(capacity: 1)
    log.initialize(
      to: TapeLog(
        steps: .allocate(capacity: capacity), capacity: capacity, limit: limit))
    log.pointee.steps.initialize(to: Step(0, constant, 0, constant))
    return log
  }

  static func free(_ log: UnsafeMutablePointer<TapeLog>) {
    log.pointee.steps.deallocate()
    log.deallocate()
  }

  private init(
    steps: UnsafeMutablePointer<Step>, capacity: Int, limit: Int
  ) {
    (self.steps, self.capacity, self.limit) = (steps, capacity, limit)
  }

  /// Forgets the recording and keeps the memory.
  mutating func restart() {
    (count, isFull, hasUnknownStep) = (1, false, false)
  }

  /// The index of the new step; 0, a constant, when the log is full.
  @inlinable
  @inline(__always)
  static func append(
    _ step: Step, to log: UnsafeMutablePointer<TapeLog>
  ) -> Int {
    let index = log.pointee.count
    if index == log.pointee.capacity, !grow(log) { return 0 }
    (log.pointee.steps + index).initialize(to: step)
    log.pointee.count = index + 1
    return index
  }

  /// Doubles the memory, unless the limit is reached.
  @inlinable
  @inline(never)
  static func grow(_ log: UnsafeMutablePointer<TapeLog>) -> Bool {
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
