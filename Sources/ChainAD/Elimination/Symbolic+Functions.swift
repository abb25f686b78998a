import RealModule

/// Every function is a call but the square root; slopes come when programs are
/// compiled.
extension Symbolic {
  private static func call(
    _ function: CalledFunction, _ x: Symbolic, _ y: Symbolic? = nil
  ) -> Symbolic { apply(.call(function), x, y) }

  /// A whole number as an operand.
  private static func whole(_ n: Int, _ x: Symbolic) -> Symbolic {
    if Double(exactly: n) == nil { x.log?.conceal() }
    return Symbolic(Double(exactly: n) ?? 0)
  }

  @usableFromInline
  static func exp(_ x: Symbolic) -> Symbolic { call(.exp, x) }
  @usableFromInline
  static func expMinusOne(_ x: Symbolic) -> Symbolic { call(.expMinusOne, x) }
  @usableFromInline
  static func exp2(_ x: Symbolic) -> Symbolic { call(.exp2, x) }
  @usableFromInline
  static func exp10(_ x: Symbolic) -> Symbolic { call(.exp10, x) }
  @usableFromInline
  static func log(_ x: Symbolic) -> Symbolic { call(.log, x) }
  @usableFromInline
  static func log(onePlus x: Symbolic) -> Symbolic { call(.logOnePlus, x) }
  @usableFromInline
  static func log2(_ x: Symbolic) -> Symbolic { call(.log2, x) }
  @usableFromInline
  static func log10(_ x: Symbolic) -> Symbolic { call(.log10, x) }
  @usableFromInline
  static func sin(_ x: Symbolic) -> Symbolic { call(.sin, x) }
  @usableFromInline
  static func cos(_ x: Symbolic) -> Symbolic { call(.cos, x) }
  @usableFromInline
  static func tan(_ x: Symbolic) -> Symbolic { call(.tan, x) }
  @usableFromInline
  static func asin(_ x: Symbolic) -> Symbolic { call(.asin, x) }
  @usableFromInline
  static func acos(_ x: Symbolic) -> Symbolic { call(.acos, x) }
  @usableFromInline
  static func atan(_ x: Symbolic) -> Symbolic { call(.atan, x) }
  @usableFromInline
  static func sinh(_ x: Symbolic) -> Symbolic { call(.sinh, x) }
  @usableFromInline
  static func cosh(_ x: Symbolic) -> Symbolic { call(.cosh, x) }
  @usableFromInline
  static func tanh(_ x: Symbolic) -> Symbolic { call(.tanh, x) }
  @usableFromInline
  static func asinh(_ x: Symbolic) -> Symbolic { call(.asinh, x) }
  @usableFromInline
  static func acosh(_ x: Symbolic) -> Symbolic { call(.acosh, x) }
  @usableFromInline
  static func atanh(_ x: Symbolic) -> Symbolic { call(.atanh, x) }
  @usableFromInline
  static func pow(_ x: Symbolic, _ y: Symbolic) -> Symbolic {
    call(.pow, x, y)
  }
  @usableFromInline
  static func pow(_ x: Symbolic, _ n: Int) -> Symbolic {
    call(.power, x, whole(n, x))
  }
  @usableFromInline
  static func sqrt(_ x: Symbolic) -> Symbolic { apply(.squareRoot, x) }
  @usableFromInline
  static func root(_ x: Symbolic, _ n: Int) -> Symbolic {
    call(.root, x, whole(n, x))
  }
  @usableFromInline
  static func atan2(y: Symbolic, x: Symbolic) -> Symbolic {
    call(.atan2, y, x)
  }
  @usableFromInline
  static func hypot(_ x: Symbolic, _ y: Symbolic) -> Symbolic {
    call(.hypot, x, y)
  }
  @usableFromInline
  static func erf(_ x: Symbolic) -> Symbolic { call(.erf, x) }
  @usableFromInline
  static func erfc(_ x: Symbolic) -> Symbolic { call(.erfc, x) }
  @usableFromInline
  static func gamma(_ x: Symbolic) -> Symbolic { call(.gamma, x) }

  #if !os(Windows)
    @usableFromInline
    static func logGamma(_ x: Symbolic) -> Symbolic { call(.logGamma, x) }
    @usableFromInline
    static func signGamma(_ x: Symbolic) -> FloatingPointSign {
      Double.signGamma(x.primal)
    }
  #endif

  @usableFromInline
  static func sigmoid(_ x: Symbolic) -> Symbolic { call(.sigmoid, x) }
  @usableFromInline
  static func softplus(_ x: Symbolic) -> Symbolic { call(.softplus, x) }
  @usableFromInline
  static func logAddExp(_ x: Symbolic, _ y: Symbolic) -> Symbolic {
    call(.logAddExp, x, y)
  }
}
