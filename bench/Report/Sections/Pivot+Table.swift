import ChainBenchResults
import ChainReports

extension Measurement {
  /// How a table shows it: the median, and the quartiles where they differ.
  func cell(_ unit: Unit) -> String {
    switch outcome {
    case .skipped: return "skipped"
    case .wrong: return "wrong"
    case .measured:
      guard median.isFinite else { return "no figure" }
      return unit.text(median) + spread(unit)
    case .unfinished:
      return median.isFinite
        ? unit.text(median) + ", unfinished" : "unfinished"
    }
  }

  private func spread(_ unit: Unit) -> String {
    guard low.isFinite, high.isFinite else { return "" }
    let (from, to) = (unit.text(low), unit.text(high))
    guard from != to else { return "" }
    // A unit that all three share stands once.
    let texts = [unit.text(median), from, to].map { $0.split(separator: " ") }
    if texts.allSatisfy({ $0.count == 2 && $0[1] == texts[0][1] }) {
      return " (\(texts[1][0])–\(texts[2][0]))"
    }
    if case .ratio = unit {
      return " (\(from.dropLast())–\(to.dropLast()))"
    }
    return " (\(from) – \(to))"
  }
}

extension Pivot {
  var unit: Unit { Unit(quantity: quantity) }

  /// A row per case, a column per contestant, and what is computed from them.
  func table(
    _ title: String, _ cases: [Case], first: String = "problem",
    size: String? = nil,
    more: [(heading: String, cell: (Case) -> String)] = [],
    behind: (Measurement) -> String = { _ in "" }
  ) -> Block {
    let shown = contestants.filter { contestant in
      cases.contains { self[$0.name, contestant] != nil }
    }
    var columns = [Table.Column(first, .text)]
    if let size { columns.append(.init(size)) }
    columns += (shown + more.map(\.heading)).map { .init($0) }
    let rows = cases.map { item in
      var cells = [item.name]
      if size != nil {
        cells.append(item.size.map { Unit.count.text(Double($0)) } ?? "–")
      }
      cells += shown.map { contestant in
        self[item.name, contestant].map { $0.cell(unit) + behind($0) }
          ?? "no row"
      }
      return cells + more.map { $0.cell(item) }
    }
    return .table(Table(title: title, columns: columns, rows: rows))
  }

  /// Why figures don't count, and what there is to know of those that do: one
  /// sentence per contestant and reason; empty without any.
  var outcomes: [Block] {
    outcomes { $0.outcome != .measured || !$0.note.isEmpty }
  }

  /// The same of some rows only.
  func outcomes(_ isTold: (Measurement) -> Bool) -> [Block] {
    struct Reason: Hashable {
      var contestant: String
      var outcome: Measurement.Outcome
      var note: String
    }
    var reasons: [Reason] = []
    var names: [Reason: [String]] = [:]
    for item in cases {
      for contestant in contestants {
        guard let row = self[item.name, contestant], isTold(row)
        else { continue }
        let reason = Reason(
          contestant: contestant, outcome: row.outcome, note: row.note)
        if names[reason] == nil { reasons.append(reason) }
        names[reason, default: []].append(item.name)
      }
    }
    let sentences = reasons.map { reason in
      let note = reason.note.isEmpty ? "no reason given" : reason.note
      let names = names[reason] ?? []
      let list =
        names.count == cases.count && names.count > 3
        ? "all \(names.count) cases" : Sentence.list(names, limit: 8)
      if reason.outcome == .measured {
        return "\(reason.contestant), \(list): \(note)."
      }
      return "\(reason.contestant) \(reason.outcome.phrase) (\(note)): "
        + "\(list)."
    }
    return sentences.isEmpty ? [] : [.list(sentences)]
  }
}

extension Measurement.Outcome {
  /// What follows the contestant's name.
  var phrase: String {
    switch self {
    case .measured: "was measured"
    case .skipped: "was skipped"
    case .unfinished: "stopped at its limit"
    case .wrong: "gave a wrong answer, which doesn't count"
    }
  }
}

/// Pieces of sentences.
enum Sentence {
  /// "a, b and c"; after `limit` names "and 5 more".
  static func list(_ names: [String], limit: Int = .max) -> String {
    guard names.count > 1 else { return names.first ?? "none" }
    // "and 1 more" is longer than a name.
    let cut = names.count - 1 > limit
    let shown = cut ? Array(names.prefix(limit)) : Array(names.dropLast())
    let rest = cut ? "\(names.count - limit) more" : names[names.count - 1]
    return shown.joined(separator: ", ") + " and " + rest
  }

  /// "3 of 12".
  static func share(_ part: Int, _ whole: Int) -> String {
    "\(part) of \(whole)"
  }

  /// "1.00× to 183× (median 4.40×)"; of two there is no middle one.
  static func range(_ values: [Double], _ unit: Unit) -> String {
    guard let low = values.min(), let high = values.max(),
      let median = Statistics.median(values)
    else { return "unknown" }
    let (from, to) = (unit.text(low), unit.text(high))
    if from == to { return from }
    let range = "\(from) to \(to)"
    return values.count < 3 ? range : range + " (median \(unit.text(median)))"
  }
}
