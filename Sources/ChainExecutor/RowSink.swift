import JacobianChain

/// Takes the rows of a general product.
struct RowSink: Sendable {
  private let sparse: SparsePattern?
  private let columns: Int

  /// - Precondition: the result is sparse or full; products without a closed
  ///   form have no other structure.
  init(_ result: Pattern) {
    columns = result.columns
    if case .sparse(let pattern) = result.structure {
      sparse = pattern
    } else {
      precondition(result.isDense)
      sparse = nil
    }
  }

  /// Moves one row of sums to the result and clears it.
  @inline(__always)
  func store(
    _ sum: UnsafeMutablePointer<Double>, _ row: Int,
    _ result: UnsafeMutablePointer<Double>
  ) {
    if let sparse {
      sparse.withIndices { starts, columns in
        for t in starts[row]..<starts[row + 1] {
          let column = columns[t]
          result[t] = sum[column]
          sum[column] = 0
        }
      }
    } else {
      for column in 0..<columns {
        result[row * columns + column] = sum[column]
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
    if let sparse {
      sparse.withIndices { starts, columns in
        let first = starts[rows[0]]
        let places = SIMD8(starts, at: rows)
        for t in 0..<starts[rows[0] + 1] - first {
          move(columns[first + t], places &+ t)
        }
      }
    } else {
      for column in 0..<columns { move(column, rows &* columns &+ column) }
    }
  }
}
