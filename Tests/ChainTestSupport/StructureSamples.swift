import ChainRandom
import JacobianChain

/// Samples of every structure that is valid for an m × n shape, odd ones too:
/// bands wider than the shape or that miss rows or columns, empty and full
/// sparse patterns, selections with repetitions, minus those, submatrices.
///
/// A new structure gets its sample here and is tested everywhere.
package func everyStructure(rows: Int, columns: Int) -> [Structure] {
  var samples: [Structure] = [.dense]
  if rows == columns { samples += [.diagonal, .identity, .negatedIdentity] }
  samples += bands(rows, columns)
  for count in 1...min(rows, columns)
  where rows.isMultiple(of: count) && columns.isMultiple(of: count) {
    samples.append(
      .blockDiagonal(
        count: count, rows: rows / count, columns: columns / count))
  }
  samples += selections(rows, columns).map(Structure.selection)
  samples += selections(rows, columns).map(Structure.negatedSelection)
  samples += sparsePatterns(rows, columns).map(Structure.sparse)
  samples += submatrices(rows, columns)
  return samples
}

/// The patterns of `everyStructure`.
package func everyPattern(rows: Int, columns: Int) -> [Pattern] {
  everyStructure(rows: rows, columns: columns).map {
    pattern($0, rows: rows, columns: columns)
  }
}

/// A pattern that is known to be valid.
package func pattern(
  _ structure: Structure, rows: Int, columns: Int
) -> Pattern {
  do {
    return try Pattern(
      rows: rows, columns: columns, structure: structure, at: "")
  } catch {
    preconditionFailure("a valid sample: \(error)")
  }
}

private func bands(_ rows: Int, _ columns: Int) -> [Structure] {
  let widths = [
    (0, 0), (1, 0), (0, 1), (1, 1), (2, 0), (0, 2), (1, 3), (3, 1),
    (rows - 1, 0), (0, columns - 1), (rows + 2, columns + 3),
    (Problem.dimensionLimit, 0), (0, Problem.dimensionLimit),
  ]
  return widths.map { .banded(lower: $0, upper: $1) }
}

private func selections(_ rows: Int, _ columns: Int) -> [[Int]] {
  let all = [
    [Int](repeating: 0, count: rows),
    [Int](repeating: columns - 1, count: rows),
    (0..<rows).map { $0 % columns },
    (0..<rows).map { (7 * $0 + 3) % columns },
    (0..<rows).map { columns - 1 - $0 % columns },
  ]
  return Array(Set(all)).sorted { $0.lexicographicallyPrecedes($1) }
}

private func sparsePatterns(_ rows: Int, _ columns: Int) -> [SparsePattern] {
  let rules: [(Int, Int) -> Bool] = [
    { _, _ in false },
    { _, _ in true },
    { row, column in row == 0 || column == 0 || row == column },
    { row, column in row == rows - 1 && column == columns - 1 },
    { row, column in (row * 5 + column * 3) % 4 == 1 },
  ]
  return rules.map { sparse(rows, columns, where: $0) }
}

/// The sparse pattern of the entries for which `isEntry(row, column)` holds.
package func sparse(
  _ rows: Int, _ columns: Int, where isEntry: (Int, Int) -> Bool
) -> SparsePattern {
  let entries = (0..<rows).flatMap { row in
    (0..<columns).filter { isEntry(row, $0) }.map { (row, $0) }
  }
  do {
    return try SparsePattern(
      rows: rows, columns: columns, rowIndices: entries.map(\.0),
      columnIndices: entries.map(\.1))
  } catch {
    preconditionFailure("indices inside the shape: \(error)")
  }
}

private func submatrices(_ rows: Int, _ columns: Int) -> [Structure] {
  let evenRows = IndexRuns(stride(from: 0, to: rows, by: 2))
  let oddColumns = IndexRuns(stride(from: 1, to: columns, by: 2))
  return [
    .submatrix(rows: evenRows, columns: oddColumns),
    .submatrix(rows: IndexRuns(0..<rows), columns: IndexRuns(0..<1)),
    .submatrix(
      rows: IndexRuns(rows - 1..<rows), columns: IndexRuns(0..<columns)),
    .submatrix(rows: IndexRuns(), columns: IndexRuns(0..<columns)),
  ]
}
