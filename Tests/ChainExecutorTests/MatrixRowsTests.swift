import JacobianChain
import Testing

@testable import ChainExecutor

/// A matrix as people read it: one entry, one row, the whole.
@Suite struct MatrixRowsTests {
  private static func matrix(
    _ rows: Int, _ columns: Int, _ entry: (Int, Int) -> Double
  ) throws -> Matrix {
    try Matrix.dense(rows: rows, columns: columns) { entries in
      for i in 0..<rows {
        for j in 0..<columns { entries[i * columns + j] = entry(i, j) }
      }
    }
  }

  private static func identity(_ size: Int) throws -> Matrix {
    let pattern = try Pattern(
      rows: size, columns: size, structure: .identity, at: "/test")
    return try Matrix(unfilled: pattern)
  }

  @Test func entriesAndRows() throws {
    let jacobian = try Self.matrix(2, 3) { Double(10 * $0 + $1) }
    #expect(jacobian[1, 2] == 12)
    #expect(Array(jacobian) == [[0, 1, 2], [10, 11, 12]])
    let unit = try Self.identity(2)
    #expect(Array(unit) == [[1, 0], [0, 1]])
  }

  @Test func smallOnesAreShownWhole() throws {
    let jacobian = try Self.matrix(2, 2) { [[1, 1], [5, 4]][$0][$1] }
    #expect(
      "\(jacobian)" == """
        2 × 2, dense
          1  1
          5  4
        """)
    let odd = try Self.matrix(1, 4) { [-0.5, 1 / 3.0, 1.5e300, .nan][$1 + $0] }
    #expect(
      "\(odd)" == "1 × 4, dense\n  -0.5  0.333333  1.5e+300  nan")
  }

  @Test func largeOnesShowTheirCorners() throws {
    let jacobian = try Self.matrix(11, 40) { Double($0 + $1) }
    let lines = "\(jacobian)".split(separator: "\n")
    #expect(lines[0] == "11 × 40, dense")
    #expect(lines.count == 11)
    #expect(lines[1] == "   0   1   2   3   4  …  36  37  38  39")
    #expect(lines[6].allSatisfy { $0 == "⋮" || $0 == " " })
    #expect(lines[10] == "  10  11  12  13  14  …  46  47  48  49")
    #expect(try "\(Self.identity(1 << 40))".count < 600)
  }
}
