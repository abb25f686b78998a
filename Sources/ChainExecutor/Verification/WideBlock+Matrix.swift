import JacobianChain

extension WideBlock {
  /// J · vectors (tangent, vectors of n coordinates) or vectors · J (adjoint,
  /// of m), entry by entry.
  ///
  /// Terms are added up compensated (Ogita, Rump & Oishi 2005,
  /// doi:10.1137/030601818): the error is some 2^−100 of Σ|a||x|. Where numbers
  /// are far from each other, one walk over the entries finds the largest
  /// exponent in each sum first, and terms below 2^−1000 of it are dropped.
  ///
  /// - Precondition: the entries are finite.
  /// - Throws: `ChainError` (`tooLarge`) when the result doesn't fit into
  ///   memory.
  /// - Complexity: O(entries · width).
  func times(
    _ matrix: Matrix, _ mode: Mode, _ rounding: Rounding
  ) throws(ChainError) -> WideBlock {
    let isTangent = mode == .tangent
    precondition(count == (isTangent ? matrix.columns : matrix.rows))
    if let near = try NearBlock(self),
      let result = try near.times(matrix, mode, rounding)
    {
      return result
    }
    let sums = try Sums(
      of: self, count: isTangent ? matrix.rows : matrix.columns)
    // Most coordinates of unit vectors are 0, and stay so for a while.
    let isZero = (0..<count).map { coordinate in
      (0..<width).allSatisfy {
        exponent[coordinate * width + $0] == Self.nothing
      }
    }
    isZero.withUnsafeBufferPointer { isZero in
      matrix.forEachEntry { row, column, value in
        let (to, from) = isTangent ? (row, column) : (column, row)
        if value != 0, !isZero[from] { sums.raise(to, from, value) }
      }
      matrix.forEachEntry { row, column, value in
        let (to, from) = isTangent ? (row, column) : (column, row)
        if value != 0, !isZero[from] { sums.add(to, from, value) }
      }
    }
    return sums.finished(rounding)
  }

  /// The sum of blocks of one shape, as what reaches a place in several ways.
  ///
  /// - Precondition: there is at least one.
  /// - Throws: `ChainError` (`tooLarge`) when it doesn't fit into memory.
  /// - Complexity: O(blocks · count · width).
  static func sum(
    _ terms: [WideBlock], _ rounding: Rounding
  ) throws(ChainError) -> WideBlock {
    guard terms.count > 1 else { return terms[0] }
    var sums = try Sums(of: terms[0], count: terms[0].count)
    for term in terms {
      sums.vectors = term
      for coordinate in 0..<term.count {
        sums.raise(coordinate, coordinate, 1)
      }
    }
    for term in terms {
      sums.vectors = term
      for coordinate in 0..<term.count { sums.add(coordinate, coordinate, 1) }
    }
    return sums.finished(rounding)
  }
}

/// Σ a·x for each element of a result that is being made.
private struct Sums {
  private typealias Doubles = WideBlock.Doubles

  fileprivate var vectors: WideBlock
  private let result: WideBlock
  private let width: Int
  /// Σ|a||x|, and Σ (a · error of x)².
  private let magnitudes: Doubles
  private let variances: Doubles
  private let storage: Buffer

  init(of vectors: WideBlock, count: Int) throws(ChainError) {
    self.vectors = vectors
    width = vectors.width
    result = try WideBlock(zero: count, width: width)
    let size = count * width
    storage = try Buffer(count: 2 * size)
    storage.base.update(repeating: 0, count: 2 * size)
    (magnitudes, variances) = (storage.base, storage.base + size)
  }

  /// Makes room for a · x.
  @inline(__always)
  func raise(_ to: Int, _ from: Int, _ a: Double) {
    let tops = result.exponent + to * width
    let exponents = vectors.exponent + from * width
    let shift = Int(a.exponent)
    for v in 0..<width { tops[v] = max(tops[v], exponents[v] &+ shift) }
  }

  /// Adds a · x.
  @inline(__always)
  func add(_ to: Int, _ from: Int, _ a: Double) {
    let (place, source) = (to * width, from * width)
    let shift = Int(a.exponent)
    let factor = a.sign == .plus ? a.significand : -a.significand
    let (head, tail) = factor.halves
    for v in 0..<width {
      let distance =
        vectors.exponent[source + v] &+ shift &- result.exponent[place + v]
      let power = distance < -1000 ? 0 : 1023 &+ distance
      let scale = Double(bitPattern: UInt64(bitPattern: Int64(power)) << 52)
      let x = vectors.high[source + v] * scale
      let (xHead, xTail) = x.halves
      let product = factor * x
      // What the product was rounded by (Dekker 1971, doi:10.1007/BF01397083).
      var rest =
        ((head * xHead - product) + head * xTail + tail * xHead) + tail * xTail
      rest += factor * (vectors.low[source + v] * scale)
      let before = result.high[place + v]
      let sum = before + product
      let added = sum - before
      rest += (before - (sum - added)) + (product - added)
      result.high[place + v] = sum
      result.low[place + v] += rest
      magnitudes[place + v] += product.magnitude
      let error = factor * (vectors.error[source + v] * scale)
      variances[place + v] += error * error
    }
  }

  func finished(_ rounding: Rounding) -> WideBlock {
    for place in 0..<result.count * width {
      result.finish(
        place, sum: result.high[place], rest: result.low[place],
        magnitude: magnitudes[place], variance: variances[place], rounding)
    }
    return result
  }
}

extension WideBlock {
  /// Makes an element of a sum, of what it was rounded by, and of Σ|a||x| and
  /// Σ (a · error of x)²; only for a block that is being made.
  func finish(
    _ place: Int, sum: Double, rest: Double, magnitude: Double,
    variance: Double, _ rounding: Rounding
  ) {
    high[place] = sum + rest
    low[place] = rest - (high[place] - sum)
    let own = rounding.unit * magnitude
    error[place] = (variance + own * own).squareRoot()
    normalize(place)
  }
}

extension Double {
  /// Two doubles of 26 digits whose sum it is.
  var halves: (head: Double, tail: Double) {
    @inline(__always) get {
      let wide = 0x8000001p0 * self
      let head = wide - (wide - self)
      return (head, self - head)
    }
  }
}
