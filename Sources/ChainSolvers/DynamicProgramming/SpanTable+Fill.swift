import Dispatch
import JacobianChain

extension SpanTable {
  /// Fills the table, one anti-diagonal of tiles after the other; the tiles of
  /// one are independent and share out the cores. Returns why it stopped.
  ///
  /// - Complexity: O(q³) time.
  func fill<Prices: SpanPrices>(
    _ prices: Prices, _ control: SearchControl
  ) -> StopReason? where Prices.Price == Price {
    let joints = JointsTable<Prices.Joints>(tiles: tiles)
    for distance in 0..<tiles {
      if let reason = control.shouldStop() { return reason }
      let count = tiles - distance
      if count == 1 {
        finish(0, distance, prices, joints)
      } else {
        DispatchQueue.concurrentPerform(iterations: count) { I in
          finish(I, I + distance, prices, joints)
        }
      }
      if let reason = prices.stopReason { return reason }
      // A tile at `distance` joins `distance` pairs of tiles.
      let (done, all) = (Double(distance + 1), Double(tiles))
      let share = done * done * (3 * all - 2 * done) / (all * all * all)
      control.progress(SearchProgress(share: share))
    }
    return nil
  }

  /// Computes tile (I, J) from those to its left and below it.
  private func finish<Prices: SpanPrices>(
    _ I: Int, _ J: Int, _ prices: Prices,
    _ joints: JointsTable<Prices.Joints>
  ) where Prices.Price == Price {
    let target = tile(I, J)
    target.initialize(repeating: .unreached, count: side * side)
    let (rows, columns) = (boundaries(I), boundaries(J))
    let own = prices.joints(rows, columns)
    joints[I, J] = own
    for K in I + 1..<max(J, I + 1) {
      let splits = boundaries(K)
      let (innerJoints, outerJoints) = (joints[I, K], joints[K, J])
      let (inner, outer) = (tile(I, K), tile(K, J))
      for (r, i) in rows.enumerated() {
        outerJoints.relax(
          target + r * side - columns.lowerBound, i, splits, columns,
          inner: inner + r * side - splits.lowerBound,
          innerJoints: innerJoints, outer: outer - columns.lowerBound,
          side: side, target: own)
      }
    }
    finishInside(I, J, prices, joints)
  }

  /// The splits whose outer or inner span lies in the tile itself, with the
  /// eliminations: rows upwards, and in a row the columns rightwards, four at
  /// a time.
  private func finishInside<Prices: SpanPrices>(
    _ I: Int, _ J: Int, _ prices: Prices,
    _ joints: JointsTable<Prices.Joints>
  ) where Prices.Price == Price {
    let (rows, columns) = (boundaries(I), boundaries(J))
    let (target, first) = (tile(I, J), tile(I, I))
    let last = tile(J, J) - columns.lowerBound
    let (own, firstJoints, lastJoints) = (
      joints[I, J], joints[I, I], joints[J, J]
    )
    for i in rows.reversed() {
      let r = i - rows.lowerBound
      let row = target + r * side - columns.lowerBound
      // The row of factor i + 1, for adjoints of factor i.
      let next =
        i + 1 < rows.upperBound
        ? row + side
        : tile(min(I + 1, J), J) - columns.lowerBound
      // The price of the span one factor shorter, for tangents.
      var shorter = I == J ? .unreached : tile(I, J - 1)[r * side + side - 1]
      if I != J {
        own.relax(
          row, i, i + 1..<rows.upperBound, columns,
          inner: first + r * side - rows.lowerBound,
          innerJoints: firstJoints,
          outer: target + (r + 1) * side - columns.lowerBound, side: side,
          target: own)
      }
      let start = max(columns.lowerBound, i + 1)
      var j = start
      while j < columns.upperBound {
        let group = j..<min(j + 4, columns.upperBound)
        own.gather(row, i, group)
        for end in group {
          var best = row[end]
          for k in j..<end {
            let outer = last[(k - columns.lowerBound) * side + end]
            let price = lastJoints.price(i, k, end, innerJoints: own)
            best = min(best, row[k] +% outer +% price)
          }
          if end == i + 1 {
            best = Price(price: prices.leaf(i).price)
          } else {
            if let tangent = prices.tangent(i, end) {
              best = min(best, shorter +% tangent)
            }
            if let adjoint = prices.adjoint(i, end) {
              best = min(best, next[end] +% adjoint)
            }
          }
          row[end] = best
          shorter = best
        }
        own.settle(row, i, group)
        // Blocks double as in a binary counter: the last 1, 2, 4 … groups are
        // the splits of as many groups to come.
        j = group.upperBound
        let count = (j - start + 3) / 4
        let width = 4 * (count & -count)
        let splits = max(start, j - width)..<j
        lastJoints.relax(
          row, i, splits, j..<min(j + width, columns.upperBound), inner: row,
          innerJoints: own,
          outer: last + (splits.lowerBound - columns.lowerBound) * side,
          side: side, target: own)
      }
    }
  }
}

/// What was prepared for each tile of outer spans; written once by the tile's
/// own thread, before anybody reads it.
private final class JointsTable<Joints>: @unchecked Sendable {
  private let storage: UnsafeMutablePointer<Joints?>
  private let count: Int

  init(tiles: Int) {
    count = tiles * (tiles + 1) / 2
    storage = .allocate(capacity: count)
    storage.initialize(repeating: nil, count: count)
  }

  deinit {
    storage.deinitialize(count: count)
    storage.deallocate()
  }

  subscript(I: Int, J: Int) -> Joints {
    get { storage[J * (J + 1) / 2 + I]! }
    set { storage[J * (J + 1) / 2 + I] = newValue }
  }
}
