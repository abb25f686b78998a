import ChainRandom
import JacobianChain

/// A result and its reference, on the way to a verdict.
struct Comparison {
  /// Vectors that go through the chain at once, and the elements of a block
  /// that more than one may have: 32 bytes each.
  static let width = 8
  static let elementLimit = 1 << 18

  private let computed: Matrix
  private let reference: Reference
  /// The directions, the one with fewer unit vectors first.
  private let modes: [Mode]

  init(_ computed: Matrix, _ reference: Reference) {
    (self.computed, self.reference) = (computed, reference)
    let isWide = computed.rows < computed.columns
    modes = reference.modes.sorted { first, _ in
      (first == .adjoint) == isWide
    }
  }

  func verification(
    seed: UInt64, probes: Int
  ) throws(ChainError) -> Verification {
    guard isCheap(modes[0]) else {
      guard let place = computed.firstNotFinite else {
        return try probed(seed, probes)
      }
      // No sum can be told with it; its own line can.
      let line = modes[0] == .tangent ? place.column : place.row
      return try oneHot(modes[0], line..<line + 1)
    }
    let verification = try oneHot(modes[0], 0..<length(modes[0]))
    guard verification.verdict == .disagrees, modes.count > 1,
      verification.outlier?.found.isFinite == true, isCheap(modes[1])
    else { return verification }
    let other = try oneHot(modes[1], 0..<length(modes[1]))
    return other.verdict == .disagrees ? verification : other
  }

  /// Whether every unit vector of a direction may be applied.
  private func isCheap(_ mode: Mode) -> Bool {
    Double(length(mode)) * reference.cost(mode) <= Verification.oneHotLimit
  }

  /// How many unit vectors there are in a direction.
  private func length(_ mode: Mode) -> Int {
    mode == .tangent ? computed.columns : computed.rows
  }

  /// Compares columns (tangent) or rows (adjoint) entry by entry.
  private func oneHot(
    _ mode: Mode, _ lines: Range<Int>
  ) throws(ChainError) -> Verification {
    let reader = EntryReader(computed)
    var deviation = Deviation(
      elements: mode == .tangent ? computed.rows : computed.columns)
    for start in stride(
      from: lines.lowerBound, to: lines.upperBound, by: Self.width)
    {
      let chosen = start..<min(start + Self.width, lines.upperBound)
      let block = try reference.apply(
        mode, WideBlock(units: chosen, of: length(mode)))
      for (vector, line) in chosen.enumerated() {
        deviation.add(
          line: line, block, vector, floor: reference.rounding.floor
        ) {
          (mode == .tangent ? reader[$0, line] : reader[line, $0], 0)
        }
      }
    }
    return Verification(
      deviation, .oneHot(columns: lines.count),
      deviation.outlier.map {
        .init(
          row: mode == .tangent ? $0.element : $0.line,
          column: mode == .tangent ? $0.line : $0.element,
          found: $0.found, expected: $0.expected)
      })
  }

  /// Compares sums over rows and over columns, with random weights that make up
  /// for the scale of each column and row.
  private func probed(
    _ seed: UInt64, _ probes: Int
  ) throws(ChainError) -> Verification {
    var generator = SplitMix64(seed: seed)
    var verdicts: [Verification] = []
    for mode in modes {
      var deviation = Deviation(
        elements: mode == .tangent ? computed.rows : computed.columns)
      let width =
        computed.rows + computed.columns > Self.elementLimit ? 1 : probes
      for start in stride(from: 0, to: probes, by: width) {
        let group = min(width, probes - start)
        let weights = try weights(mode, group, &generator)
        let found = try weights.block.times(
          computed, mode, reference.rounding)
        let expected = try reference.apply(mode, weights.block)
        for probe in 0..<group {
          deviation.add(
            line: start + probe, expected, probe, floor: weights.floor
          ) { found.value($0, probe) }
        }
      }
      verdicts.append(
        Verification(
          deviation, .probes(count: modes.count * probes),
          deviation.outlier.map {
            .init(
              row: mode == .tangent ? $0.element : nil,
              column: mode == .tangent ? nil : $0.element,
              found: $0.found, expected: $0.expected)
          }))
    }
    return verdicts.first { $0.outlier != nil }
      ?? verdicts.min { $0.errorBound < $1.errorBound }!
  }

  /// Random numbers of 1 to 2 in size, relative to the largest entry of each
  /// column (tangent) or row (adjoint); and what a sum of them may lose below
  /// the normal doubles.
  private func weights(
    _ mode: Mode, _ probes: Int, _ generator: inout SplitMix64
  ) throws(ChainError) -> (block: WideBlock, floor: Double) {
    let count = length(mode)
    var largest = [Double](repeating: 0, count: count)
    computed.forEachEntry { row, column, value in
      let line = mode == .tangent ? column : row
      largest[line] = max(largest[line], value.magnitude)
    }
    let block = try WideBlock(zero: count, width: probes)
    var floor = 0.0
    for (line, size) in largest.enumerated() {
      let shift = size > 0 ? -Int(size.exponent) : 0
      for probe in 0..<probes {
        let number = generator.uniform()
        block.set(line, probe, to: number < 0 ? number - 1 : number + 1)
        block.exponent[line * probes + probe] += shift
      }
      floor += reference.rounding.floor.scaled(by: shift + 1)
    }
    return (block, floor)
  }
}
