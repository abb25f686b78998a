import JacobianChain

extension Product {
  /// Any pair: both operands row by row, Gustavson's numeric product, each
  /// row gathered into the storage of the result (Gustavson 1978,
  /// doi:10.1145/355791.355796).
  ///
  /// A unit operand moves and adds; nothing is multiplied then.
  ///
  /// - Complexity: O(m + n + entries of both + fma).
  func general() throws(ChainError) -> Kernel {
    let (a, b) = (try RowList(outer), try RowList(inner))
    let (left, right) = (a.pattern, b.pattern)
    let runs = NeighbourRuns(right)
    let (width, sink) = (inner.columns, RowSink(result))
    return Kernel(scratch: width + a.scratch + b.scratch) { at in
      let sum = at.scratch
      sum.update(repeating: 0, count: width)
      let x = a.values(at.outer, sorting: sum + width)
      let y = b.values(at.inner, sorting: sum + width + a.scratch)
      return left.withIndices { leftStarts, leftColumns in
        right.withIndices { starts, columns in
          var fma = 0
          for row in 0..<left.rows {
            for s in leftStarts[row]..<leftStarts[row + 1] {
              let shared = leftColumns[s]
              let range = starts[shared]..<starts[shared + 1]
              let factor = x.map { $0[s] } ?? 1
              if let y {
                if runs.areLong {
                  for run in runs.ofRow(shared) {
                    DenseKernel.add(
                      run.count, factor, y + run.entry, to: sum + run.column)
                  }
                } else {
                  for t in range { sum[columns[t]] += factor * y[t] }
                }
                if x != nil { fma += range.count }
              } else {
                for t in range { sum[columns[t]] += factor }
              }
            }
            sink.store(sum, row, at.result)
          }
          return fma
        }
      }
    }
  }
}

extension SparsePattern {
  /// Where the rows begin and the columns of the entries, without checks.
  @inline(__always)
  fileprivate func withIndices<Result>(
    _ body: (UnsafePointer<Int>, UnsafePointer<Int>) -> Result
  ) -> Result {
    rowStarts.withUnsafeBufferPointer { starts in
      columnIndices.withUnsafeBufferPointer { columns in
        // A pattern without entries has no columns to point to.
        body(starts.baseAddress!, columns.baseAddress ?? starts.baseAddress!)
      }
    }
  }
}

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
}

/// An operand row by row: its expanded pattern and, at each product, its
/// values in that order.
private struct RowList: Sendable {
  private enum Order {
    /// There are no values: all of them are 1.
    case unit
    case stored
    /// A band is stored along its diagonals.
    case band(EntryWalk)
  }

  let pattern: SparsePattern
  /// Doubles that sorting the values needs.
  let scratch: Int
  private let order: Order

  init(_ operand: Pattern) throws(ChainError) {
    pattern = try operand.expanded()
    if case .banded = operand.structure {
      order = .band(EntryWalk(operand))
      scratch = pattern.entries
    } else {
      order = operand.structure.isUnit ? .unit : .stored
      scratch = 0
    }
  }

  /// The values in the order of the pattern; nil when all of them are 1.
  func values(
    _ stored: UnsafeMutablePointer<Double>,
    sorting sorted: UnsafeMutablePointer<Double>
  ) -> UnsafeMutablePointer<Double>? {
    switch order {
    case .unit: return nil
    case .stored: return stored
    case .band(let walk):
      var next = 0
      walk.forEachStored { position, _, _ in
        sorted[next] = stored[position]
        next += 1
      }
      return sorted
    }
  }
}
