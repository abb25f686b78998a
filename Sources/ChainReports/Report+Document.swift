import JacobianChain

/// What a report says, in the order in which people ask.
extension Report {
  /// The report as text, Markdown and HTML have it.
  var document: Document {
    Document(
      title: solved.problem.name, subtitle: subtitle,
      blocks: [.finding(finding), .table(prices)] + notes
        + figures.map(Block.figure) + (steps.map { [.table($0)] } ?? [])
        + (run.map(measurements) ?? []))
  }

  // MARK: What was chosen

  /// More targets, and more values used twice, are counted, not listed.
  private static let listLimit = 8

  private var finding: Finding {
    let orders = orders(limit: Self.listLimit)
    return Finding(
      label: orders.count == 1 ? "order" : "orders", lines: orders.map(\.text),
      verdict: verdict, notation: notation(of: orders) ?? "",
      badge: (status, solved.isProven), cards: cards, facts: facts)
  }

  private var facts: [Fact] {
    let shared = SharedValues(self).phrases(limit: Self.listLimit)
    let facts: [Fact?] = [
      Fact("cost", cost), memoryLine.map { Fact("memory", $0) },
      machinesLine.map { Fact("machines", $0) },
      speedUpLine.map { Fact("speed-up", $0) },
      aside.map { Fact("machines", $0) },
      Fact("proof", proof, solved.isProven ? .good : .open),
      bound.map { Fact("", $0) },
      shared.isEmpty
        ? nil : Fact("shared", shared.joined(separator: ", ")),
      Fact(solverLabel, solverLine), reason.isEmpty ? nil : Fact("", reason),
      profileLine.map { Fact("profile", $0) },
    ]
    return facts.compactMap(\.self)
  }

  private var cards: [Card] {
    let digits = DigitGrouping.narrow
    let work = digits.cell(solved.plan.fma)
    let flop = Format.flop(flop)
    var cards =
      if solved.scheduled != nil {
        [
          Card(
            figure: cell(solved.price),
            caption: isTimed ? "makespan, predicted" : "fma of makespan"),
          Card(figure: work, caption: "fma of work, \(flop)"),
          Card(
            figure: solved.speedUp.map { "\(digits.ratio($0))×" } ?? "–",
            caption: "against one machine"),
        ]
      } else if isTimed {
        [
          Card(figure: cell(solved.price), caption: "predicted"),
          Card(figure: work, caption: "fma, \(flop)"),
        ]
      } else {
        [Card(figure: work, caption: "fma, \(flop)")]
      }
    cards += Baseline.all(for: solved.problem).map { baseline in
      Card(
        figure: solved.saving(over: baseline)
          .map { "\(digits.ratio($0))×" } ?? "–",
        caption: solved.baselines?[baseline] == nil
          ? "\(baseline.label): \(absence)" : "against \(baseline.phrase)")
    }
    return cards
  }

  // MARK: What it saves

  private var prices: Table {
    let digits = DigitGrouping.narrow
    let rows = priceRows
    let largest = Double(rows.compactMap(\.price).max() ?? 0)
    let title =
      isTimed
      ? "Predicted seconds" : solved.scheduled == nil ? "Price" : "Makespan"
    var table = Table(
      title: "\(title) and \(ratioLabel)",
      columns: [
        .init("", .text), .init(priceLabel), .init(ratioLabel),
      ] + (showsWork ? [.init(solved.scheduled == nil ? "fma" : "work")] : []),
      rows: rows.map { row in
        [
          row.label, row.price.map { cell($0) } ?? absence,
          row.ratio.map(digits.ratio) ?? "–",
        ] + (showsWork ? [row.work.map(digits.cell) ?? "–"] : [])
      })
    table.place = .titled
    table.own = rows.firstIndex(where: \.isOwn)
    table.bars = Table.Bars(
      shares: rows.map {
        largest == 0 ? 0 : Double($0.price ?? 0) / largest
      }, width: 36, growth: 0.5)
    table.sacrifices = showsWork ? [.column(3)] : []
    return table
  }

  private var notes: [Block] {
    baselineNote.map { [.facts([Fact("rivals", $0)])] } ?? []
  }

  // MARK: How

  /// Longer plans show their first and last steps.
  private static let stepLimit = 24

  private var steps: Table? {
    let digits = DigitGrouping.narrow
    let list = StepList(self)
    let (head, omitted, tail) = list.excerpt(Self.stepLimit)
    let shown = head + tail
    guard !shown.isEmpty else { return nil }
    var columns: [Table.Column] = [
      .init("step"), .init("product", .name), .init("shape", .sign("×")),
    ]
    var rows: [[Table.Cell]] = shown.map { row in
      [
        .text("\(row.number)"), .product(row.product),
        .text(row.pattern.shape),
      ]
    }
    func add(
      _ column: Table.Column, _ cell: (StepList.Row) -> Table.Cell
    ) {
      columns.append(column)
      for (place, row) in shown.enumerated() { rows[place].append(cell(row)) }
    }
    // A column that says the same of every row says nothing.
    if shown.contains(where: { !$0.pattern.isDense }) {
      add(.init("structure", .text)) { .text($0.pattern.structure.name) }
    }
    let structure = columns.count == 4 ? 3 : nil
    var how: Int?
    if shown.contains(where: \.isEvaluation) {
      how = columns.count
      add(.init("how", .text)) {
        .either($0.action.long, brief: $0.action.short)
      }
    }
    add(.init("fma")) { .text(digits.cell($0.fma)) }
    add(.init("share")) { .text(Format.percent($0.share)) }
    var table = Table(
      title: counted(list.ids.count, "step"), columns: columns, rows: rows)
    table.place = .folded
    table.bars = Table.Bars(shares: shown.map(\.share), width: 12)
    table.sacrifices =
      (how.map { [.length(of: $0)] } ?? [])
      + (structure.map { [.column($0)] } ?? []) + [.column(2)]
      + (how.map { [.column($0)] } ?? [])
    if omitted > 0 {
      let rest = solved.plan.fma - shown.reduce(0) { $0 + $1.fma }
      table.omission = (
        head.count,
        "\(digits.grouped(omitted)) steps left out, \(digits.cell(rest)) fma, "
          + Format.percent(share(of: rest))
      )
    }
    return table
  }

  // MARK: What was measured

  private func measurements(_ run: RunRecord) -> [Block] {
    let digits = DigitGrouping.narrow
    var table = Table(
      title: "Measured",
      columns: [
        .init("measured", .text), .init("time"), .init("× plan"),
        .init("counted fma"), .init("", .text), .init("peak"),
      ],
      rows: measuredRows(run).map { row in
        [
          row.label, Format.seconds(row.measured.seconds),
          digits.ratio(row.ratio), digits.cell(row.measured.countedFMA),
          row.agreement.note, Format.bytes(Double(row.measured.peakBytes)),
        ]
      })
    table.place = .titled
    table.sacrifices = [.column(5), .column(4), .column(2)]
    let comparison = comparison(run)
    let facts: [Fact?] = [
      omissions(run).map { Fact("not run", $0) },
      Fact(
        comparison.verdict, comparison.details,
        run.verification.verdict == .verified ? .good : .open),
      Fact("", circumstances(run)),
    ]
    return [.table(table)] + alarms(run).map { .notice($0) }
      + [.facts(facts.compactMap(\.self))]
  }
}
