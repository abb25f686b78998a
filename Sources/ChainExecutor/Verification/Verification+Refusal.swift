import JacobianChain

extension Verification {
  /// The error for a Jacobian that was not verified, with the step that spoilt
  /// it and, where there is one, an order of products that gives it.
  ///
  /// - Parameters:
  ///   - plan: what computed the targets.
  ///   - target: the one that this is the verification of.
  ///   - control: may stop the search for the step and for another order; the
  ///     result is refused all the same, and the advice says what was cut
  ///     short.
  /// - Precondition: the verdict is `disagrees` or `unrepresentable`.
  /// - Complexity: runs of the plan and of other orders, with a verification of
  ///   each value.
  public func refusal(
    of plan: PricedPlan, target: Int, in problem: Problem,
    operands: [Operand], control: SearchControl = SearchControl()
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
    let search = Diagnosis { () throws(ChainError) in
      try FailedStep.first(
        in: plan, target: target, of: problem, operands: operands,
        control: control)
    }
    let failed = search.found
    guard let failed, failed.cause != .other else {
      let step = failed.map { " after the step \($0.bracketing)" } ?? ""
      return ChainError(
        .disagreement,
        at: failed.map { "/steps/\($0.step)" } ?? "/targets/\(target)",
        expected: "a Jacobian that agrees with its independent evaluation",
        found: "\(comparison(failed?.outlier ?? outlier))\(step)",
        advice: search.cutShort.map {
          "the search for the step that spoilt it was cut short by \($0): give "
            + "it more time"
        }
          ?? (outlier?.found.isFinite ?? true
            ? "please report the problem file, or see the operator behind "
              + "the factor"
            : "scale the factors: a value of this order is beyond the range of "
              + "doubles"))
    }
    let what = failed.cause == .overflow ? "overflow" : "underflow"
    let orders = Diagnosis { () throws(ChainError) in
      try SafeOrder.first(
        for: target, of: problem, operands: operands, control: control)
    }
    let advice =
      orders.found.map {
        "the order \($0.words)" + ($0.name.map { ", \($0)," } ?? "")
          + " stays in the range of doubles; or scale the factors"
      }
      ?? orders.cutShort.map {
        "scale the factors; the search for an order that stays in the range of "
          + "doubles was cut short by \($0)"
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

/// What one of the searches behind a refusal came to.
private struct Diagnosis<Found> {
  /// nil when there is nothing, it takes too much, or it was cut short.
  private(set) var found: Found?
  /// What cut it short, in words.
  private(set) var cutShort: String?

  init(_ search: () throws(ChainError) -> Found?) {
    do {
      found = try search()
    } catch {
      cutShort = error.stopReason.map {
        $0 == .interrupted ? "an interruption" : "the time limit"
      }
    }
  }
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
