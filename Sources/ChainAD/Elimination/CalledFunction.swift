import CChainKernels
import RealModule

/// The functions that programs call, by number; slopes that take more than a
/// product are among them.
@usableFromInline
enum CalledFunction: UInt16, CaseIterable, Sendable {
  case exp, expMinusOne, exp2, exp10
  case log, logOnePlus, log2, log10, logSlope, log2Slope, log10Slope
  case sin, cos, tan, asin, acos, atan, asinSlope, atanSlope
  case sinh, cosh, tanh, asinh, acosh, atanh
  case tanhSlope, asinhSlope, acoshSlope, atanhSlope
  /// xʸ, xⁿ and the n-th root, n a whole number.
  case pow, powInBase, powInExponent, power, powerSlope, root, rootSlope
  case atan2, hypot
  case erf, erfc, erfSlope, gamma, logGamma, digamma
  case sigmoid, sigmoidSlope, softplus, logAddExp, logAddExpSlope

  /// The function itself; numbers that it doesn't have mean nothing to it.
  func value(_ x: Double, _ y: Double, _ z: Double) -> Double {
    Self.table.functions[Int(rawValue)]!(x, y, z)
  }

  /// As C calls them, by their numbers.
  struct Table: @unchecked Sendable {
    /// Never written to again, and never freed.
    let functions: UnsafePointer<scalar_function?>

    init() {
      let count = CalledFunction.allCases.count
      let functions = UnsafeMutablePointer<scalar_function?>.allocate(
        capacity: count)
      for function in CalledFunction.allCases {
        (functions + Int(function.rawValue)).initialize(
          to: function.implementation)
      }
      self.functions = UnsafePointer(functions)
    }
  }

  static let table = Table()

  private var implementation: scalar_function {
    switch self {
    case .exp: { x, _, _ in .exp(x) }
    case .expMinusOne: { x, _, _ in .expMinusOne(x) }
    case .exp2: { x, _, _ in .exp2(x) }
    case .exp10: { x, _, _ in .exp10(x) }
    case .log: { x, _, _ in .log(x) }
    case .logOnePlus: { x, _, _ in .log(onePlus: x) }
    case .log2: { x, _, _ in .log2(x) }
    case .log10: { x, _, _ in .log10(x) }
    case .logSlope: { x, _, _ in Traced.inverseOf(x) }
    case .log2Slope:
      { x, _, _ in Traced.inverseOf(x, times: Traced.binaryLogOfE) }
    case .log10Slope:
      { x, _, _ in Traced.inverseOf(x, times: Traced.decimalLogOfE) }
    case .sin: { x, _, _ in .sin(x) }
    case .cos: { x, _, _ in .cos(x) }
    case .tan: { x, _, _ in .tan(x) }
    case .asin: { x, _, _ in .asin(x) }
    case .acos: { x, _, _ in .acos(x) }
    case .atan: { x, _, _ in .atan(x) }
    case .asinSlope: { x, _, _ in Slopes.asin(x) }
    case .atanSlope: { x, _, _ in Slopes.atan(x) }
    case .sinh: { x, _, _ in .sinh(x) }
    case .cosh: { x, _, _ in .cosh(x) }
    case .tanh: { x, _, _ in .tanh(x) }
    case .asinh: { x, _, _ in .asinh(x) }
    case .acosh: { x, _, _ in .acosh(x) }
    case .atanh: { x, _, _ in .atanh(x) }
    case .tanhSlope: { x, _, _ in Slopes.tanh(x) }
    case .asinhSlope: { x, _, _ in Slopes.asinh(x) }
    case .acoshSlope: { x, _, _ in Slopes.acosh(x) }
    case .atanhSlope: { x, _, _ in Slopes.atanh(x) }
    case .pow: { x, y, _ in .pow(x, y) }
    case .powInBase: { x, y, value in Slopes.pow(inBase: x, y, of: value) }
    case .powInExponent:
      { x, y, value in Slopes.pow(inExponent: y, ofBase: x, of: value) }
    case .power: { x, n, _ in .pow(x, Int(n)) }
    case .powerSlope: { x, n, _ in Slopes.pow(x, Int(n)) }
    case .root: { x, n, _ in .root(x, Int(n)) }
    case .rootSlope: { x, n, value in Slopes.root(x, Int(n), of: value) }
    case .atan2: { y, x, _ in .atan2(y: y, x: x) }
    case .hypot: { x, y, _ in .hypot(x, y) }
    case .erf: { x, _, _ in .erf(x) }
    case .erfc: { x, _, _ in .erfc(x) }
    case .erfSlope: { x, _, _ in Slopes.erf(x) }
    case .gamma: { x, _, _ in .gamma(x) }
    case .logGamma: { x, _, _ in .logGamma(x) }
    case .digamma: { x, _, _ in ChainAD.digamma(x) }
    case .sigmoid: { x, _, _ in .sigmoid(x) }
    case .sigmoidSlope: { x, _, _ in Slopes.sigmoid(x) }
    case .softplus: { x, _, _ in .softplus(x) }
    case .logAddExp: { x, y, _ in .logAddExp(x, y) }
    case .logAddExpSlope: { x, y, _ in Slopes.logAddExp(x, y) }
    }
  }
}
