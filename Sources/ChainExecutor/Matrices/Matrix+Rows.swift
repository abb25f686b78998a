import JacobianChain

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension Matrix {
  /// The entry at (`row`, `column`), 0 outside the pattern.
  ///
  /// - Precondition: the position lies inside m × n.
  /// - Complexity: O(1); O(lower + upper) for a band, O(log nnz(row)) for
  ///   sparse entries. Many entries: `denseEntries()`.
  public subscript(row: Int, column: Int) -> Double { entry(row, column) }
}

/// The rows, from the first to the last, each with its n entries:
/// `for row in jacobian`.
extension Matrix: Sequence {
  /// Each row is n entries with the zeros; O(n).
  ///
  /// - Complexity: O(1); O(lower + upper) for a band.
  public func makeIterator() -> some IteratorProtocol<[Double]> {
    let reader = EntryReader(self)
    return (0..<rows).lazy.map { reader.entries(ofRow: $0) }.makeIterator()
  }
}

/// Shape, structure, and the rows: `print(jacobian)`. Entries have six
/// significant digits; of large matrices the corners are shown.
extension Matrix: CustomStringConvertible {
  /// "2 × 2, dense" and a line for each row.
  public var description: String {
    let title = "\(rows) × \(columns), \(pattern.structure.name)"
    let (tall, wide) = (Self.shown(of: rows), Self.shown(of: columns))
    let reader = EntryReader(self)
    let cells = tall.map { row in
      wide.map { column -> String in
        guard let row, let column else { return row == nil ? "⋮" : "…" }
        return Self.brief(reader[row, column])
      }
    }
    let widths = wide.indices.map { column in
      cells.lazy.map { $0[column].count }.max() ?? 0
    }
    return cells.reduce(title) { text, row in
      zip(row, widths).reduce(text + "\n") { line, cell in
        line + "  " + String(repeating: " ", count: cell.1 - cell.0.count)
          + cell.0
      }
    }
  }

  /// All positions of few, otherwise the first and the last, and nil between.
  private static func shown(of count: Int) -> [Int?] {
    count <= 10
      ? Array(0..<count)
      : Array(0..<5) + [nil] + Array(count - 4..<count)
  }

  private static func brief(_ value: Double) -> String {
    var text = [CChar](repeating: 0, count: 32)
    let length = withVaList([value]) {
      vsnprintf(&text, text.count, "%.6g", $0)
    }
    return String(
      decoding: text.prefix(Int(length)).map(UInt8.init(bitPattern:)),
      as: UTF8.self)
  }
}
