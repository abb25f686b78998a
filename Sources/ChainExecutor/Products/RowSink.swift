import JacobianChain

/// Takes the rows of a general product.
struct RowSink: Sendable {
  private let sparse: SparsePattern?
  /// What is stored of a result that isn't sparse.
  private let core: Core

  /// - Precondition: the result is sparse, or full on some rows and columns;
  ///   products without a closed form have no other structure.
  init(_ result: Pattern) {
    if case .sparse(let pattern) = result.structure {
      (sparse, core) = (pattern, Core(Pattern(denseRows: 1, columns: 1)))
    } else {
      (sparse, core) = (nil, Core(result))
    }
  }

  /// The same for the time of a product, without counts of references.
  struct Rows {
    fileprivate typealias Indices = (
      starts: UnsafePointer<Int>, columns: UnsafePointer<Int>
    )
    /// Of a sparse result.
    fileprivate let indices: Indices?
    fileprivate let core: Core

    /// Moves one row of sums to the result and clears it.
    @inline(__always)
    func store(
      _ sum: UnsafeMutablePointer<Double>, _ row: Int,
      _ result: UnsafeMutablePointer<Double>
    ) {
      if let (starts, columns) = indices {
        for t in starts[row]..<starts[row + 1] {
          let column = columns[t]
          result[t] = sum[column]
          sum[column] = 0
        }
      } else if let rank = core.rows.rank(of: row) {
        let target = result + rank * core.stride
        core.columns.forEach { column, place in
          target[place] = sum[column]
          sum[column] = 0
        }
      }
    }

    /// Moves rows with the same columns to the result and clears their sums.
    @inline(__always)
    func store(
      _ sums: UnsafeMutablePointer<SIMD8<Double>>, _ rows: SIMD8<Int>,
      _ result: UnsafeMutablePointer<Double>
    ) {
      @inline(__always)
      func move(_ column: Int, _ places: SIMD8<Int>) {
        for lane in 0..<8 {
          result[places[lane]] = sums[column][lane]
        }
        sums[column] = .zero
      }
      if let (starts, columns) = indices {
        let first = starts[rows[0]]
        let places = SIMD8(starts, at: rows)
        for t in 0..<starts[rows[0] + 1] - first {
          move(columns[first + t], places &+ t)
        }
      } else if core.rows.contains(rows[0]) {
        // Rows with the same columns are all empty, or none of them is.
        var starts = SIMD8<Int>()
        for lane in 0..<8 {
          starts[lane] = core.rows.rank(of: rows[lane])! * core.stride
        }
        core.columns.forEach { column, place in move(column, starts &+ place) }
      }
    }
  }

  @inline(__always)
  func withRows(_ body: (Rows) -> Int) -> Int {
    guard let sparse else { return body(Rows(indices: nil, core: core)) }
    return sparse.withIndices { body(Rows(indices: ($0, $1), core: core)) }
  }
}
