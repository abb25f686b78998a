import ChainRandom
import JacobianChain
import Testing

@testable import ChainExecutor

struct MatrixTests {
  @Test(arguments: 0..<Samples.kinds)
  func entriesRoundTrip(kind: Int) throws {
    var random = SplitMix64(seed: UInt64(kind))
    for _ in 0..<40 {
      let rows = random.integer(in: 1...9)
      let columns = random.oneIn(2) ? rows : random.integer(in: 1...9)
      let pattern = try Samples.pattern(kind, rows, columns, &random)
      let matrix = try Matrix.random(pattern, using: &random)
      let dense = try matrix.denseEntries()
      for row in 0..<rows {
        for column in 0..<columns {
          #expect(matrix.entry(row, column) == dense[row * columns + column])
        }
      }
      var next = 0
      for row in matrix {
        #expect(row == Array(dense[next..<(next + columns)]))
        next += columns
      }
      #expect(next == dense.count)
      let again = try Matrix(pattern: pattern, denseEntries: dense)
      #expect(try again.denseEntries() == dense)
      let expanded = try pattern.expanded()
      var values: [Double] = []
      for row in 0..<rows {
        for column in expanded.row(row) {
          values.append(dense[row * columns + column])
        }
      }
      let listed = try Matrix(pattern: pattern, sparseValues: values)
      #expect(try listed.denseEntries() == dense)
      #expect(matrix.storedBytes == 8 * Int(pattern.storedEntries))
      #expect(
        dense.filter { $0 != 0 }.count == Int(pattern.nonzeros),
        "an entry of \(pattern) is stored twice or nowhere")
    }
  }

  @Test func wrongCountsAreRefused() throws {
    let pattern = Pattern(denseRows: 2, columns: 3)
    let error = #expect(throws: ChainError.self) {
      try Matrix(pattern: pattern, denseEntries: [1, 2])
    }
    #expect(error?.expected == "2 × 3 entries")
    #expect(throws: ChainError.self) {
      try Matrix(pattern: pattern, sparseValues: [1, 2, 3, 4, 5])
    }
  }

  @Test func hugeListsAreRefused() throws {
    let count = 1_000_000
    let pattern = try Pattern(
      rows: count, columns: count, structure: .identity, at: "")
    let matrix = try Matrix(
      pattern: pattern, sparseValues: [Double](repeating: 1, count: count))
    let error = #expect(throws: ChainError.self) {
      try matrix.denseEntries()
    }
    #expect(error?.kind == .tooLarge)
  }

  @Test func whatCannotBeHeldIsRefused() throws {
    var random = SplitMix64(seed: 1)
    let error = #expect(throws: ChainError.self) {
      try Matrix.random(
        Pattern(denseRows: 1 << 40, columns: 1 << 40), using: &random)
    }
    #expect(error?.kind == .tooLarge)
  }

  /// 400 random factors: the product is neither 0 nor infinite.
  @Test func longChainsKeepTheirSize() throws {
    var random = SplitMix64(seed: 3)
    let pattern = Pattern(denseRows: 30, columns: 30)
    var product = try Matrix.random(pattern, using: &random)
    for _ in 0..<400 {
      product = try Matrix.product(
        try Matrix.random(pattern, using: &random), product
      ).matrix
    }
    let largest = try product.denseEntries().map(abs).max() ?? 0
    #expect(largest > 1e-20 && largest < 1e20)
  }

  @Test(arguments: 0..<Samples.kinds)
  func adjointIdentity(kind: Int) throws {
    var random = SplitMix64(seed: UInt64(40 + kind))
    for _ in 0..<20 {
      let rows = random.integer(in: 1...9)
      let columns = random.oneIn(2) ? rows : random.integer(in: 1...9)
      let pattern = try Samples.pattern(kind, rows, columns, &random)
      let operand = Operand(try .random(pattern, using: &random))
      let x = (0..<columns).map { _ in random.uniform() }
      let y = (0..<rows).map { _ in random.uniform() }
      func applied(
        _ mode: Mode, _ vector: [Double], _ count: Int
      ) throws -> [Double] {
        var block = [Double](repeating: .nan, count: count)
        var span = block.mutableSpan
        try operand.apply(mode, to: vector.span, width: 1, into: &span)
        return block
      }
      let forward = try applied(.tangent, x, rows)
      let backward = try applied(.adjoint, y, columns)
      let left = zip(y, forward).reduce(0) { $0 + $1.0 * $1.1 }
      let right = zip(backward, x).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(abs(left - right) <= 1e-12 * max(1, abs(left)), "\(pattern)")
      #expect(
        Samples.error(
          forward, try operand.product(.tangent, with: x) ?? []) <= 1e-12)
      #expect(
        Samples.error(
          backward, try operand.product(.adjoint, with: y) ?? []) <= 1e-12)
    }
  }
}
