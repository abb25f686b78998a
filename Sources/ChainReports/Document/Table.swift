/// Rows of cells under headings.
package struct Table {
  /// A heading, and how the cells below it stand.
  package struct Column {
    package enum Alignment {
      case text
      /// On the right.
      case number
      /// A sign below the other, as in 10 × 600.
      case sign(Character)
      /// Text that gives way when there is little room.
      case name
    }

    package var heading: String
    package var alignment: Alignment

    /// Creates a column.
    package init(_ heading: String, _ alignment: Alignment = .number) {
      (self.heading, self.alignment) = (heading, alignment)
    }

    var isNumber: Bool {
      if case .number = alignment { true } else { false }
    }

    var isName: Bool {
      if case .name = alignment { true } else { false }
    }
  }

  /// One cell.
  package enum Cell {
    case text(String)
    /// Two ways to say the same, the shorter one for where there is no room.
    case either(String, brief: String)
    case product(ProductName)

    var text: String {
      switch self {
      case .text(let text), .either(let text, _): text
      case .product(let name): name.full.printable
      }
    }

    var brief: String {
      if case .either(_, let brief) = self { brief } else { text }
    }

    func fitted(to width: Int) -> String {
      if case .product(let name) = self { return name.fitted(to: width) }
      return text.fitted(to: width)
    }
  }

  /// What a narrow terminal does without.
  package enum Sacrifice {
    /// The longer forms of a column's cells.
    case length(of: Int)
    case column(Int)
  }

  /// Rows drawn to scale.
  struct Bars {
    /// 0 to 1, one a row.
    var shares: [Double]
    /// Columns of a terminal.
    var width: Int
    /// So many more for each further column that the terminal has.
    var growth = 0.0
  }

  /// Where a table stands.
  package enum Place {
    /// Below the text that is about it.
    case inline
    /// Under a title, where there is type for one.
    case titled
    /// Out of sight until somebody asks for it, where that can be had.
    case folded
  }

  /// What the table holds; where it isn't shown, for who can't see the table.
  package var title: String
  package var columns: [Column]
  package var rows: [[Cell]]
  var place = Place.inline
  var bars: Bars?
  /// The row that the table is about.
  var own: Int?
  /// What stands for rows that are left out, and the row before which it does.
  var omission: (before: Int, text: String)?
  /// In order.
  var sacrifices: [Sacrifice] = []

  /// Creates a table.
  package init(title: String, columns: [Column], rows: [[Cell]]) {
    (self.title, self.columns, self.rows) = (title, columns, rows)
  }

  /// Creates a table of plain texts.
  package init(title: String, columns: [Column], rows: [[String]]) {
    self.init(
      title: title, columns: columns, rows: rows.map { $0.map(Cell.text) })
  }

  /// Longer names are cut on pages, which stay small whatever the problem.
  static let nameWidth = 60

  /// What stands in a cell where there is room.
  func text(_ cell: Cell, _ column: Column) -> String {
    column.isName ? cell.fitted(to: Self.nameWidth) : cell.text
  }
}
