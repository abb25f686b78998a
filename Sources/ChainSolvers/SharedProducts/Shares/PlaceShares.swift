import JacobianChain

/// The share of each word's price that each of its places pays.
///
/// A *place* is a span of a target. Where trees have used a place it has a
/// share of its own, it is *claimed*; all other places of a word have equal
/// shares, kept as one number. The shares of a word's places sum to one, but
/// for rounding, which `greatestSum` measures: so they are a split of its price,
/// a point of the Lagrangian dual (`LagrangianDual`).
struct PlaceShares: ~Copyable {
  /// The share of each place that isn't claimed, by the word's first cell.
  let rests: FlatArray<Float>
  /// The share of each claim.
  private(set) var shares: [Float] = []
  /// What trees have lately paid for each claim's word, averaged.
  private var directions: [Float] = []
  /// What the present trees pay for it, 0 where they don't use it.
  private var usages: [Float] = []
  private var owners: [Int32] = []
  private var words: [Word] = []
  private let wordsOfCells: FlatArray<Int32>
  private let places: FlatArray<Int32>
  /// Words with a direction.
  private var active: [Int32] = []
  private var values: [Float] = []

  private struct Word {
    let cell: Int
    var claims: [Int32] = []
    var isActive = false
    /// The greatest direction of its claims.
    var most: Float = 0
  }

  /// The weight of the newest trees in a direction.
  private static let smoothing: Float = 0.5
  /// A direction below this part of all prices is forgotten.
  private static let threshold: Float = 1e-9

  /// Equal shares.
  ///
  /// - Complexity: O(cells + endings).
  init(
    _ rows: borrowing WordRows, _ endings: TargetEndings, _ goals: [Int]
  ) {
    let sums = Places(rows.cellCount)
    sums.sum(
      goals.map { _ in ScaledNumber(mantissa: 1, digits: 0) }, goals, rows,
      endings)
    rests = FlatArray(unfilled: rows.cellCount)
    places = FlatArray(unfilled: rows.cellCount)
    wordsOfCells = FlatArray(repeating: -1, count: rows.cellCount)
    for cell in 0..<rows.cellCount {
      let all = sums[cell]
      let count = all.mantissa * ScaledNumber.power(all.digits)
      places[cell] = Int32(count)
      rests[cell] = 1 / Float(count)
    }
  }

  /// Gives a place of the word of `cell`, its first one, a share of its own:
  /// the one that it has. −1 where the word has no other place.
  mutating func claim(_ cell: Int) -> Int32 {
    guard places[cell] > 1 else { return -1 }
    if wordsOfCells[cell] < 0 {
      wordsOfCells[cell] = Int32(words.count)
      words.append(Word(cell: cell))
    }
    let claim = Int32(shares.count)
    let word = wordsOfCells[cell]
    words[Int(word)].claims.append(claim)
    owners.append(word)
    shares.append(rests[cell])
    directions.append(0)
    usages.append(0)
    return claim
  }

  /// A tree uses a claim's place, for an operation of this price.
  mutating func use(_ claim: Int32, _ price: Float) {
    usages[Int(claim)] = price
    let word = Int(owners[Int(claim)])
    if !words[word].isActive {
      words[word].isActive = true
      active.append(Int32(word))
    }
  }

  /// Moves along the averaged subgradient by Polyak's step towards a value that
  /// is greater by `missing`, and forgets what the trees used.
  ///
  /// Each word has its own unit, the greatest price paid for it: shares of dear
  /// words are to move no less than those of cheap ones.
  mutating func move(missing: Double) {
    let square = steer()
    guard square > 0 else { return }
    let size = Float(missing / square)
    for word in active { project(Int(word), by: size / words[Int(word)].most) }
  }

  /// Turns the directions; Σ ‖d − mean‖² in the words' units.
  private mutating func steer() -> Double {
    var (square, kept) = (0.0, 0)
    for id in active {
      let word = Int(id)
      let claims = words[word].claims
      var (sum, squares, most): (Float, Float, Float) = (0, 0, 0)
      for claim in claims {
        let position = Int(claim)
        let old = directions[position]
        let new = old + Self.smoothing * (usages[position] - old)
        directions[position] = new
        usages[position] = 0
        sum += new
        squares += new * new
        most = max(most, new)
      }
      words[word].most = most
      if most > Self.threshold {
        let count = Float(places[words[word].cell])
        square += Double(max(0, squares - sum * sum / count) / most)
        active[kept] = id
        kept += 1
      } else {
        words[word].isActive = false
        for claim in claims { directions[Int(claim)] = 0 }
      }
    }
    active.removeSubrange(kept...)
    return square
  }

  /// The nearest point of the simplex, by removing what falls below the mean
  /// (Michelot 1986, doi:10.1007/BF00938486).
  private mutating func project(_ word: Int, by size: Float) {
    let (cell, claims) = (words[word].cell, words[word].claims)
    let (rest, others) = (rests[cell], Int(places[cell]) - claims.count)
    values.removeAll(keepingCapacity: true)
    var sum = Float(others) * rest - 1
    for claim in claims {
      let value = shares[Int(claim)] + size * directions[Int(claim)]
      values.append(value)
      sum += value
    }
    var left = claims.count + others
    var threshold = sum / Float(left)
    while true {
      var (sum, count): (Float, Int) = (-1, 0)
      for value in values where value > threshold {
        sum += value
        count += 1
      }
      if rest > threshold {
        sum += Float(others) * rest
        count += others
      }
      guard count < left, count > 0 else { break }
      left = count
      threshold = sum / Float(count)
    }
    for (claim, value) in zip(claims, values) {
      shares[Int(claim)] = max(0, value - threshold)
    }
    if others > 0 { rests[cell] = max(0, rest - threshold) }
  }

  /// No word's shares sum to more.
  ///
  /// - Complexity: O(claims).
  var greatestSum: Double {
    // Equal shares that were never touched are one, but for a rounding.
    words.reduce(1 + 0x1p-23) { most, word in
      let others = Int(places[word.cell]) - word.claims.count
      let sum = word.claims.reduce(Double(rests[word.cell]) * Double(others)) {
        $0 + Double(shares[Int($1)])
      }
      return max(most, sum * (1 + 0x1p-30))
    }
  }
}
