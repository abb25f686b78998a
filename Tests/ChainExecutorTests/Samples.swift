import ChainRandom
import JacobianChain

@testable import ChainExecutor

/// Every structure in any shape that it can have.
enum Samples {
  static let kinds = 8

  /// A pattern of the shape with structure number `kind`; one that needs a
  /// square or a divisor falls back to sparse.
  static func pattern(
    _ kind: Int, _ rows: Int, _ columns: Int, _ random: inout SplitMix64
  ) throws -> Pattern {
    func make(_ structure: Structure) throws -> Pattern {
      try Pattern(
        rows: rows, columns: columns, structure: structure, at: "/sample")
    }
    switch kind {
    case 0: return try make(.dense)
    case 1 where rows == columns: return try make(.diagonal)
    case 2 where rows == columns: return try make(.identity)
    case 3:
      return try make(
        .banded(
          lower: random.integer(in: 0...3), upper: random.integer(in: 0...3)))
    case 4:
      let counts = (1...min(rows, columns)).filter {
        rows.isMultiple(of: $0) && columns.isMultiple(of: $0)
      }
      let count = counts[random.integer(in: 0...counts.count - 1)]
      return try make(
        .blockDiagonal(
          count: count, rows: rows / count, columns: columns / count))
    case 5:
      return try make(
        .selection(
          (0..<rows).map { _ in random.integer(in: 0...columns - 1) }))
    case 6:
      return try make(
        .submatrix(
          rows: subset(rows, &random), columns: subset(columns, &random)))
    default:
      // About a third full, with empty rows and columns among them.
      var entries: [(Int, Int)] = []
      for row in 0..<rows where !random.oneIn(4) {
        for column in 0..<columns where random.oneIn(3) {
          entries.append((row, column))
        }
      }
      return try make(
        .sparse(
          SparsePattern(
            rows: rows, columns: columns, rowIndices: entries.map(\.0),
            columnIndices: entries.map(\.1))))
    }
  }

  private static func subset(
    _ count: Int, _ random: inout SplitMix64
  ) -> IndexRuns {
    var chosen: [Int] = []
    for index in 0..<count where !random.oneIn(3) { chosen.append(index) }
    return IndexRuns(chosen)
  }

  /// m × n row-major product of m × k and k × n by the definition.
  static func naiveProduct(
    _ a: [Double], _ b: [Double], _ m: Int, _ k: Int, _ n: Int
  ) -> [Double] {
    var c = [Double](repeating: 0, count: m * n)
    for i in 0..<m {
      for p in 0..<k {
        for j in 0..<n { c[i * n + j] += a[i * k + p] * b[p * n + j] }
      }
    }
    return c
  }

  /// max |a − b| / max |b|, infinite when something isn't finite.
  static func error(_ a: [Double], _ b: [Double]) -> Double {
    guard a.count == b.count else { return .infinity }
    var (difference, magnitude) = (0.0, 0.0)
    for (x, y) in zip(a, b) {
      guard x.isFinite, y.isFinite else { return .infinity }
      difference = max(difference, abs(x - y))
      magnitude = max(magnitude, abs(y))
    }
    return difference == 0 ? 0 : difference / magnitude
  }
}
