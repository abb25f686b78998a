import ChainBenchResults
import ChainReports
import JacobianChain

/// How well counted fma predict measured seconds: both as multiples of the
/// optimum's, so that machines and sizes cancel.
struct PredictionSection {
  let results: BenchResults

  private struct Pair {
    var contestant: String
    var name: String
    var predicted: Double
    var measured: Double
    var low: Double
    var high: Double
  }

  var blocks: [Block] {
    let pairs = pairs
    let heading = Block.heading("How well fma predict seconds")
    guard !pairs.isEmpty else {
      return [
        heading,
        .missing(
          "No problem has both fma and seconds of an order beside the "
            + "optimum's, so the prediction can't be held against the clock."),
      ]
    }
    let series = ["forward", "reverse", "best split"].map { name in
      CurveChart.Series(
        contestant: name,
        points: pairs.filter { $0.contestant == name }.map {
          .init(
            name: $0.name, x: $0.predicted, low: $0.low, median: $0.measured,
            high: $0.high)
        })
    }.filter { !$0.points.isEmpty }
    let chart = CurveChart(
      x: Axis(title: "predicted: fma over the optimum's", unit: .ratio),
      y: Axis(title: "measured: seconds over the optimum's", unit: .ratio),
      series: series, isJoined: false, hasDiagonal: true)
    return [
      heading,
      .figure(
        Figure(
          title: "measured over predicted", drawing: chart,
          caption: caption(pairs))),
      table(pairs),
    ]
  }

  private var pairs: [Pair] {
    let fma = Pivot(.savings, results.rows("savings", "product fma"))
    let seconds = Pivot(.seconds, results.rows("seconds", "run seconds"))
    return seconds.cases.flatMap { item -> [Pair] in
      guard let work = fma.value(item.name, "optimum"), work > 0,
        let time = seconds.value(item.name, "optimum"), time > 0
      else { return [] }
      return ["forward", "reverse", "best split"].compactMap { name in
        guard let other = fma.value(item.name, name), other > 0,
          let row = seconds[item.name, name], let slow = row.figure, slow > 0
        else { return nil }
        let axis = Axis(title: "", unit: .ratio)
        let (predicted, measured) = (other / work, slow / time)
        guard axis.hasPlace(for: predicted), axis.hasPlace(for: measured)
        else { return nil }
        return Pair(
          contestant: name, name: item.name, predicted: predicted,
          measured: measured, low: axis.end(row.low / time, or: measured),
          high: axis.end(row.high / time, or: measured))
      }
    }
  }

  private func caption(_ pairs: [Pair]) -> String {
    let errors = pairs.map { $0.measured / $0.predicted }
    let correlation = Statistics.logCorrelation(
      pairs.map { ($0.predicted, $0.measured) })
    let better = pairs.filter { $0.predicted >= 1.05 }
    var text =
      "On the dotted line seconds are as fma say. Over "
      + "\(counted(pairs.count, "order")) measured ÷ predicted is "
      + "\(Sentence.range(errors, .ratio))"
    text +=
      correlation.map {
        "; the logarithms correlate with r = \(Format.fixed($0, 3))."
      } ?? "; too few points differ for a correlation."
    if !better.isEmpty {
      text +=
        " Where fma promise a gain of 5 % or more the clock shows a gain in "
        + Sentence.share(better.count { $0.measured > 1 }, better.count) + "."
    }
    return text
  }

  private func table(_ pairs: [Pair]) -> Block {
    .table(
      Table(
        title: "Predicted and measured",
        columns: [
          .init("problem", .text),
          .init("order", .text),
          .init("fma ÷ optimum"), .init("seconds ÷ optimum"),
          .init("measured ÷ predicted"),
        ],
        rows: pairs.map {
          [
            $0.name, $0.contestant, Unit.ratio.text($0.predicted),
            Unit.ratio.text($0.measured),
            Unit.ratio.text($0.measured / $0.predicted),
          ]
        }))
  }
}
