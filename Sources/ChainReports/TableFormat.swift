/// The forms of a result that is a plain table.
package enum TableFormat: String, Hashable, Sendable, CaseIterable {
  /// Aligned columns for a terminal.
  case text
  /// One object for programs.
  case json
  /// A table for issues and pull requests.
  case markdown
}

/// Rows of cells under headings, as text or Markdown.
struct Table {
  /// A heading and whether its cells are numbers, which stand on the right.
  struct Column {
    var heading: String
    var isNumber = false
  }

  var columns: [Column]
  var rows: [[String]]

  /// Aligned columns, two spaces apart, the last one wrapped to the width.
  func text(columns total: Int, _ ink: Ink) -> String {
    let widths = columns.indices.map { column in
      rows.map { $0[column].columns }
        .reduce(columns[column].heading.columns, max)
    }
    let indent = widths.dropLast().reduce(2) { $0 + $1 + 2 }
    let lines = [columns.map(\.heading)] + rows
    return lines.enumerated().map { number, cells in
      var line = " "
      for (index, cell) in cells.dropLast().enumerated() {
        let padded =
          columns[index].isNumber
          ? cell.aligned(to: widths[index]) : cell.padded(to: widths[index])
        line += " \(padded) "
      }
      let last = columns.count - 1
      let cell =
        columns[last].isNumber
        ? cells[last].aligned(to: widths[last]) : cells[last]
      let rest = cell.wrapped(to: max(12, total - indent))
        .enumerated().map { part, text in
          part == 0 ? text : String(repeating: " ", count: indent) + text
        }
      line += " " + rest.joined(separator: "\n")
      return (number == 0 ? ink(line, .quiet) : line) + "\n"
    }.joined()
  }

  /// A Markdown table.
  var markdown: String {
    let rule = columns.map { $0.isNumber ? "---:" : "---" }
    let lines =
      [columns.map(\.heading), rule] + rows.map { $0.map(\.markdown) }
    return lines.map { "| " + $0.joined(separator: " | ") + " |\n" }.joined()
  }
}
