import JacobianChain

/// The table of prices that every format shows: the orders people use without
/// planning, and the plan.
extension Report {
  /// One row.
  struct PriceRow {
    var label: String
    /// fma or makespan, as the plan was chosen; nil for what can't be done.
    var price: UInt128?
    /// Price ÷ price of the plan.
    var ratio: Double?
    /// Σ fma.
    var work: UInt128?
    /// Whether it is the plan of the report.
    var isOwn = false
  }

  /// The baselines, under makespan the plan with the least work, and the plan.
  var priceRows: [PriceRow] {
    var rows = Baseline.all(for: solved.problem).map {
      PriceRow(
        label: $0.label, price: solved.price(of: $0),
        ratio: solved.saving(over: $0), work: solved.baselines?[$0]?.fma)
    }
    if let serial = solved.scheduled?.serial {
      rows.append(
        PriceRow(
          label: "least work", price: serial.makespan,
          ratio: solved.ratio(serial.makespan), work: serial.fma))
    }
    rows.append(
      PriceRow(
        label: planLabel, price: solved.price, ratio: 1, work: solved.plan.fma,
        isOwn: true))
    return rows
  }

  /// The heading of the prices.
  var priceLabel: String { solved.scheduled == nil ? "fma" : "makespan" }

  /// What has to be known about the baselines; nil when nothing has.
  var baselineNote: String? {
    let notes = [targetsNote, sweepNote, orderNote].compactMap { $0 }
    return notes.isEmpty ? nil : notes.joined(separator: "; ")
  }
}
