/// What a scalar function did at a point, as operations instead of numbers, so
/// that it can be done again at others: each operation once, whoever asks for
/// it, and every comparison on the way.
///
/// Not for several threads at once.
@usableFromInline
final class OperationLog {
  /// An operation and the steps it takes; −1 where there is none.
  struct Step: Hashable, Sendable {
    var operation: Operation
    var operands: (Int, Int, Int)

    static func == (a: Step, b: Step) -> Bool {
      a.operation == b.operation && a.operands == b.operands
    }

    func hash(into hasher: inout Hasher) {
      hasher.combine(operation)
      hasher.combine(operands.0)
      hasher.combine(operands.1)
      hasher.combine(operands.2)
    }
  }

  /// A comparison of two steps and how it ended.
  struct Check: Hashable, Sendable {
    enum Relation: Hashable, Sendable { case less, equal }

    var relation: Relation
    var left: Int
    var right: Int
    var holds: Bool
  }

  /// Every step comes after those it takes.
  private(set) var steps: [Step] = []
  private(set) var checks: [Check] = []
  /// Whether a number was asked for in a way that can't be followed, or there
  /// were too many steps.
  private(set) var isOpaque = false
  private var numbers: [Step: Int] = [:]
  private var known: Set<Check> = []
  private var limit: Int

  /// An empty log of at most `limit` steps.
  init(limit: Int) { self.limit = limit }

  /// The step that does an operation; −1 in a log that is full.
  func step(
    _ operation: Operation, _ a: Int = -1, _ b: Int = -1, _ c: Int = -1
  ) -> Int {
    let isTurned = operation.commutes && b < a
    let step = Step(
      operation: operation, operands: isTurned ? (b, a, c) : (a, b, c))
    if let number = numbers[step] { return number }
    guard steps.count < limit else {
      isOpaque = true
      return -1
    }
    steps.append(step)
    numbers[step] = steps.count - 1
    return steps.count - 1
  }

  /// Slopes are no steps of the function; each step has a few at most.
  func makeRoomForSlopes() { limit = .max }

  /// The step of a constant.
  func constant(_ value: Double) -> Int {
    step(.constant(value.bitPattern))
  }

  /// The value of a step that is a constant; nil for others.
  func constantValue(_ step: Int) -> Double? {
    guard case .constant(let bits) = steps[step].operation else { return nil }
    return Double(bitPattern: bits)
  }

  /// As `step`, and of constants the constant that it makes.
  func folded(
    _ operation: Operation, _ a: Int, _ b: Int? = nil, _ c: Int? = nil
  ) -> Int {
    let values = [a, b ?? a, c ?? a].map { constantValue($0) }
    if let x = values[0], let y = values[1], let z = values[2] {
      return constant(operation.value(x, y, z))
    }
    return step(operation, a, b ?? -1, c ?? -1)
  }

  /// Notes how a comparison ended.
  func note(
    _ relation: Check.Relation, _ left: Int, _ right: Int, _ holds: Bool
  ) {
    let check = Check(
      relation: relation, left: left, right: right, holds: holds)
    if known.insert(check).inserted { checks.append(check) }
  }

  /// Notes that a value was taken out.
  @usableFromInline
  func conceal() { isOpaque = true }
}
