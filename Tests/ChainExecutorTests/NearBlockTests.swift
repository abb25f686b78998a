import ChainRandom
import JacobianChain
import Testing

@testable import ChainExecutor

/// The fast path of the reference, which takes vectors whose numbers are near
/// each other, is the slow one: a vector alone always takes that.
struct NearBlockTests {
  /// A number between 2^−reach and 2^reach, with all of its digits.
  private func number(_ reach: Int, _ random: inout SplitMix64) -> Double {
    let size = Double(
      sign: random.oneIn(2) ? .minus : .plus,
      exponent: random.integer(in: -reach...reach),
      significand: 1)
    return size * (1 + Double(random.next() >> 12) * 0x1p-52)
  }

  /// As in products of 8 × 8 matrices.
  private func rounding() throws -> Rounding {
    let problem = try Problem(
      factors: [Factor(name: "f", rows: 8, columns: 8, structure: .dense)])
    return Rounding(
      try Route(target: 0, of: problem), of: problem, isStrict: false)
  }

  private func vectors(
    _ count: Int, _ width: Int, _ reach: Int, _ random: inout SplitMix64
  ) throws -> WideBlock {
    let block = try WideBlock(zero: count, width: width)
    for coordinate in 0..<count where !random.oneIn(4) {
      for vector in 0..<width where !random.oneIn(5) {
        block.set(coordinate, vector, to: number(reach, &random))
      }
    }
    return block
  }

  private func alone(_ vector: Int, of block: WideBlock) throws -> WideBlock {
    let result = try WideBlock(zero: block.count, width: 1)
    for coordinate in 0..<block.count {
      result.set(
        coordinate, 0, to: block.high[coordinate * block.width + vector])
      let place = coordinate * block.width + vector
      result.exponent[coordinate] = block.exponent[place]
    }
    return result
  }

  /// Chains of all structures, with cancellation: some results are far smaller
  /// than the terms of their sums.
  @Test func vectorsAreTogetherWhatTheyAreAlone() throws {
    var random = SplitMix64(seed: 4)
    let rounding = try rounding()
    var (compared, cancelled) = (0, 0)
    for round in 0..<300 {
      let width = random.integer(in: 2...9)
      let mode = random.oneIn(2) ? Mode.tangent : .adjoint
      let reach = [0, 3, 40][round % 3]
      var size = random.integer(in: 1...9)
      var together = try vectors(size, width, reach / 2, &random)
      var singles = try (0..<width).map { try alone($0, of: together) }
      for _ in 0..<3 {
        let next = random.oneIn(3) ? size : random.integer(in: 1...9)
        let (rows, columns) = mode == .tangent ? (next, size) : (size, next)
        let matrix = try Matrix(
          Samples.pattern(
            random.integer(in: 0...Samples.kinds - 1), rows, columns, &random)
        ) { _, _ in number(reach, &random) }
        let near = try #require(try NearBlock(together))
        #expect(try near.times(matrix, mode, rounding) != nil)
        together = try together.times(matrix, mode, rounding)
        singles = try singles.map { single in
          #expect(try NearBlock(single) == nil)
          return try single.times(matrix, mode, rounding)
        }
        size = next
      }
      for (vector, single) in singles.enumerated() {
        for coordinate in 0..<size {
          let place = coordinate * width + vector
          guard single.exponent[coordinate] != WideBlock.nothing else {
            #expect(together.exponent[place] == WideBlock.nothing)
            continue
          }
          let shift = together.exponent[place] - single.exponent[coordinate]
          func distance(_ part: KeyPath<WideBlock, WideBlock.Doubles>)
            -> Double
          {
            together[keyPath: part][place].scaled(by: shift)
              - single[keyPath: part][coordinate]
          }
          let error = single.error[coordinate]
          #expect(
            (distance(\.high) + distance(\.low)).magnitude <= 0x1p-40 * error)
          #expect(distance(\.error).magnitude <= 0x1p-40 * error)
          compared += 1
          let terms = error / rounding.unit
          if single.high[coordinate].magnitude < 0x1p-4 * terms {
            cancelled += 1
          }
        }
      }
    }
    #expect(compared > 3000 && cancelled > 10)
  }

  @Test func numbersFarFromEachOtherAreLeft() throws {
    let rounding = try rounding()
    func block(_ numbers: Double...) throws -> WideBlock {
      let block = try WideBlock(zero: numbers.count, width: 2)
      for (place, number) in numbers.enumerated() {
        block.set(place, 1, to: number)
      }
      return block
    }
    // Size alone doesn't matter.
    #expect(try NearBlock(block(1e-300, 0, 3e-290)) != nil)
    #expect(try NearBlock(block(1e300, -1e300)) != nil)
    #expect(try NearBlock(block(1e-20, 1e20)) == nil)
    #expect(try NearBlock(block(1, .infinity)) == nil)
    #expect(try NearBlock(block(1, .nan)) == nil)
    let near = try #require(try NearBlock(block(1, 2)))
    for (entry, isTaken) in [
      (0, true), (1e38, true), (-1e-38, true), (1e39, false), (-1e-39, false),
    ] {
      let matrix = try Matrix(Pattern(denseRows: 1, columns: 2)) {
        $1 == 0 ? 1 : entry
      }
      let result = try near.times(matrix, .tangent, rounding)
      #expect((result != nil) == isTaken, "\(entry)")
    }
  }
}
