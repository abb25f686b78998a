import ChainReports
import JacobianChain

/// (2) What orders take on a clock, ours and peers', and whether fma said so.
struct SecondsSection {
  let results: BenchResults

  var blocks: [Block] {
    let pivot = Pivot(.seconds, results.rows("seconds", "run seconds"))
    return [
      .section("2. Measured seconds"),
      .paragraph(
        "Medians, with the first and third quartile as whiskers and in "
          + "brackets. optimum, forward, reverse and best split are our "
          + "executor on given factors, as numpy's multi_dot is; the prepared "
          + "Jacobian differentiates the function, as JAX and CasADi do. "
          + "A peer's time counts only after its answer agreed with ours."),
    ] + results.absence("seconds", .seconds)
      + pivot.families.flatMap { family($0, pivot) } + pivot.outcomes
      + PredictionSection(results: results).blocks
      + ProfileSection(results).blocks
      + execution + functions + jax
  }

  private func family(_ name: String, _ pivot: Pivot) -> [Block] {
    let cases = pivot.family(name)
    let title = name.isEmpty ? "problems" : name
    return [
      pivot.figure(
        "seconds a Jacobian, \(title)",
        pivot.dots(cases, axis: "seconds a Jacobian"), of: cases,
        caption(cases, pivot)),
      pivot.table("Seconds, \(title)", cases),
    ]
  }

  private func caption(_ cases: [Pivot.Case], _ pivot: Pivot) -> String {
    let gains = cases.compactMap { item -> Double? in
      guard let best = pivot.betterMode(item),
        let ours = pivot.value(item.name, "optimum"), ours > 0
      else { return nil }
      return best / ours
    }
    var text =
      gains.isEmpty
      ? ""
      : "The optimum's plan is faster than the better of forward and reverse "
        + "in \(Sentence.share(gains.count { $0 > 1 }, gains.count)); that one "
        + "takes \(Sentence.range(gains, .ratio)) its time. "
    var wins: [String: Int] = [:]
    for item in cases {
      let figures = pivot.contestants.compactMap { name in
        pivot.value(item.name, name).map { (name, $0) }
      }
      if let first = figures.min(by: { $0.1 < $1.1 }) {
        wins[first.0, default: 0] += 1
      }
    }
    let order = pivot.contestants.filter { wins[$0] != nil }
      .map { "\($0) in \(wins[$0] ?? 0)" }
    if !order.isEmpty {
      text +=
        "Fastest of all of \(counted(cases.count, "case")): "
        + Sentence.list(order) + "."
    }
    return text.isEmpty ? "No case has a figure that counts." : text
  }

  private var execution: [Block] {
    let pivot = Pivot(.execution, results.rows("execution", "run seconds"))
    return [.heading("What executing a plan costs beyond its multiplications")]
      + results.absence("execution", .execution)
      + compare(
        pivot, "plan", ["bare dgemm"], "seconds of plans and of bare dgemm",
        "The same products by bare calls of dgemm take")
  }

  private var functions: [Block] {
    let pivot = Pivot(
      .functions, results.rows("functions", "jacobian seconds"))
    return [.heading("Jacobians of composed functions")]
      + results.absence("functions", .functions)
      + compare(
        pivot, "planned", ["forward", "reverse"],
        "seconds a Jacobian of a composed function",
        "The better of forward and reverse, written by hand on the same "
          + "layers, takes")
  }

  private var jax: [Block] {
    let seconds = ExpectedSuite.Quantity.jax("jacobian seconds")
    let pivot = Pivot(seconds, results.rows("python", seconds.name))
    return [.heading("Jacobians of functions in JAX")]
      + results.absence("python", seconds)
      + compare(
        pivot, "jacobian", ["jax jacfwd", "jax jacrev"],
        "seconds a Jacobian of a function in JAX",
        "The better of jacfwd and jacrev takes")
  }

  /// Figures of ours beside another way, as a drawing and a table.
  private func compare(
    _ pivot: Pivot, _ ours: String, _ others: [String], _ title: String,
    _ sentence: String
  ) -> [Block] {
    guard !pivot.cases.isEmpty else { return [] }
    let ratios = pivot.cases.compactMap { item -> Double? in
      let other = others.compactMap { pivot.value(item.name, $0) }.min()
      guard let own = pivot.value(item.name, ours), let other, own > 0
      else { return nil }
      return other / own
    }
    let caption =
      ratios.isEmpty
      ? "No case has both sides to compare."
      : "\(sentence) \(Sentence.range(ratios, .ratio)) the time of "
        + "\(ours), over \(counted(ratios.count, "case"))."
    let chart = pivot.dots(pivot.cases, axis: "seconds")
    return [
      pivot.figure(title, chart, of: pivot.cases, caption),
      pivot.table(title, pivot.cases),
    ] + pivot.outcomes
  }
}
