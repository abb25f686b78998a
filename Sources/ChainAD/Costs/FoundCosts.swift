import JacobianChain

/// What is found of a function at one point: what it leaves undeclared, and
/// the seconds of all products that plans may want of it.
struct FoundCosts {
  /// fma of one product in either mode; nil where nobody can look inside.
  private(set) var product: Int?
  /// Nanoseconds by mode; empty unless they are asked for.
  private(set) var times: [Mode: EvaluationTime] = [:]

  /// Nothing: for functions that declare all that plans need, without a point.
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
    for mode in Mode.allCases where function.offersProducts(mode) {
      times[mode] = try meter.time(of: mode)
    }
  }
}

extension ElementalFunction {
  /// What one product in a mode costs; nil where there is none.
  func cost(_ mode: Mode) -> ElementalCosts.Cost? {
    guard abilities.contains(mode.ability) else { return nil }
    return mode == .tangent ? costs.tangent : costs.adjoint
  }

  /// Whether plans may want products in a mode: beside entries that are free
  /// only those that are declared to cost less.
  fileprivate func offersProducts(_ mode: Mode) -> Bool {
    switch cost(mode) {
    case nil: false
    case .declared: true
    case .counted, .undeclared: !hasFreeEntries
    }
  }

  /// Whether costs of it are looked for where there is a point: the missing
  /// ones, and under a rate in seconds those of all products.
  func usesPoint(at rate: Rate) -> Bool {
    needsPoint(at: rate)
      || rate != .fma && Mode.allCases.contains(where: offersProducts)
  }

  /// Whether a cost that plans need at some rate has to be found at a point.
  func needsPoint(at rate: Rate) -> Bool {
    guard !hasFreeEntries else { return false }
    return Mode.allCases.contains { cost($0) == .undeclared }
      && (rate != .fma || (self as? any RecordedFunction)?.isRecorded == true)
  }
}
