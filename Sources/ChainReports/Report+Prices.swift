import JacobianChain

/// The table of prices that every format shows: the orders people use without
/// planning, and the plan.
extension Report {
  /// One row.
  struct PriceRow {
    var label: String
    /// fma, makespan or nanoseconds, as the plan was chosen; nil for what can't
    /// be done.
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
  var priceLabel: String {
    if solved.scheduled != nil { return "makespan" }
    return isTimed ? "predicted" : "fma"
  }

  /// Whether prices are predicted seconds.
  var isTimed: Bool { solved.objective.rate.unit == .nanoseconds }

  /// Whether the work is something else than the price, and worth a column.
  var showsWork: Bool { solved.scheduled != nil || isTimed }

  /// A price in a table.
  func cell(_ price: UInt128) -> String {
    isTimed
      ? Format.nanoseconds(price) : DigitGrouping.narrow.cell(price)
  }

  /// The same with all its digits, and with its unit.
  func amount(_ price: UInt128) -> String {
    Format.amount(price, solved.objective.rate.unit)
  }

  /// What predicted the seconds: "the profile of AMD EPYC, avx2 kernels"; nil
  /// under other objectives.
  var profileLine: String? {
    guard let origin = solved.objective.rate.profile?.origin else {
      return nil
    }
    return "\(origin.processor), \(origin.kernels) kernels, "
      + "build \(origin.build)"
  }

  /// What has to be known about the baselines; nil when nothing has.
  var baselineNote: String? {
    let notes = [targetsNote, sweepNote, orderNote].compactMap { $0 }
    return notes.isEmpty ? nil : notes.joined(separator: "; ")
  }
}
