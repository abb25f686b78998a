import JacobianChain

/// The vectors of a `WideBlock` whose numbers are near each other, four of them
/// side by side.
///
/// One exponent then serves a whole vector: sums don't need exponents of their
/// own, which are most of the work otherwise.
struct NearBlock {
  /// Elements of a vector, and entries of a matrix, are at least 2^−reach of
  /// its largest; entries are at most 2^reach: the square of an error, 2^−53 of
  /// a product, is still a normal double.
  private static let reach = 128

  private let vectors: WideBlock
  /// Groups of four vectors.
  private let groups: Int
  /// The exponent of each vector.
  private let tops: [Int]
  /// The three parts of an element, group by group: all values, all that they
  /// are rounded by, all errors.
  private let parts: LaneArrays
  /// Whether the last two are all 0.
  private let isExact: Bool
  /// Most coordinates of unit vectors are 0, and stay so for a while.
  private let isZero: [Bool]

  /// - Returns: nil for numbers that are too far from each other.
  /// - Throws: `ChainError` (`tooLarge`) when they don't fit into memory.
  /// - Complexity: O(count · width).
  init?(_ vectors: WideBlock) throws(ChainError) {
    let (count, width) = (vectors.count, vectors.width)
    // Three lanes in four would be empty.
    guard width > 1 else { return nil }
    var tops = [Int](repeating: WideBlock.nothing, count: width)
    for place in 0..<count * width {
      guard vectors.high[place].isFinite, vectors.error[place].isFinite
      else { return nil }
      tops[place % width] = max(tops[place % width], vectors.exponent[place])
    }
    let groups = (width + 3) / 4
    let parts = try LaneArrays(arrays: 3, count: count * groups)
    var isZero = [Bool](repeating: true, count: count)
    var isExact = true
    for coordinate in 0..<count {
      for vector in 0..<width {
        let place = coordinate * width + vector
        let exponent = vectors.exponent[place]
        guard exponent != WideBlock.nothing else { continue }
        let shift = exponent - tops[vector]
        guard shift >= -Self.reach else { return nil }
        isZero[coordinate] = false
        let (at, lane) = (coordinate * groups + vector / 4, vector % 4)
        let (low, error) = (vectors.low[place], vectors.error[place])
        if low != 0 || error != 0 { isExact = false }
        parts[0][at][lane] = vectors.high[place].scaled(by: shift)
        parts[1][at][lane] = low.scaled(by: shift)
        parts[2][at][lane] = error.scaled(by: shift)
      }
    }
    (self.vectors, self.groups, self.tops) = (vectors, groups, tops)
    (self.parts, self.isZero, self.isExact) = (parts, isZero, isExact)
  }

  /// As `WideBlock.times`.
  ///
  /// - Returns: nil when an entry is too far from 1.
  func times(
    _ matrix: Matrix, _ mode: Mode, _ rounding: Rounding
  ) throws(ChainError) -> WideBlock? {
    guard matrix.isNearOne(within: Self.reach) else { return nil }
    let isTangent = mode == .tangent
    let count = isTangent ? matrix.rows : matrix.columns
    let sums = try LaneArrays(arrays: 4, count: count * groups)
    isZero.withUnsafeBufferPointer { isZero in
      matrix.forEachEntry { row, column, value in
        let (to, from) = isTangent ? (row, column) : (column, row)
        if value != 0, !isZero[from] { add(value, from, sums, to) }
      }
    }
    return try finished(sums, count, rounding)
  }

  /// Adds a · x: the sum, what it is rounded by, Σ|a||x|, Σ (a · error of x)².
  @inline(__always)
  private func add(_ a: Double, _ from: Int, _ sums: LaneArrays, _ to: Int) {
    let (head, tail) = a.halves
    for group in 0..<groups {
      let (source, place) = (from * groups + group, to * groups + group)
      let x = parts[0][source]
      let wide = x * 0x8000001p0
      let xHead = wide - (wide - x)
      let xTail = x - xHead
      let product = x * a
      // What the product was rounded by (Dekker 1971, doi:10.1007/BF01397083).
      var rest = xHead * head - product
      rest = ((rest + xTail * head) + xHead * tail) + xTail * tail
      let before = sums[0][place]
      let sum = before + product
      let added = sum - before
      rest += (before - (sum - added)) + (product - added)
      sums[0][place] = sum
      sums[2][place] += product.magnitudes
      if !isExact {
        rest += parts[1][source] * a
        let error = parts[2][source] * a
        sums[3][place] += error * error
      }
      sums[1][place] += rest
    }
  }

  private func finished(
    _ sums: LaneArrays, _ count: Int, _ rounding: Rounding
  ) throws(ChainError) -> WideBlock {
    let result = try WideBlock(zero: count, width: vectors.width)
    for coordinate in 0..<count {
      for vector in 0..<vectors.width {
        let (at, lane) = (coordinate * groups + vector / 4, vector % 4)
        let place = coordinate * vectors.width + vector
        result.exponent[place] = tops[vector]
        result.finish(
          place, sum: sums[0][at][lane], rest: sums[1][at][lane],
          magnitude: sums[2][at][lane], variance: sums[3][at][lane], rounding)
      }
    }
    return result
  }
}

/// Arrays of one length of four doubles each.
private struct LaneArrays {
  private let base: UnsafeMutablePointer<SIMD4<Double>>
  private let count: Int
  private let storage: Buffer

  /// All 0.
  init(arrays: Int, count: Int) throws(ChainError) {
    self.count = count
    storage = try Buffer(count: arrays * count * 4)
    base = UnsafeMutableRawPointer(storage.base)
      .bindMemory(to: SIMD4<Double>.self, capacity: arrays * count)
    base.update(repeating: .zero, count: arrays * count)
  }

  subscript(array: Int) -> UnsafeMutablePointer<SIMD4<Double>> {
    @inline(__always) get { base + array * count }
  }
}

extension SIMD4<Double> {
  @inline(__always)
  fileprivate var magnitudes: Self {
    unsafeBitCast(
      unsafeBitCast(self, to: SIMD4<UInt64>.self) & (.max >> 1), to: Self.self)
  }
}

extension Matrix {
  /// Whether all entries but zeros have sizes of 2^−reach to 2^reach.
  ///
  /// - Complexity: O(m + entries).
  fileprivate func isNearOne(within reach: Int) -> Bool {
    let (least, most) = (1.0.scaled(by: -reach), 1.0.scaled(by: reach))
    var isNear = true
    forEachEntry { _, _, value in
      let size = value.magnitude
      if value != 0, !(size >= least && size <= most) { isNear = false }
    }
    return isNear
  }
}
