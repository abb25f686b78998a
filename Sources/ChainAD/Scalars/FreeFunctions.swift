import RealModule

// The functions under the names that C and Swift's own libraries have for them:
// `sqrt(x)` is `T.sqrt(x)`. They are for every `Scalar`, not for every
// `ElementaryFunctions`, so that those of the C library, for `Float`, and
// Foundation's stay what they were where both are imported: a function for one
// type goes before a generic one. There is no `gamma(x)`, which in C is ln Γ.

/// eˣ.
@inlinable
public func exp<T: Scalar>(_ x: T) -> T { .exp(x) }

/// eˣ − 1, accurate near 0.
@inlinable
public func expm1<T: Scalar>(_ x: T) -> T { .expMinusOne(x) }

/// 2ˣ.
@inlinable
public func exp2<T: Scalar>(_ x: T) -> T { .exp2(x) }

/// 10ˣ.
@inlinable
public func exp10<T: Scalar>(_ x: T) -> T { .exp10(x) }

/// ln x.
@inlinable
public func log<T: Scalar>(_ x: T) -> T { .log(x) }

/// ln (1 + x), accurate near 0.
@inlinable
public func log1p<T: Scalar>(_ x: T) -> T { .log(onePlus: x) }

/// The binary logarithm.
@inlinable
public func log2<T: Scalar>(_ x: T) -> T { .log2(x) }

/// The decimal logarithm.
@inlinable
public func log10<T: Scalar>(_ x: T) -> T { .log10(x) }

/// √x.
@inlinable
public func sqrt<T: Scalar>(_ x: T) -> T { .sqrt(x) }

/// The cube root, also of negative numbers.
@inlinable
public func cbrt<T: Scalar>(_ x: T) -> T { .root(x, 3) }

/// sin x; x in radians.
@inlinable
public func sin<T: Scalar>(_ x: T) -> T { .sin(x) }

/// cos x.
@inlinable
public func cos<T: Scalar>(_ x: T) -> T { .cos(x) }

/// tan x.
@inlinable
public func tan<T: Scalar>(_ x: T) -> T { .tan(x) }

/// arcsin x.
@inlinable
public func asin<T: Scalar>(_ x: T) -> T { .asin(x) }

/// arccos x.
@inlinable
public func acos<T: Scalar>(_ x: T) -> T { .acos(x) }

/// arctan x.
@inlinable
public func atan<T: Scalar>(_ x: T) -> T { .atan(x) }

/// sinh x.
@inlinable
public func sinh<T: Scalar>(_ x: T) -> T { .sinh(x) }

/// cosh x.
@inlinable
public func cosh<T: Scalar>(_ x: T) -> T { .cosh(x) }

/// tanh x.
@inlinable
public func tanh<T: Scalar>(_ x: T) -> T { .tanh(x) }

/// arsinh x.
@inlinable
public func asinh<T: Scalar>(_ x: T) -> T { .asinh(x) }

/// arcosh x.
@inlinable
public func acosh<T: Scalar>(_ x: T) -> T { .acosh(x) }

/// artanh x.
@inlinable
public func atanh<T: Scalar>(_ x: T) -> T { .atanh(x) }

/// The error function.
@inlinable
public func erf<T: Scalar>(_ x: T) -> T { .erf(x) }

/// 1 − erf x, accurate for large x.
@inlinable
public func erfc<T: Scalar>(_ x: T) -> T { .erfc(x) }

/// Γ(x).
@inlinable
public func tgamma<T: Scalar>(_ x: T) -> T { .gamma(x) }

#if !os(Windows)
  /// ln |Γ(x)|.
  @inlinable
  public func lgamma<T: Scalar>(_ x: T) -> T { .logGamma(x) }
#endif

/// 1 / (1 + e^−x), without overflow.
@inlinable
public func sigmoid<T: Scalar>(_ x: T) -> T { .sigmoid(x) }

/// ln(1 + eˣ), without overflow.
@inlinable
public func softplus<T: Scalar>(_ x: T) -> T { .softplus(x) }

/// xʸ for x ≥ 0.
@inlinable
public func pow<T: Scalar>(_ x: T, _ y: T) -> T { .pow(x, y) }

/// xⁿ, also of negative numbers.
///
/// `Double`'s own `pow(x, 2)`, which Swift can differentiate, goes before it.
@inlinable
@_disfavoredOverload
public func pow<T: Scalar>(_ x: T, _ n: Int) -> T { .pow(x, n) }

/// √(x² + y²).
@inlinable
public func hypot<T: Scalar>(_ x: T, _ y: T) -> T { .hypot(x, y) }

/// The angle of the point (x, y).
@inlinable
public func atan2<T: Scalar>(_ y: T, _ x: T) -> T { .atan2(y: y, x: x) }

/// ln(eˣ + eʸ), without overflow.
@inlinable
public func logAddExp<T: Scalar>(_ x: T, _ y: T) -> T { .logAddExp(x, y) }
