/// A linear program with integer data: minimise Σ objective · x within bounds
/// and rows. A value; nothing here solves.
public struct LinearProgram: Hashable, Sendable {
  /// A variable x_j, `lower` ≤ x_j ≤ `upper`.
  package struct Column: Hashable, Sendable {
    /// Unique and readable in the CPLEX LP format; empty in programs that
    /// nobody reads.
    package var name: String
    /// The bounds.
    package var lower, upper: Int
    /// Whether only integers are allowed.
    package var isInteger: Bool
    /// The price of one unit, fma.
    package var objective: Int
  }

  /// A column and its coefficient in a row.
  package struct Term: Hashable, Sendable {
    /// The column's position.
    package var column: Int
    /// The coefficient.
    package var coefficient: Int
  }

  /// A row: `lower` ≤ Σ terms ≤ `upper`; nil means unbounded.
  package struct Row: Hashable, Sendable {
    /// Unique and readable; empty in programs that nobody reads.
    package var name: String
    /// At most one term per column.
    package var terms: [Term]
    /// The bounds.
    package var lower, upper: Int?
  }

  /// What the problem is called.
  package var name: String
  /// What is paid in any case, fma.
  package var offset = 0
  /// The variables.
  package var columns: [Column] = []
  /// The rows.
  package var rows: [Row] = []

  /// Columns and rows together.
  var size: Int { columns.count + rows.count }

  /// Creates a program without columns.
  package init(name: String) { self.name = name }
}

extension LinearProgram {
  /// Adds a variable from 0 to `upper` and returns its position.
  mutating func add(
    _ name: String, objective: Int, upper: Int = 1, isInteger: Bool = true
  ) -> Int {
    columns.append(
      Column(
        name: name, lower: 0, upper: upper, isInteger: isInteger,
        objective: objective))
    return columns.count - 1
  }

  /// Adds `lower` ≤ Σ `plus` − Σ `minus` ≤ `upper`; a row without terms says
  /// nothing and is left out.
  mutating func require(
    _ name: @autoclosure () -> String, _ plus: [Int], minus: [Int] = [],
    atLeast lower: Int? = nil, atMost upper: Int? = nil
  ) {
    guard !plus.isEmpty || !minus.isEmpty else { return }
    rows.append(
      Row(
        name: name(),
        terms: plus.map { Term(column: $0, coefficient: 1) }
          + minus.map { Term(column: $0, coefficient: -1) },
        lower: lower, upper: upper))
  }
}
