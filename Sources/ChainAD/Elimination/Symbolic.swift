import RealModule

/// A number that writes down which operations made it: what programs of
/// elimination are compiled from.
///
/// Values are those of `Double`, bit for bit, and comparisons are noted. Who
/// asks for `primal`, or has slopes of their own, takes a number out of the
/// record: such a function keeps to tangents and adjoints.
@usableFromInline
struct Symbolic: LibraryScalar {
  let value: Double
  /// nil for a constant.
  let log: OperationLog?
  /// Of no meaning for a constant.
  let step: Int

  init(_ value: Double, _ log: OperationLog?, step: Int) {
    (self.value, self.log, self.step) = (value, log, step)
  }

  /// A constant.
  @usableFromInline
  init(_ constant: Double) { self.init(constant, nil, step: -1) }

  /// The value, which leaves the record.
  @usableFromInline var primal: Double {
    log?.conceal()
    return value
  }

  /// The step in the log that another number is of, too.
  func step(in log: OperationLog) -> Int {
    self.log == nil ? log.constant(value) : step
  }

  /// An operation on up to three numbers.
  static func apply(
    _ operation: Operation, _ x: Symbolic, _ y: Symbolic? = nil
  ) -> Symbolic {
    let value = operation.value(x.value, y?.value ?? 0)
    guard let log = x.log ?? y?.log else { return Symbolic(value) }
    return Symbolic(
      value, log,
      step: log.step(operation, x.step(in: log), y?.step(in: log) ?? -1))
  }

  private static func compare(
    _ relation: OperationLog.Check.Relation, _ a: Symbolic, _ b: Symbolic
  ) -> Bool {
    let holds =
      switch relation {
      case .less: a.value < b.value
      case .equal: a.value == b.value
      }
    if let log = a.log ?? b.log {
      log.note(relation, a.step(in: log), b.step(in: log), holds)
    }
    return holds
  }

  @usableFromInline
  static func == (a: Symbolic, b: Symbolic) -> Bool { compare(.equal, a, b) }

  @usableFromInline
  static func < (a: Symbolic, b: Symbolic) -> Bool { compare(.less, a, b) }

  /// Slopes of one's own say nothing of other points.
  @usableFromInline
  static func elemental(
    _ x: Symbolic, value: Double, slope: Double
  ) -> Symbolic {
    x.log?.conceal()
    return Symbolic(value, x.log, step: x.step)
  }

  /// Slopes of one's own say nothing of other points.
  @usableFromInline
  static func elemental(
    _ x: Symbolic, _ y: Symbolic, value: Double, slopes: (Double, Double)
  ) -> Symbolic {
    (x.log ?? y.log)?.conceal()
    return x.log == nil
      ? Symbolic(value, y.log, step: y.step)
      : Symbolic(value, x.log, step: x.step)
  }
}

extension Symbolic {
  /// |x|; at 0 the slope is 0.
  @usableFromInline var magnitude: Symbolic {
    if 0 < self { return self }
    if self < 0 { return -self }
    return self == 0 ? .apply(.flat, self) : self
  }

  @usableFromInline
  static func tie(_ x: Symbolic, _ y: Symbolic, weight: Double) -> Symbolic {
    apply(.tie(weight.bitPattern), x, y)
  }

  @usableFromInline
  static func + (a: Symbolic, b: Symbolic) -> Symbolic { apply(.add, a, b) }

  @usableFromInline
  static func - (a: Symbolic, b: Symbolic) -> Symbolic {
    apply(.subtract, a, b)
  }

  @usableFromInline
  static prefix func - (x: Symbolic) -> Symbolic { apply(.negate, x) }

  @usableFromInline
  static func * (a: Symbolic, b: Symbolic) -> Symbolic {
    apply(.multiply, a, b)
  }

  @usableFromInline
  static func / (a: Symbolic, b: Symbolic) -> Symbolic { apply(.divide, a, b) }

  /// Whether there is one is nothing that a comparison tells.
  @usableFromInline var reciprocal: Symbolic? {
    log?.conceal()
    return value.reciprocal.map { _ in 1 / self }
  }
}
