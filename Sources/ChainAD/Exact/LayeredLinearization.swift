/// A layer whose entries are products of several doubles, and may be smaller
/// than one.
protocol LayeredLinearization: LayerLinearization {
  /// The entries of J, before they are rounded; nil where they are doubles.
  var exactFactor: ExactFactor? { get }
  /// log₂ of the most by which its products multiply what is lost within them.
  var gainInside: Double { get }
}

extension ExactFactor {
  /// All entries of a dense matrix.
  init(rows: Int, columns: Int, _ entry: (_ i: Int, _ j: Int) -> Wide) {
    self.init(
      rows: rows, columns: columns,
      (0..<rows).flatMap { i in
        (0..<columns).map { Entry(row: i, column: $0, value: entry(i, $0)) }
      })
  }
}
