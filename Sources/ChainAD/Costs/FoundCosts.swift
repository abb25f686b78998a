import JacobianChain

/// What is found of a function that leaves costs undeclared, at one point.
struct FoundCosts {
  /// fma of one product in either mode; nil where nobody can look inside.
  private(set) var product: Int?
  /// Nanoseconds by mode; empty unless they are asked for.
  private(set) var times: [Mode: EvaluationTime] = [:]

  /// Nothing: for functions that declare all that plans need.
  init() {}

  /// - Parameters:
  ///   - place: stands at the point.
  ///   - point: the function's inputs.
  ///   - isTimed: whether nanoseconds are wanted.
  init(
    _ function: any ElementalFunction, _ place: any Linearization,
    at point: [Double], isTimed: Bool
  ) throws {
    product = try (place as? any RecordedPlace)?.recordedProduct()
    guard isTimed else { return }
    let meter = CostMeter(place, at: point, outputs: function.outputCount)
    for mode in Mode.allCases where function.leavesUndeclared(mode) {
      times[mode] = try meter.time(of: mode)
    }
  }
}

extension ElementalFunction {
  /// Whether products in a mode are there and have no declared cost.
  func leavesUndeclared(_ mode: Mode) -> Bool {
    switch mode {
    case .tangent:
      abilities.contains(.tangent) && costs.tangent == .undeclared
    case .adjoint:
      abilities.contains(.adjoint) && costs.adjoint == .undeclared
    }
  }

  /// Whether a cost that plans need at some rate has to be found at a point.
  func needsPoint(at rate: Rate) -> Bool {
    guard !hasFreeEntries else { return false }
    return Mode.allCases.contains(where: leavesUndeclared)
      && (rate != .fma || (self as? any RecordedFunction)?.isRecorded == true)
  }
}
