/// A table for a terminal: columns two spaces apart, no line wider than it.
struct TextTable {
  private let table: Table
  private let width: Int
  private let ink: Ink
  /// The columns that are shown.
  private var shown: [Int]
  /// The cells as they are shown, by row, the headings first; numbers and signs
  /// are aligned.
  private var cells: [[String]] = []
  private var widths: [Int] = []

  /// Names are cut to this before a column is given up for them.
  private static let leastName = 22
  /// Texts that go on in further lines have at least so much room.
  private static let leastText = 16

  init(_ table: Table, width: Int, _ ink: Ink) {
    (self.table, self.width, self.ink) = (table, width, ink)
    shown = Array(table.columns.indices)
    var briefs = Set<Int>()
    lay(briefs)
    for sacrifice in table.sacrifices where !isFitting {
      switch sacrifice {
      case .length(let column): briefs.insert(column)
      case .column(let column): shown.removeAll { $0 == column }
      }
      lay(briefs)
    }
    fitName()
  }

  private mutating func lay(_ briefs: Set<Int>) {
    cells =
      [table.columns.map(\.heading.printable)]
      + table.rows.map { row in
        row.indices.map {
          (briefs.contains($0) ? row[$0].brief : row[$0].text).plain
        }
      }
    for (index, column) in table.columns.enumerated() {
      guard case .sign(let sign) = column.alignment else { continue }
      func start(_ cell: String) -> Int {
        String(cell.prefix { $0 != sign }).columns
      }
      let before = cells.dropFirst().map { start($0[index]) }.max() ?? 0
      for row in cells.indices.dropFirst() {
        let cell = cells[row][index]
        cells[row][index] =
          String(repeating: " ", count: before - start(cell)) + cell
      }
    }
    widths = table.columns.indices.map { column in
      cells.map { $0[column].columns }.max() ?? 0
    }
  }

  /// The column whose texts go on in further lines.
  private var wrapped: Int? {
    guard table.bars == nil, let last = shown.last, !table.columns[last].isName,
      !table.columns[last].isNumber
    else { return nil }
    return last
  }

  private var name: Int? { shown.first { table.columns[$0].isName } }

  /// What all but the name take.
  private func taken(without column: Int?) -> Int {
    shown.reduce(0) { $0 + 2 + ($1 == column ? 0 : widths[$1]) }
  }

  private var isFitting: Bool {
    if let name {
      return width - taken(without: name)
        >= min(neededForName(name), Self.leastName)
    }
    return taken(without: wrapped) + (wrapped == nil ? 0 : Self.leastText)
      <= width
  }

  private func neededForName(_ name: Int) -> Int {
    let most = 32 + max(0, width - 80)
    return table.rows.map { $0[name].fitted(to: most).columns }.max() ?? 0
  }

  private mutating func fitName() {
    guard let name else { return }
    let room = max(
      7, min(neededForName(name), width - taken(without: name)))
    for (index, row) in table.rows.enumerated() {
      cells[index + 1][name] = row[name].fitted(to: room).plain
    }
    widths[name] = room
  }

  /// The table, line by line.
  var lines: [String] {
    cells.indices.flatMap { row in
      let line = line(row)
      let shown =
        row == 0
        ? line.map { ink($0, .quiet) }
        : row - 1 == table.own ? line.map { ink($0, .own) } : line
      guard let omission = table.omission, omission.before == row - 1,
        row > 0
      else { return shown }
      return [self.omission(omission.text)] + shown
    }
      + (table.omission.map {
        $0.before == table.rows.count ? [omission($0.text)] : []
      } ?? [])
  }

  private func omission(_ text: String) -> String {
    "  " + "⋮".aligned(to: widths[shown[0]]) + "  " + text.plain
  }

  private func line(_ row: Int) -> [String] {
    var line = ""
    for column in shown where column != wrapped {
      let cell = cells[row][column]
      line += "  "
      line +=
        table.columns[column].isNumber
        ? cell.aligned(to: widths[column]) : cell.padded(to: widths[column])
    }
    if let wrapped {
      let indent = line.columns + 2
      let parts = cells[row][wrapped].wrapped(
        to: max(Self.leastText, width - indent))
      return parts.enumerated().map { index, part in
        (index == 0
          ? line + "  " : String(repeating: " ", count: indent)) + part
      }
    }
    if row > 0, let bar = bar(row - 1, behind: line.columns) { line += bar }
    return [line.withoutTrailingSpaces]
  }

  private func bar(_ row: Int, behind used: Int) -> String? {
    guard let bars = table.bars else { return nil }
    let wanted = bars.width + Int(bars.growth * Double(max(0, width - 80)))
    let room = min(wanted, width - used - 3)
    return room < 6 ? nil : "   " + Bar(bars.shares[row], width: room).text
  }
}

extension String {
  fileprivate var withoutTrailingSpaces: String {
    var text = self
    while text.hasSuffix(" ") { text.removeLast() }
    return text
  }
}
