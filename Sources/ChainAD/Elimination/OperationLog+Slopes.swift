/// A partial derivative of a step.
enum Slope {
  case constant(Double)
  /// The value of a step, or its negative.
  case step(Int)
  case negative(Int)
}

extension OperationLog {
  /// By which operands a step moves, and how: the formulas of `ActiveScalar`,
  /// as steps of the log.
  ///
  /// - Parameter moves: whether an operand depends on what is differentiated
  ///   by.
  func slopes(
    of number: Int, where moves: (Int) -> Bool
  ) -> [(operand: Int, slope: Slope)] {
    let (x, y, _) = steps[number].operands
    let v = number
    var found: [(operand: Int, slope: Slope)] = []
    func by(_ operand: Int, _ slope: () -> Slope) {
      if moves(operand) { found.append((operand, simplified(slope()))) }
    }
    switch steps[number].operation {
    case .input, .constant: break
    case .add:
      by(x) { .constant(1) }
      by(y) { .constant(1) }
    case .subtract:
      by(x) { .constant(1) }
      by(y) { .constant(-1) }
    case .negate: by(x) { .constant(-1) }
    case .multiply:
      by(x) { .step(y) }
      by(y) { .step(x) }
    case .divide:
      by(x) { .step(folded(.divide, constant(1), y)) }
      by(y) {
        .negative(
          folded(.multiply, v, folded(.divide, constant(1), y)))
      }
    case .squareRoot: by(x) { .step(folded(.divide, constant(0.5), v)) }
    case .flat: by(x) { .constant(0) }
    case .tie(let bits):
      let weight = Double(bitPattern: bits)
      by(x) { .constant(1 - weight) }
      by(y) { .constant(weight) }
    case .call(let function):
      switch function.slopes {
      case .one(let slope): by(x) { slope(self, x, v) }
      case .two(let first, let second):
        by(x) { first(self, x, y, v) }
        by(y) { second(self, x, y, v) }
      }
    }
    return found
  }

  private func simplified(_ slope: Slope) -> Slope {
    switch slope {
    case .constant: slope
    case .step(let step): constantValue(step).map { .constant($0) } ?? slope
    case .negative(let step):
      constantValue(step).map { .constant(-$0) } ?? slope
    }
  }

  fileprivate func call(
    _ function: CalledFunction, _ x: Int, _ y: Int? = nil, _ z: Int? = nil
  ) -> Int { folded(.call(function), x, y, z) }

  /// n / h / h with h = √(x² + y²), whose square might overflow.
  fileprivate func byRadius(_ n: Int, _ x: Int, _ y: Int) -> Int {
    let h = call(.hypot, x, y)
    return folded(.divide, folded(.divide, n, h), h)
  }
}

extension CalledFunction {
  fileprivate enum SlopeRule {
    /// By x, of x and the value.
    case one((OperationLog, Int, Int) -> Slope)
    /// By x and by y, of x, y and the value.
    case two(
      (OperationLog, Int, Int, Int) -> Slope,
      (OperationLog, Int, Int, Int) -> Slope)
  }

  fileprivate var slopes: SlopeRule {
    func called(_ slope: CalledFunction) -> SlopeRule {
      .one { log, x, _ in .step(log.call(slope, x)) }
    }
    func minus(_ slope: CalledFunction) -> SlopeRule {
      .one { log, x, _ in .negative(log.call(slope, x)) }
    }
    func scaled(_ factor: Double) -> SlopeRule {
      .one { log, _, v in
        .step(log.folded(.multiply, log.constant(factor), v))
      }
    }
    return switch self {
    case .exp: .one { _, _, v in .step(v) }
    case .expMinusOne: called(.exp)
    case .exp2: scaled(Traced.naturalLogOf2)
    case .exp10: scaled(Traced.naturalLogOf10)
    case .log: called(.logSlope)
    case .logOnePlus:
      .one { log, x, _ in
        .step(log.call(.logSlope, log.folded(.add, log.constant(1), x)))
      }
    case .log2: called(.log2Slope)
    case .log10: called(.log10Slope)
    case .sin: called(.cos)
    case .cos: minus(.sin)
    case .tan:
      .one { log, _, v in
        .step(
          log.folded(.add, log.constant(1), log.folded(.multiply, v, v)))
      }
    case .asin: called(.asinSlope)
    case .acos: minus(.asinSlope)
    case .atan: called(.atanSlope)
    case .sinh: called(.cosh)
    case .cosh: called(.sinh)
    case .tanh: called(.tanhSlope)
    case .asinh: called(.asinhSlope)
    case .acosh: called(.acoshSlope)
    case .atanh: called(.atanhSlope)
    case .pow:
      .two(
        { log, x, y, v in .step(log.call(.powInBase, x, y, v)) },
        { log, x, y, v in .step(log.call(.powInExponent, x, y, v)) })
    case .power:
      .two(
        { log, x, n, _ in .step(log.call(.powerSlope, x, n)) },
        { _, _, _, _ in .constant(0) })
    case .root:
      .two(
        { log, x, n, v in .step(log.call(.rootSlope, x, n, v)) },
        { _, _, _, _ in .constant(0) })
    case .atan2:
      .two(
        { log, y, x, _ in .step(log.byRadius(x, x, y)) },
        { log, y, x, _ in .negative(log.byRadius(y, x, y)) })
    case .hypot:
      .two(
        { log, x, _, v in .step(log.folded(.divide, x, v)) },
        { log, _, y, v in .step(log.folded(.divide, y, v)) })
    case .erf: called(.erfSlope)
    case .erfc: minus(.erfSlope)
    case .gamma:
      .one { log, x, v in
        .step(log.folded(.multiply, v, log.call(.digamma, x)))
      }
    case .logGamma: called(.digamma)
    case .sigmoid: called(.sigmoidSlope)
    case .softplus: called(.sigmoid)
    case .logAddExp:
      .two(
        { log, x, y, _ in .step(log.call(.logAddExpSlope, x, y)) },
        { log, x, y, _ in .step(log.call(.logAddExpSlope, y, x)) })
    case .logSlope, .log2Slope, .log10Slope, .asinSlope, .atanSlope,
      .tanhSlope, .asinhSlope, .acoshSlope, .atanhSlope, .powInBase,
      .powInExponent, .powerSlope, .rootSlope, .erfSlope, .digamma,
      .sigmoidSlope, .logAddExpSlope:
      preconditionFailure("functions don't call slopes")
    }
  }
}
