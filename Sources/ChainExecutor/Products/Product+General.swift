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
    if !outer.structure.isUnit, !inner.structure.isUnit,
      inner.columns <= CostModel.mostSideBySide
    {
      if let strips = PanelStrips(left, right) {
        return panelsTimesPanels(strips, a, b)
      }
      if let alike = AlikeRows(left) { return alikeRows(alike, a, b) }
    }
    let rows = RowSums(right, by: loops)
    let (width, sink) = (inner.columns, RowSink(result))
    return Kernel(scratch: width + a.scratch + b.scratch) { at in
      let sum = at.scratch
      sum.update(repeating: 0, count: width)
      let x = a.values(at.outer, sorting: sum + width)
      let y = b.values(at.inner, sorting: sum + width + a.scratch)
      return left.withIndices { leftStarts, leftColumns in
        rows.withRows { rows in
          sink.withRows { sink in
            var fma = 0
            for row in 0..<left.rows {
              for s in leftStarts[row]..<leftStarts[row + 1] {
                let (shared, factor) = (leftColumns[s], x.map { $0[s] } ?? 1)
                if let y {
                  let count = rows.add(factor, shared, of: y, to: sum)
                  if x != nil { fma += count }
                } else {
                  rows.add(factor, toColumnsOf: shared, in: sum)
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

  /// Rows of the outer operand that have the same columns, side by side: an
  /// entry of the inner operand is looked up once for all of them, and what
  /// they add to a column is one vector.
  private func alikeRows(
    _ alike: AlikeRows, _ a: RowList, _ b: RowList
  ) -> Kernel {
    typealias Lanes = SIMD8<Double>
    let (left, right) = (a.pattern, b.pattern)
    let (width, sink) = (inner.columns, RowSink(result))
    let room = width * Lanes.scalarCount
    return Kernel(scratch: room + a.scratch + b.scratch) { at in
      let sums = UnsafeMutableRawPointer(at.scratch)
        .bindMemory(to: Lanes.self, capacity: width)
      sums.update(repeating: .zero, count: width)
      let x = a.values(at.outer, sorting: at.scratch + room)!
      let y = b.values(at.inner, sorting: at.scratch + room + a.scratch)!
      return left.withIndices { leftStarts, leftColumns in
        right.withIndices { starts, columns in
          sink.withRows { sink in
            var fma = 0
            for group in alike.groups {
              let row = group.rows[0]
              let first = leftStarts[row]
              let places = SIMD8(leftStarts, at: group.rows)
              for s in 0..<leftStarts[row + 1] - first {
                let factors = Lanes(x + s, at: places)
                let shared = leftColumns[first + s]
                let range = starts[shared]..<starts[shared + 1]
                for t in range { sums[columns[t]] += factors * y[t] }
                fma += group.count * range.count
              }
              sink.store(sums, group.rows, at.result)
            }
            return fma
          }
        }
      }
    }
  }
}

extension SIMD8 {
  /// The elements at eight places.
  @inline(__always)
  init(_ elements: UnsafePointer<Scalar>, at places: SIMD8<Int>) {
    self.init(
      elements[places[0]], elements[places[1]], elements[places[2]],
      elements[places[3]], elements[places[4]], elements[places[5]],
      elements[places[6]], elements[places[7]])
  }
}
