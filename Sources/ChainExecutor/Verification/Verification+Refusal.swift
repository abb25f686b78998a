import JacobianChain

extension Verification {
  /// The error for a Jacobian that was not verified, with the step that spoilt
  /// it and, where there is one, an order of products that gives it.
  ///
  /// - Parameters:
  ///   - plan: what computed the targets.
  ///   - target: the one that this is the verification of.
  /// - Precondition: the verdict is `disagrees` or `unrepresentable`.
  /// - Complexity: runs of the plan and of other orders, with a verification of
  ///   each value.
  public func refusal(
    of plan: PricedPlan, target: Int, in problem: Problem,
    operands: [any Operand]
  ) -> ChainError {
    if verdict == .unrepresentable {
      return ChainError(
        .disagreement, at: "/targets/\(target)",
        expected: "a Jacobian of finite numbers",
        found: "more than \(Double.greatestFiniteMagnitude) \(place)",
        advice: "scale the factors: in no order does this product fit into "
          + "doubles")
    }
    // All values of a plan at once may be too many; then the step is unknown.
    let failed = try? FailedStep.first(
      in: plan, target: target, of: problem, operands: operands)
    guard let failed, failed.cause != .other else {
      let step = failed.map { " after the step \($0.bracketing)" } ?? ""
      return ChainError(
        .disagreement,
        at: failed.map { "/steps/\($0.step)" } ?? "/targets/\(target)",
        expected: "a Jacobian that agrees with its independent evaluation",
        found: "\(comparison(failed?.outlier ?? outlier))\(step)",
        advice: "please report the problem file, or see the operator behind "
          + "the factor")
    }
    let what = failed.cause == .overflow ? "overflow" : "underflow"
    let order = try? SafeOrder.first(
      for: problem.targets[target], of: problem, operands: operands)
    let advice =
      order.map {
        "the order \($0.bracketing)" + ($0.name.map { ", \($0)," } ?? "")
          + " stays in the range of doubles; or scale the factors"
      }
      ?? "scale the factors: no other order was found that stays in the range "
      + "of doubles"
    return ChainError(
      .disagreement, at: "/steps/\(failed.step)",
      expected: "\(failed.bracketing) in the range of doubles",
      found: "an \(what): \(comparison(failed.outlier))", advice: advice)
  }

  /// "inf at (0, 1) where 3.0 is right".
  private func comparison(_ outlier: Outlier?) -> String {
    guard let outlier else { return "a relative error of \(maxRelativeError)" }
    let right =
      if !outlier.expected.isFinite {
        "more than \(Double.greatestFiniteMagnitude)"
      } else if outlier.expected == 0, outlier.found == 0 {
        "less than \(Double.leastNonzeroMagnitude)"
      } else if outlier.expected == outlier.found {
        "a number with more digits"
      } else {
        "\(outlier.expected)"
      }
    return "\(outlier.found) \(outlier.place) where \(right) is right"
  }

  private var place: String { outlier?.place ?? "in it" }
}

extension Verification.Outlier {
  /// "at (0, 1)", "in the sum over row 0".
  fileprivate var place: String {
    switch (row, column) {
    case (let row?, let column?): "at (\(row), \(column))"
    case (let row?, nil): "in a sum over row \(row)"
    case (nil, let column?): "in a sum over column \(column)"
    case (nil, nil): "in it"
    }
  }
}
