/// A page as a value: what Markdown and HTML have in common. All texts are
/// plain; who writes them escapes them.
struct Page {
  var title: String
  var blocks: [Block]
}

/// A part of a page.
enum Block {
  /// A section; its number is part of the title.
  case section(String)
  /// Something smaller inside a section.
  case heading(String)
  case paragraph(String)
  /// Something that is absent or went wrong, to be seen.
  case notice(String)
  case list([String])
  case cards([Card])
  case table(DataTable)
  case figure(Figure)
}

/// A figure in large type and what it is.
struct Card {
  var figure: String
  var caption: String
}

/// Rows of cells under headings.
struct DataTable {
  /// A heading, and whether its cells are numbers, which stand on the right.
  struct Column {
    var heading: String
    var isNumber = true
  }

  /// What the table holds, for who can't see it.
  var title: String
  var columns: [Column]
  var rows: [[String]]
}

/// A drawing and the sentence that says what it shows.
struct Figure {
  enum Chart {
    case dots(DotChart)
    case curves(CurveChart)
  }

  var title: String
  var chart: Chart
  /// Computed from the data.
  var caption: String
}
