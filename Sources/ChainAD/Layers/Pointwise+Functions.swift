import JacobianChain
import RealModule

/// The usual scalar functions, as `pointwise`. Values and derivatives neither
/// overflow nor lose their digits where the function itself is a double.
extension Layer {
  /// tanh x; φ′ = 1 / cosh² x, and φ″ = −2 φ · φ′.
  ///
  /// - Throws: `ChainError` when the count is below 1.
  public static func tanh(count: Int) throws(ChainError) -> some CurvedFunction
  {
    try Pointwise(named: "tanh", count) { x in
      (.tanh(x), Slopes.tanh(x))
    } bend: { x in
      Bends.tanh(x)
    }
  }

  /// 1 / (1 + e^−x); φ′ = φ(x) · φ(−x), and φ″ = −φ′ · tanh(x / 2).
  ///
  /// - Throws: `ChainError` when the count is below 1.
  public static func sigmoid(count: Int) throws(ChainError)
    -> some CurvedFunction
  {
    try Pointwise(named: "sigmoid", count) { x in
      // e^−|x| can't overflow, and φ(−x) isn't 1 − φ(x), which would cancel.
      let small = Double.exp(-abs(x))
      let (more, less) = (1 / (1 + small), small / (1 + small))
      return (x < 0 ? less : more, more * less)
    } bend: { x in
      Bends.sigmoid(x)
    }
  }

  /// max(0, x); φ′(0) is 0, as JAX and PyTorch have it, and so is φ″ everywhere,
  /// as if there were no kink. (`max` of scalar functions has ½ there.)
  ///
  /// - Throws: `ChainError` when the count is below 1.
  public static func relu(count: Int) throws(ChainError) -> some CurvedFunction
  {
    try Pointwise(named: "relu", count) { x in
      // `x < 0` rather than `x > 0`: NaN stays NaN.
      (x < 0 ? 0 : x, x > 0 ? 1 : 0)
    }
  }

  /// ln(1 + e^x), as max(0, x) + ln(1 + e^−|x|); φ′ = 1 / (1 + e^−x).
  ///
  /// - Throws: `ChainError` when the count is below 1.
  public static func softplus(count: Int) throws(ChainError)
    -> some CurvedFunction
  {
    try Pointwise(named: "softplus", count) { x in
      let small = Double.exp(-abs(x))
      return (
        max(0, x) + .log(onePlus: small), (x < 0 ? small : 1) / (1 + small)
      )
    } bend: { x in
      Slopes.sigmoid(x)
    }
  }

  /// sin x.
  ///
  /// - Throws: `ChainError` when the count is below 1.
  public static func sin(count: Int) throws(ChainError) -> some CurvedFunction {
    try Pointwise(named: "sin", count) { x in
      (.sin(x), .cos(x))
    } bend: { x in
      -.sin(x)
    }
  }

  /// e^x.
  ///
  /// - Throws: `ChainError` when the count is below 1.
  public static func exp(count: Int) throws(ChainError) -> some CurvedFunction {
    try Pointwise(named: "exp", count) { x in
      let y = Double.exp(x)
      return (y, y)
    } bend: { x in
      .exp(x)
    }
  }

}

extension Pointwise {
  /// Both numbers from one rule: what they share is computed once, and without
  /// slopes the other one isn't.
  ///
  /// - Parameter bend: φ″; nil where it is 0 everywhere.
  @inline(__always)
  fileprivate init(
    named name: String, _ count: Int,
    _ rule: @escaping @Sendable (Double) -> (value: Double, slope: Double),
    bend: (@Sendable (Double) -> Double)? = nil
  ) throws(ChainError) {
    var bends: Bend?
    if let bend {
      bends = { x, bends, n in
        for i in 0..<n { bends[i] = bend(x[i]) }
      }
    }
    try self.init(
      name: name, count: count,
      sweep: { x, y, slopes, n in
        if let slopes {
          for i in 0..<n { (y[i], slopes[i]) = rule(x[i]) }
        } else {
          for i in 0..<n { y[i] = rule(x[i]).value }
        }
      }, bend: bends, isStraight: bend == nil)
  }
}
