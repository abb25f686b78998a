import ChainReports
import Testing

@testable import ChainBenchReport

/// Drawings: nothing covers anything, nothing is cut.
@Suite struct ChartTests {
  private static let widths = [352.0, 800]

  private static func chart(_ values: [Double]) -> DotChart {
    let names = values.indices.map { "contestant \($0)" }
    return DotChart(
      axis: Axis(title: "seconds", unit: .seconds), contestants: names,
      rows: [
        DotChart.Row(
          label: "a case",
          points: zip(names, values).map {
            .init(contestant: $0, low: $1 / 2, median: $1, high: $1 * 1.5)
          })
      ])
  }

  /// Markers of a row keep their distance, whatever the values are.
  @Test(
    arguments: widths,
    [
      [1, 1, 1, 1], [1e-6, 1, 1e6], [1, 1.01, 1.02, 1.03, 50], [3],
      [1, 2, 1, 2, 1, 2, 4, 8, 16],
    ])
  func markersKeepTheirDistance(_ width: Double, _ values: [Double]) {
    let svg = Self.chart(values).drawing(width: width)
      .markup(id: "x", of: Figure(title: "t", drawing: nil, caption: "d"))
    // A stroke's or polygon's first point says where a marker is.
    let marks = svg.matches(
      of: /<path class="whisker [a-z]+" d="M([0-9.]+) ([0-9.]+)L([0-9.]+)/
    ).compactMap { match -> (y: Double, from: Double, to: Double)? in
      guard let x = Double(match.1), let y = Double(match.2),
        let end = Double(match.3)
      else { return nil }
      return (y, x, end)
    }
    #expect(marks.count == values.count)
    for (index, mark) in marks.enumerated() {
      for other in marks[..<index] where abs(other.y - mark.y) < 10 {
        #expect(other.to < mark.from || mark.to < other.from)
      }
    }
  }

  /// All of a name is there, in lines that fit.
  @Test func namesAreWrappedNotCut() {
    for name in [
      "w01", "a b c", "double-bottleneck-1000-1-1000-1-1000",
      "onewordthatisfartoolongforanylineofanydrawingatall",
      "a-name-with-many-parts-that-needs-more-than-one-line-of-a-drawing",
    ] {
      for width in 8...60 {
        let lines = DotChart.lines(name, columns: width)
        #expect(lines.allSatisfy { $0.count <= width && !$0.isEmpty })
        if lines.last?.hasSuffix("…") != true {
          #expect(
            lines.joined().filter { $0 != " " } == name.filter { $0 != " " })
        } else {
          #expect(lines.count == 6)
        }
      }
    }
  }

  /// Labels of an axis are in its range and have the room that they need.
  @Test(arguments: [Axis.Scale.linear, .logarithmic])
  func ticks(_ scale: Axis.Scale) {
    let axis = Axis(title: "", unit: .ratio, scale: scale)
    for low in [1e-9, 1e-3, 0.5, 1, 7, 123, 1e6, 1e12] {
      for factor in [1, 1.0001, 1.1, 2, 5, 30, 1e3, 1e6, 1e9] {
        for length in [250.0, 700] {
          let projection = Projection(
            axis, [low, low * factor], from: 50, to: 50 + length)
          let ticks = projection.ticks(room: 58)
          #expect(!ticks.isEmpty, "\(low) \(factor) \(length)")
          let places = ticks.map(projection.place)
          #expect(places.allSatisfy { 50 <= $0 && $0 <= 50 + length })
          for (one, next) in zip(places, places.dropFirst()) {
            #expect(next - one >= 58)
          }
          #expect(Set(ticks.map(axis.unit.tick)).count == ticks.count)
        }
      }
    }
  }

  @Test func looksDiffer() {
    for suite in ExpectedSuite.all {
      for quantity in suite.quantities {
        let names = quantity.contestants + ["new", "newer", "newest"]
        let looks = Look.looks(for: names)
        #expect(looks.count == names.count)
        #expect(Set(looks.values).count == names.count)
        // Every one has a shape of its own or a colour of its own beside it.
        for name in names { #expect(looks[name] != nil) }
      }
    }
    #expect(Look.looks(for: (0..<100).map { "\($0)" }).count == 100)
  }

  @Test(arguments: [
    (Unit.seconds, 1.14e-3, "1.14 ms"), (.seconds, 0, "0 ns"),
    (.fma, 4_368_000, "4\u{202F}368\u{202F}000"), (.fma, 3e22, "3.00e22"),
    (.bytes, 911, "911 B"), (.bytes, 5_760_000, "5.76 MB"),
    (.bytes, 999_999, "1.00 MB"),
    (.ratio, 1, "1.00×"), (.ratio, 1.0000001, "> 1.00×"),
    (.ratio, 0.999999, "< 1.00×"), (.ratio, 183.2, "183×"),
    (.share, 0.985, "98.5 %"), (.share, 0.9999, "> 99.9 %"),
    (.share, 1, "100.0 %"), (.count, .nan, "–"),
  ])
  func units(_ unit: Unit, _ value: Double, _ text: String) {
    #expect(unit.text(value) == text)
  }
}
