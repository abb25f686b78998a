import JacobianChain

extension HTMLReport {
  /// The section with the Gantt chart, once for pages and once for telephones;
  /// empty without a schedule.
  var schedule: String {
    let places = SVGGantt.Place.allCases
    let charts = places.compactMap { SVGGantt(report, for: $0) }
    guard charts.count == places.count else { return "" }
    let styles = charts.reduce(Set<String>()) { $0.union($1.styles) }
    let drawings = zip(places, charts).map { place, chart in
      let omissions = chart.layout.omissions.map { "\($0)." }
      return """
        <div class="scroll gantt \(place)">
        \(chart.markup)\(omissions.map(quiet).joined())</div>

        """
    }
    return "<h2>Schedule on \(report.machinesPhrase)</h2>\n"
      + drawings.joined() + legend(styles.union(["critical", "idle"]))
  }
}
