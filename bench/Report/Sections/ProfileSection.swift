import ChainBenchResults
import ChainReports
import Foundation
import JacobianChain

/// How well a profile of the machine predicts seconds, and whether the order
/// that it calls fastest is. Rows that take less than 20 µs, where overhead is
/// all, are left out.
struct ProfileSection {
  private let cases: [Case]

  private struct Case {
    var name: String
    /// Seconds of all orders: what the profile says, and what they took.
    var orders: [(name: String, predicted: Double, measured: Double)]

    /// What the order that should be the fastest took over the fastest one;
    /// nil where it wasn't measured.
    var excess: Double? {
      guard let own = orders.first(where: { $0.name == ProfileSection.own }),
        let best = orders.map(\.measured).min(),
        own.measured >= ProfileSection.least
      else { return nil }
      return own.measured / best
    }
  }

  private static let own = "time optimum"
  private static let least = 20e-6

  init(_ results: BenchResults) {
    func pivot(_ quantity: String) -> Pivot {
      Pivot(quantity, [], results.rows("prediction", quantity))
    }
    let (said, took) = (pivot("predicted seconds"), pivot("processor seconds"))
    cases = took.cases.map { item in
      Case(
        name: item.name,
        orders: took.contestants.compactMap { contestant in
          guard let seconds = took.value(item.name, contestant),
            let predicted = said.value(item.name, contestant), seconds > 0
          else { return nil }
          return (contestant, predicted, seconds)
        })
    }
  }

  private var excesses: [(name: String, excess: Double)] {
    cases.compactMap { item in item.excess.map { (item.name, $0) } }
  }

  private var pairs: [(name: String, predicted: Double, measured: Double)] {
    cases.flatMap { item in
      item.orders.filter { $0.measured >= Self.least }.map {
        ("\(item.name), \($0.name)", $0.predicted, $0.measured)
      }
    }
  }

  /// Nothing where the suite wasn't run.
  var blocks: [Block] {
    let (excesses, pairs) = (excesses, pairs)
    guard !excesses.isEmpty else { return [] }
    let good = pairs.count { (0.7...1.4).contains($0.predicted / $0.measured) }
    let farthest = pairs.sorted {
      abs(log($0.predicted / $0.measured))
        > abs(log($1.predicted / $1.measured))
    }.prefix(10)
    return [
      .heading("How well a profile predicts seconds"),
      .paragraph(
        "The order that the profile of this machine calls fastest is within "
          + "5 % of the fastest one that was run in "
          + Sentence.share(
            excesses.count { $0.excess <= 1.05 }, excesses.count)
          + ", within 12 % in "
          + Sentence.share(
            excesses.count { $0.excess <= 1.12 }, excesses.count)
          + ". Predicted ÷ measured is from 0.7 to 1.4 in "
          + Sentence.share(good, pairs.count)
          + " orders. Seconds of the processor; orders that take less than "
          + "20 µs are left out."),
      .table(
        Table(
          title: "The farthest predictions",
          columns: [
            .init("problem, order", .text), .init("predicted"),
            .init("measured"), .init("predicted ÷ measured"),
          ],
          rows: farthest.map {
            [
              $0.name, Unit.seconds.text($0.predicted),
              Unit.seconds.text($0.measured),
              Unit.ratio.text($0.predicted / $0.measured),
            ]
          })),
    ]
  }

  /// Where another order was faster by more than 5 %; nil when there is
  /// nothing to say.
  var loss: String? {
    let lost = excesses.filter { $0.excess > 1.05 }
      .sorted { $0.excess > $1.excess }
    guard !excesses.isEmpty else { return nil }
    return "In \(Sentence.share(lost.count, excesses.count)) another order is "
      + "faster by more than 5 % than the one that a profile calls fastest"
      + (lost.isEmpty
        ? "."
        : ": "
          + Sentence.list(
            lost.map { "\($0.name) (\(Unit.ratio.text($0.excess)))" }) + ".")
  }
}
