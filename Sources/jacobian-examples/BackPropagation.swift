import ChainAD
import ChainExecutor
import ChainSolvers
import JacobianChain

/// When reverse mode is best, when it isn't, and what structure does.
enum BackPropagation {
  static let examples = [
    Example(
      name: "loss", title: "1000-100-10-1: a gradient is reverse mode"
    ) {
      let prepared = try Accumulation.network([1000, 100, 10, 1]).prepare()
      return try savings(prepared)
    },
    Example(
      name: "bottlenecks",
      title: "1000-1-1000-1-1000: neither forward nor reverse is near"
    ) {
      let prepared = try Accumulation.network([1000, 1, 1000, 1, 1000])
        .prepare()
      return try savings(prepared)
    },
    Example(
      name: "million-sigmoids",
      title: "a Jacobian of a million by a million that would take 8 TB"
    ) {
      let n = 1_000_000
      let f = try ComposedFunction([try Layer.sigmoid(count: n)])
      let jacobian = try f.jacobian(at: numbers(n))
      guard jacobian.storedBytes == 8 * n else {
        throw Broken(description: "\(jacobian.storedBytes) bytes")
      }
      return ["\(jacobian.pattern.structure.name), \(jacobian.storedBytes) B"]
    },
    Example(
      name: "two-vjps", title: "a JVP made of two VJPs, and composed VJPs"
    ) {
      let half = Elemental.pullback(name: "sum and product", OnlyPullback())
      let f = try ComposedFunction([half, half])
      let prepared = try f.prepare(measuringAt: [4, 5])
      let jvp = try prepared.jvp(at: [4, 5], tangents: [1, 2])
      // By hand: z = (9, 20), ż = (3, 13), then (3 + 13, 20·3 + 9·13).
      try difference(jvp, [16, 177], atMost: 0)
      let vjp = try prepared.vjp(at: [4, 5], cotangents: [1, 2])
      // v·J₂ = (1 + 2·20, 1 + 2·9), and once more with (5, 4).
      try difference(vjp, [41 + 5 * 19, 41 + 4 * 19], atMost: 0)
      return ["J·(1, 2) = \(words(jvp))", "(1, 2)·J = \(words(vjp))"]
    },
  ]

  private static func savings(_ prepared: PreparedJacobian) throws -> [String] {
    let solved = try prepared.solved.compared()
    let best = solved.price
    return [("forward", Baseline.forward), ("reverse", .reverse)].map {
      name, baseline in
      guard let price = solved.price(of: baseline) else {
        return "\(name): not possible"
      }
      let tenths = (price * 10 + best / 2) / best
      return "\(name) \(price) fma, \(tenths / 10).\(tenths % 10) times "
        + "the best order, \(best)"
    }
  }
}

/// The pullback alone: v ↦ v · J.
private struct OnlyPullback: Pullback {
  let inputCount = 2, outputCount = 2

  func value(at x: [Double]) -> [Double] { [x[0] + x[1], x[0] * x[1]] }

  func callAsFunction<T: Scalar>(at x: [Double], _ v: [T]) -> [T] {
    [v[0] + T(x[1]) * v[1], v[0] + T(x[0]) * v[1]]
  }
}
