import ChainTestSupport
import Testing

@testable import JacobianChain

@Suite("Large sparse patterns: exact where they fit, refused, and stoppable")
struct LargePatternTests {
  /// Row 0, column 0 and the diagonal.
  private static func arrow(_ n: Int, corner: Bool = true) -> Pattern {
    let hub = corner ? 0 : 1
    let pattern = SparsePattern(
      rows: n, columns: n,
      rowStarts: [0] + (0..<n).map { n - hub + 2 * $0 },
      columnIndices: Array(hub..<n) + (1..<n).flatMap { [0, $0] })
    return shaped(.sparse(pattern), n, n)
  }

  private static func shaped(
    _ structure: Structure, _ m: Int, _ n: Int
  ) -> Pattern {
    Pattern(canonical: structure, rows: m, columns: n)
  }

  private static func line(_ n: Int, isRow: Bool) -> Pattern {
    let indices = (0..<n).filter { $0 % 3 > 0 }
    let row = SparsePattern(
      rows: 1, columns: n, rowStarts: [0, indices.count],
      columnIndices: indices)
    return isRow
      ? shaped(.sparse(row), 1, n) : shaped(.sparse(row.transposed), n, 1)
  }

  @Test("Two arrowheads fill up: told without holding 4 · 10^10 entries")
  func arrowheads() throws {
    let n = 200_000
    let arrow = Self.arrow(n)
    #expect(try Pattern.product(arrow, arrow).structure == .dense)
    // Row 0 times all, column 0 times all, and the rest of the diagonal.
    #expect(
      CostModel.multiply(arrow, arrow)
        == UInt128(n) * UInt128(n) + 4 * UInt128(n - 1))
  }

  @Test("A column times a row is full on the rows and columns that they meet")
  func outerProduct() throws {
    let n = 90_000
    let product = try Pattern.product(
      Self.line(n, isRow: false), Self.line(n, isRow: true))
    let met = IndexRuns((0..<n).filter { $0 % 3 > 0 })
    #expect(product.structure == .submatrix(rows: met, columns: met))
    #expect(product.columnColours == n / 3 * 2)
  }

  /// Looked at entry by entry they would take 4 · 10^10 steps.
  @Test("Wide bands fill up what shares a row with all: told by their ends")
  func wideBands() throws {
    let (n, hub) = (200_000, 100_000)
    let rows = SparsePattern(
      rows: n, columns: n,
      rowStarts: (0...hub).map { 2 * $0 } + (hub + 1...n).map { 2 * $0 - 1 },
      columnIndices: (0..<n).flatMap {
        $0 == hub ? [hub] : [min($0, hub), max($0, hub)]
      })
    let outer = Self.shaped(.sparse(rows), n, n)
    let band = try Pattern(
      rows: n, columns: n, structure: .banded(lower: n - 2, upper: n - 2),
      at: "")
    #expect(try Pattern.product(outer, band).structure == .dense)
  }

  @Test("A product that can't be held is refused, with its size")
  func refused() throws {
    let n = 9_000
    // Without the corner no row passes through everything.
    let arrow = Self.arrow(n, corner: false)
    #expect {
      _ = try Pattern.product(arrow, arrow)
    } throws: {
      ($0 as? ChainError)?.kind == .tooLarge
    }
  }

  @Test("Products, prices and baselines of large patterns can be stopped")
  func stopped() throws {
    let n = 5_000
    let arrow = Self.arrow(n, corner: false)
    #expect {
      _ = try Pattern.product(arrow, arrow, control: stopping(after: 0))
    } throws: {
      ($0 as? ChainError)?.kind == .interrupted
    }
    guard case .sparse(let entries) = arrow.structure else { return }
    let factors = ["a", "b"].map {
      Factor(
        name: $0, rows: n, columns: n, structure: .sparse(entries),
        tangentCost: 2, adjointCost: 3)
    }
    let problem = try Problem(factors: factors)
    let baselines = try Baselines(of: problem, control: stopping(after: 0))
    #expect(baselines[.forward] == nil && baselines[.bestSplit] == nil)
    #expect(baselines.stopReason == .interrupted)
    let plan = Plan(
      steps: [
        .accumulate(factor: 0, mode: .tangent),
        .eliminate(factor: 1, mode: .tangent, operand: 0),
      ], targets: [1])
    #expect {
      _ = try plan.priced(for: problem, control: stopping(after: 0))
    } throws: {
      ($0 as? ChainError)?.kind == .interrupted
    }
  }
}
