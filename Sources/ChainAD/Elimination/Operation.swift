/// What a step of a recorded scalar function does with up to three numbers.
@usableFromInline
enum Operation: Hashable, Sendable {
  /// An input, by number; the parameters come after the inputs.
  case input(Int)
  /// A constant, by its bits: −0 isn't 0.
  case constant(UInt64)
  case add, subtract, multiply, divide, negate, squareRoot
  /// |x| at 0, whose slope is 0.
  case flat
  /// The first of two numbers that tie, whose slopes are 1 − w and w; w by its
  /// bits.
  case tie(UInt64)
  /// A function of the C library or of this one.
  case call(CalledFunction)

  /// The result, bit for bit as `Double` has it.
  ///
  /// - Precondition: it isn't an input.
  func value(_ x: Double, _ y: Double = 0, _ z: Double = 0) -> Double {
    switch self {
    case .input: preconditionFailure("an input has the value it is given")
    case .constant(let bits): Double(bitPattern: bits)
    case .add: x + y
    case .subtract: x - y
    case .multiply: x * y
    case .divide: x / y
    case .negate: -x
    case .squareRoot: .sqrt(x)
    case .flat: 0
    case .tie: x
    case .call(let function): function.value(x, y, z)
    }
  }

  /// Whether both operands may change their places.
  var commutes: Bool { self == .add || self == .multiply }
}
