extension LinearProgram {
  /// The program in the CPLEX LP format, which every solver reads. The same
  /// program gives the same bytes; lines have at most 72 bytes where names allow.
  ///
  /// - Complexity: O(columns + nonzeros).
  public var lpText: String {
    var text = ProgramText()
    text.line("\\ \(ProgramText.comment(name))")
    text.line(
      "\\ \(columns.count) columns, \(rows.count) rows; prices in fma")
    text.line("Minimize")
    text.expression(" cost:", objectiveTerms)
    text.line("Subject To")
    for (index, row) in rows.enumerated() {
      let name = row.name.isEmpty ? "r\(index + 1)" : row.name
      let terms = row.terms.map { ($0.coefficient, columnName($0.column)) }
      switch (row.lower, row.upper) {
      case (let lower?, let upper?) where lower == upper:
        text.expression(" \(name):", terms, "= \(lower)")
      case (let lower?, let upper?):
        // The format has no portable row with two bounds.
        text.expression(" \(name):", terms, ">= \(lower)")
        text.expression(" \(name)_upper:", terms, "<= \(upper)")
      case (let lower?, nil):
        text.expression(" \(name):", terms, ">= \(lower)")
      case (nil, let upper?):
        text.expression(" \(name):", terms, "<= \(upper)")
      case (nil, nil): break
      }
    }
    if rows.isEmpty { text.line(" none: \(Self.constant) >= 0") }
    var bounds = columns.indices.filter { !columns[$0].isBinary }.map {
      " \(columns[$0].lower) <= \(columnName($0)) <= \(columns[$0].upper)"
    }
    if needsConstant { bounds.append(" \(Self.constant) = 1") }
    if !bounds.isEmpty { text.line("Bounds") }
    bounds.forEach { text.line($0) }
    section("Generals", &text) { $0.isInteger && !$0.isBinary }
    section("Binaries", &text) { $0.isBinary }
    text.line("End")
    return text.text
  }

  /// The name of the column that is 1 and carries the offset.
  private static let constant = "constant"

  private var needsConstant: Bool {
    // An objective without a term can't be written.
    offset != 0 || rows.isEmpty || columns.allSatisfy { $0.objective == 0 }
  }

  private var objectiveTerms: [(Int, String)] {
    let terms = columns.indices.filter { columns[$0].objective != 0 }
      .map { (columns[$0].objective, columnName($0)) }
    let paid = needsConstant ? [(offset, Self.constant)] : []
    return terms + paid
  }

  private func columnName(_ index: Int) -> String {
    columns[index].name.isEmpty ? "c\(index + 1)" : columns[index].name
  }

  private func section(
    _ title: String, _ text: inout ProgramText, _ belongs: (Column) -> Bool
  ) {
    let names = columns.indices.filter { belongs(columns[$0]) }
    guard !names.isEmpty else { return }
    text.line(title)
    text.words(names.map(columnName))
  }
}

extension LinearProgram.Column {
  /// Whether the variable is 0 or 1.
  fileprivate var isBinary: Bool { isInteger && lower == 0 && upper == 1 }
}

/// Lines of the CPLEX LP format.
private struct ProgramText {
  private(set) var text = ""

  /// The name of a problem on one line of ASCII.
  static func comment(_ name: String) -> String {
    String(
      String.UnicodeScalarView(
        name.unicodeScalars.map {
          (" "..."~").contains($0) ? $0 : "?"
        }))
  }

  mutating func line(_ line: String) { text += line + "\n" }

  /// `head`, the terms with their signs, and `tail`, broken between terms.
  mutating func expression(
    _ head: String, _ terms: [(Int, String)], _ tail: String? = nil
  ) {
    let pieces = terms.enumerated().map { index, term in
      let (coefficient, name) = term
      let sign = coefficient < 0 ? "- " : index == 0 ? "" : "+ "
      let size = coefficient.magnitude == 1 ? "" : "\(coefficient.magnitude) "
      return sign + size + name
    }
    words(pieces, head: head, tail: tail)
  }

  mutating func words(
    _ words: [String], head: String = "", tail: String? = nil
  ) {
    var line = head
    for word in words + (tail.map { [$0] } ?? []) {
      if line.utf8.count + 1 + word.utf8.count > 72, line != head {
        self.line(line)
        line = " "
      }
      line += " " + word
    }
    self.line(line)
  }
}
