import ChainAD
import JacobianChain
import RealModule
import Testing

@Suite("Entries of a structure") struct StructureTests {
  /// The entries, put where their structure says, are the dense Jacobian.
  private func check(_ scalar: some ScalarFunction, _ structure: Structure)
    throws
  {
    let (m, n) = (scalar.outputCount, scalar.inputCount)
    let point = scattered(n)
    let dense = try Derivatives(
      Elemental.generic(name: "dense", scalar), at: point
    ).byTangents()
    let pattern = try Pattern(
      rows: m, columns: n, structure: structure, at: "")
    let function = Elemental.generic(
      name: "structured", structure: structure, scalar)
    let place = try Derivatives(function, at: point)
    for _ in 0..<2 {
      let entries = try place.entries(count: Int(pattern.storedEntries))
      var placed = [Double](repeating: 0, count: m * n)
      for (place, entry) in zip(places(structure, m, n), entries) {
        placed[place] = entry
      }
      let unit = entries.isEmpty
      #expect(agree(unit ? dense : placed, dense, within: 1e-14))
    }
  }

  @Test(arguments: [
    (6, 6, 0, 0), (6, 6, 1, 2), (9, 4, 2, 1), (4, 9, 1, 3), (12, 12, 11, 0),
    (40, 3, 1, 1), (3, 40, 0, 37),
  ])
  func bands(_ m: Int, _ n: Int, _ lower: Int, _ upper: Int) throws {
    let stencil = Stencil(
      inputCount: n, outputCount: m, lower: lower, upper: upper)
    try check(stencil, .banded(lower: lower, upper: upper))
    if lower == 0, upper == 0, m == n { try check(stencil, .diagonal) }
    let pattern = try Pattern(
      rows: m, columns: n, structure: .banded(lower: lower, upper: upper),
      at: "")
    try check(stencil, .sparse(pattern.expanded()))
  }

  /// Where a `Matrix` stores which entry, by its table: positions in the dense
  /// matrix, in the order of storage.
  private func places(_ structure: Structure, _ m: Int, _ n: Int) -> [Int] {
    let all = 0..<m * n
    switch structure {
    case .dense: return Array(all)
    case .diagonal: return (0..<n).map { $0 * (n + 1) }
    case .banded(let lower, let upper):
      return (-lower...upper).flatMap { diagonal in
        all.filter { $0 % n - $0 / n == diagonal }
      }
    case .blockDiagonal(_, let rows, let columns):
      return all.filter { $0 / n / rows == $0 % n / columns }
    case .sparse(let pattern):
      return (0..<m).flatMap { row in
        pattern.columnIndices[
          pattern.rowStarts[row]..<pattern.rowStarts[row + 1]
        ].map { row * n + $0 }
      }
    case .identity, .negatedIdentity, .selection, .negatedSelection,
      .submatrix:
      return []
    }
  }

  /// One dense block after the other.
  struct Blocks: ScalarFunction {
    var count: Int
    var block: Mixture
    var inputCount: Int { count * block.inputCount }
    var outputCount: Int { count * block.outputCount }
    func callAsFunction<T: Scalar>(_ x: [T]) -> [T] {
      (0..<count).flatMap { index in
        block(
          Array(x[index * block.inputCount..<(index + 1) * block.inputCount]))
      }
    }
  }

  @Test(arguments: [(2, 3), (3, 2), (1, 30), (30, 1)])
  func blocks(_ rows: Int, _ columns: Int) throws {
    try check(
      Blocks(
        count: 4, block: Mixture(inputCount: columns, outputCount: rows)),
      .blockDiagonal(count: 4, rows: rows, columns: columns))
  }

  struct Gather: ScalarFunction {
    let inputCount = 4
    let outputCount = 3
    func callAsFunction<T: Scalar>(_ x: [T]) -> [T] { [x[2], x[0], x[2]] }
  }

  @Test("known ones are not stored")
  func selection() throws { try check(Gather(), .selection([2, 0, 2])) }
}
