import JacobianChain

/// Places and colours of patterns as constants of a Python module, each written
/// once.
struct PythonConstants {
  /// The assignments.
  private(set) var lines: [String] = []
  /// The helpers that they call.
  private(set) var helpers: Set<String> = []
  private var patterns: [Pattern: String] = [:]
  private var colours: [Colours: String] = [:]
  private var indices = CodeIndices()
  private var names: CodeNames

  init(_ names: CodeNames) { self.names = names }

  /// The name of the places of a pattern, rows and columns, row by row.
  mutating func name(of pattern: Pattern) throws(ChainError) -> String {
    if let known = patterns[pattern] { return known }
    let (rows, columns) = (pattern.rows, pattern.columns)
    let text: String
    switch pattern.structure {
    case .banded(let lower, let upper):
      helpers.insert("band")
      text = "band(\(rows), \(columns), \(lower), \(upper))"
    case .blockDiagonal(let count, let blockRows, let blockColumns):
      helpers.insert("blocks")
      text = "blocks(\(count), \(blockRows), \(blockColumns))"
    case .diagonal, .identity:
      text = "(np.arange(\(rows)), np.arange(\(rows)))"
    case .selection(let chosen):
      text = "(np.arange(\(rows)), np.array([\(try indices.list(chosen))]))"
    case .sparse(let entries):
      helpers.insert("listed")
      text =
        "listed(\n    [\(try indices.list(entries.rowStarts))],\n"
        + "    [\(try indices.list(entries.columnIndices))],\n)"
    case .dense, .submatrix, .negatedIdentity, .negatedSelection:
      preconditionFailure("held entry by entry")
    }
    let name = names.name(for: "places_\(patterns.count + 1)")
    lines.append("\(name) = \(text)")
    patterns[pattern] = name
    return name
  }

  /// The name of the colours of the columns (by tangents) or rows of a pattern.
  mutating func name(
    of colouring: Colouring, _ mode: Mode, _ pattern: Pattern
  ) throws(ChainError) -> String {
    let count = mode == .tangent ? pattern.columns : pattern.rows
    let key = Colours(colouring: colouring, count: count)
    if let known = colours[key] { return known }
    let text =
      pattern.hasCyclicColours(mode)
      ? "np.arange(\(count)) % \(colouring.count)"
      : "np.array([\(try indices.list(colouring, count))])"
    let name = names.name(for: "colours_\(colours.count + 1)")
    lines.append("\(name) = \(text)")
    colours[key] = name
    return name
  }

  private struct Colours: Hashable {
    var colouring: Colouring
    var count: Int
  }
}
