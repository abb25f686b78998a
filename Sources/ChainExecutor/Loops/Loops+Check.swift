import CChainKernels

/// Whether vectors compute what they should.
extension Loops {
  /// A dozen products of odd shapes and every other loop at odd lengths give
  /// what other loops give. All numbers are small integers, which every order
  /// of additions sums to the same, so that results are compared exactly.
  ///
  /// - Complexity: some 100 microseconds.
  func agrees(with other: Loops) -> Bool {
    let shapes = [
      (1, 1, 1), (3, 5, 2), (1, 19, 37), (7, 1, 9), (9, 33, 4), (2, 70, 1),
      (8, 6, 24), (13, 17, 29), (25, 4, 71), (67, 40, 51), (6, 400, 5),
      (66, 130, 275),
    ]
    return shapes.allSatisfy { m, k, n in
      [false, true].allSatisfy {
        dense(m, k, n, differently: $0)
          == other.dense(m, k, n, differently: $0)
      }
    }
      && [1, 3, 8, 21, 70].allSatisfy { rows($0) == other.rows($0) }
      && [(1, 1), (3, 3), (5, 2), (4, 7)].allSatisfy {
        bands($0, $1) == other.bands($0, $1)
      }
  }

  /// Integers from −8 to 8 that differ from place to place.
  private static func numbers(_ count: Int, _ seed: Int) -> [Double] {
    (0..<count).map { Double(($0 + seed) * 7919 % 17 - 8) }
  }

  /// - Parameter differently: added to what is there, with a diagonal between.
  private func dense(
    _ m: Int, _ k: Int, _ n: Int, differently: Bool
  ) -> [Double] {
    let (a, b) = (Self.numbers(m * k, 1), Self.numbers(k * n, 2))
    let middle = Self.numbers(k, 4)
    var c = Self.numbers(m * n, 3)
    _ = middle.withUnsafeBufferPointer {
      multiply(
        m, k, n, a, k, scaled: differently ? $0.baseAddress : nil, b, n,
        into: &c, n, adding: differently)
    }
    return c
  }

  /// What each loop along rows of n makes.
  private func rows(_ n: Int) -> [[Double]] {
    let (a, b) = (Self.numbers(3 * n, 4), Self.numbers(3 * n, 5))
    let x = Self.numbers(16, 6)
    var made = [[Double]](repeating: b, count: 5)
    add(n, x[0], a, to: &made[0])
    addProducts(n, a, b, to: &made[1])
    a.withUnsafeBufferPointer { a in
      let rows = (0..<3).map { a.baseAddress! + $0 * n as UnsafePointer? }
      table.pointee.combine(n, 3, x, rows, &made[2])
    }
    scaleRows(3, n, by: x, a, into: &made[3])
    _ = scaleColumns(3, n, a, stride: n, by: b, into: &made[4])
    var sums = Self.numbers(8 * n, 7)
    table.pointee.scatter_eight(2, [1, 2], [n - 1, 0], x, b, &sums)
    var one = Self.numbers(n, 8)
    table.pointee.scatter_one(2, [1, 2], [n - 1, 0], [1, 0], x, b, &one)
    return made + [sums, one, [dot(n, a, b)]]
  }

  /// What products with bands of l and u diagonals make. The diagonals are
  /// longer than need be, so that every row has all of them.
  private func bands(_ l: Int, _ u: Int) -> [[Double]] {
    let (rows, n) = (19, 13)
    let room = rows + l + u
    let (a, b) = (Self.numbers(l * room, 1), Self.numbers(u * room, 2))
    let starts = (0..<l + u).map { $0 * room }
    let block = Self.numbers(room * n, 3)
    var made = [[Double]](
      repeating: [Double](repeating: 0, count: (l + u) * room + rows * n),
      count: 4)
    chain_band.with(lowest: 0, Array(starts[..<l]), a) { outer in
      chain_band.with(lowest: 0, Array(starts[..<u]), b) { inner in
        table.pointee.band_times_dense(
          0, rows, n, outer, block, n, &made[0], n)
        table.pointee.dense_times_band(
          1, u - 1, rows, block, room, inner, &made[1], room)
        table.pointee.band_times_band(
          0, rows, outer, inner, starts, &made[2])
        for (place, count) in [1, 2, 9, rows].enumerated() {
          made[3].withUnsafeMutableBufferPointer {
            table.pointee.few_times_band(
              count, block, inner, $0.baseAddress! + place * room)
          }
        }
      }
    }
    return made
  }
}
