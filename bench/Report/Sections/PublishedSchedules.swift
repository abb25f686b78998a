import ChainReports

/// Figures of the reference for schedules on p machines, as published:
/// S. Märtens and U. Naumann, ACDA 2025, data set of their program jcdp.
struct PublishedSchedules {
  /// Factors of the chains.
  var size: Int
  /// Machines.
  var machines: Int
  /// In which share of the finished chains its dynamic program is optimal.
  var heuristicOptimal: Double
  /// Cost of that program's schedules over the optimum, in the mean.
  var heuristicRatio: Double
  /// Which share of the chains its branch and bound left unproven.
  var unproven: Double

  /// The share that was proven.
  var proven: Double { 1 - unproven }

  static let source =
    "S. Märtens and U. Naumann, ACDA 2025: 9\u{202F}999 random chains for each "
    + "number of factors, dimensions 5–50, 10 s a chain, on their machine "
    + "(data set under CC-BY-4.0)"

  static let all = [
    row(5, 2, 0.435, 1.058, 0), row(5, 3, 0.743, 1.022, 0),
    row(5, 4, 0.956, 1.003, 0),
    row(6, 2, 0.329, 1.071, 0), row(6, 3, 0.567, 1.039, 0),
    row(6, 4, 0.866, 1.008, 0.009),
    row(7, 2, 0.251, 1.080, 0.0005), row(7, 3, 0.438, 1.053, 0.036),
    row(7, 4, 0.841, 1.009, 0.183),
    row(8, 2, 0.194, 1.088, 0.008), row(8, 3, 0.385, 1.058, 0.195),
    row(8, 4, 0.807, 1.010, 0.368),
  ]

  private static func row(
    _ size: Int, _ machines: Int, _ optimal: Double, _ ratio: Double,
    _ unproven: Double
  ) -> Self {
    Self(
      size: size, machines: machines, heuristicOptimal: optimal,
      heuristicRatio: ratio, unproven: unproven)
  }

  /// All of them, with their source.
  static var blocks: [Block] {
    [
      .heading("The published figures"),
      .paragraph("\(source)."),
      .table(
        Table(
          title: "Published schedules",
          columns: [
            "machines p", "factors q", "proven by branch and bound",
            "heuristic optimal in", "heuristic ÷ optimum, mean",
          ].map { .init($0) },
          rows: all.map {
            [
              "\($0.machines)", "\($0.size)", Unit.share.text($0.proven),
              Unit.share.text($0.heuristicOptimal),
              Format.fixed($0.heuristicRatio, 3) + "×",
            ]
          })),
    ]
  }

  /// The figures for a case of that family, "jcdp p=3"; nil where none are
  /// published.
  static func figures(for item: Pivot.Case) -> Self? {
    all.first {
      $0.size == item.size && item.family == "jcdp p=\($0.machines)"
    }
  }
}
