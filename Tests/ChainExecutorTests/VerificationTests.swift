import ChainRandom
import JacobianChain
import Testing

@testable import ChainExecutor

struct VerificationTests {
  private func dense(_ dimensions: Int..., seed: UInt64 = 1) throws
    -> NumericChain
  {
    try NumericChain(
      zip(dimensions, dimensions.dropFirst()).map {
        Pattern(denseRows: $1, columns: $0)
      }, seed: seed)
  }

  @Test func everyCorruptedEntryIsFound() throws {
    let chain = try dense(5, 3, 4)
    let right = try chain.jacobian(chain.forward())
    let clean = try chain.check(right)
    #expect(clean.verdict == .agrees && clean.outlier == nil)
    #expect(clean.maxRelativeError <= 1e-15)
    // Fewer rows than columns: adjoints need fewer vectors.
    #expect(clean.method == .oneHot(columns: 4))
    for position in 0..<20 {
      let check = try chain.check(right.changing(position) { $0 * (1 + 1e-12) })
      #expect(check.verdict == .disagrees)
      #expect(check.outlier?.row == position / 5)
      #expect(check.outlier?.column == position % 5)
    }
  }

  /// One entry of 10 000 chains changed by a millionth: refused in all but one
  /// of a hundred, while none is refused that is right.
  @Test func aMillionthIsFound() throws {
    var random = SplitMix64(seed: 6)
    var missed = 0
    for seed in 0..<10_000 as Range<UInt64> {
      let count = random.integer(in: 2...6)
      var size = random.integer(in: 1...8)
      let patterns = try (0..<count).map { _ in
        let next = random.oneIn(3) ? size : random.integer(in: 1...8)
        defer { size = next }
        return try Samples.pattern(
          random.oneIn(2) ? 0 : random.integer(in: 1...5), next, size, &random)
      }
      let chain = try NumericChain(patterns, seed: seed)
      let right = try chain.jacobian(chain.order(&random))
      let clean = try chain.check(right)
      #expect(clean.verdict == .agrees, "seed \(seed)")
      guard right.storedCount > 0 else { continue }
      let place = random.integer(in: 0...right.storedCount - 1)
      let wrong = try right.changing(place) { $0 * (1 + 1e-6) }
      // A zero stays one.
      guard wrong.base[place] != right.base[place] else { continue }
      if try chain.check(wrong).verdict != .disagrees { missed += 1 }
    }
    #expect(missed <= 100)
  }

  /// So it is by random sums, from both sides.
  @Test func probesFindAMillionth() throws {
    let chain = try dense(500, 300, 20, 600)
    let right = try chain.jacobian(chain.forward())
    let clean = try chain.check(right)
    #expect(clean.verdict == .agrees)
    #expect(clean.maxRelativeError <= 1e-12)
    #expect(clean.method == .probes(count: 6))
    for position in stride(from: 7, to: 300_000, by: 50_000) {
      let check = try chain.check(right.changing(position) { $0 * (1 + 1e-6) })
      #expect(check.verdict == .disagrees)
      #expect(check.outlier?.row == position / 500)
      #expect(check.outlier?.column == nil)
    }
    for wrong in [Double.nan, .infinity, -.infinity] {
      let check = try chain.check(right.changing(123_456) { _ in wrong })
      #expect(check.verdict == .disagrees)
      #expect(check.outlier?.row == 123_456 / 500)
      #expect(check.outlier?.column == 123_456 % 500)
    }
  }

  /// Columns and rows of any scale: the small ones are looked at, too.
  @Test func probesSeeSmallColumns() throws {
    let (n, k) = (700, 150)
    var random = SplitMix64(seed: 2)
    let chain = try NumericChain([
      (
        "scale",
        (0..<n).map { i in
          (0..<n).map { $0 == i ? 1 / Double(1 << (i % 60)) : 0 }
        }, .diagonal
      ),
      (
        "a", (0..<k).map { _ in (0..<n).map { _ in random.uniform() } }, .dense
      ),
      (
        "b", (0..<n).map { _ in (0..<k).map { _ in random.uniform() } }, .dense
      ),
    ])
    let right = try chain.jacobian(chain.forward())
    let clean = try chain.check(right)
    #expect(clean.verdict == .agrees)
    #expect(clean.method == .probes(count: 6))
    for column in [0, 20, 59] {
      let wrong = try right.changing(3 * n + column) { $0 * (1 + 1e-6) }
      #expect(try chain.check(wrong).verdict == .disagrees, "\(column)")
    }
  }

  @Test func notANumberIsInfinite() throws {
    let chain = try dense(2, 2, 2)
    for wrong in [Double.nan, .infinity] {
      let check = try chain.check(
        Matrix(
          pattern: Pattern(denseRows: 2, columns: 2),
          denseEntries: [0, wrong, 0, 0]))
      #expect(check.maxRelativeError == .infinity)
      #expect(check.verdict == .disagrees)
    }
  }

  /// Every structure beside every other, in any order, and never a complaint.
  @Test(arguments: 0..<Samples.kinds)
  func rightResultsAgree(kind: Int) throws {
    var random = SplitMix64(seed: UInt64(kind))
    for seed in 0..<40 as Range<UInt64> {
      let patterns = try [kind, Int(seed) % Samples.kinds, kind].map {
        try Samples.pattern($0, 6, 6, &random)
      }
      let chain = try NumericChain(patterns, seed: seed)
      let check = try chain.check(chain.order(&random))
      #expect(check.verdict == .agrees, "\(patterns)")
    }
  }

  /// Operators of doubles make the reference as good as they are.
  @Test func operatorsAgree() throws {
    for seed in 0..<20 as Range<UInt64> {
      let chain = try dense(5, 7, 4, 6, seed: seed)
      let right = try chain.jacobian(chain.forward())
      for adjointsOnly in [false, true] {
        var operands = chain.operands
        for index in [0, 2] {
          let operand = operands[index]
          let tangent: Operand.Application = {
            try operand.apply(.tangent, to: $0, width: $1, into: &$2)
          }
          operands[index] = Operand(
            rows: operand.rows, columns: operand.columns,
            tangent: adjointsOnly ? nil : tangent,
            adjoint: {
              try operand.apply(.adjoint, to: $0, width: $1, into: &$2)
            })
        }
        let check = try Verification(
          of: right, in: chain.problem, operands: operands)
        #expect(check.verdict == .agrees)
        #expect(check.errorBound < 1e-10)
        let wrong = try Verification(
          of: right.changing(3) { $0 * (1 + 1e-6) }, in: chain.problem,
          operands: operands)
        #expect(wrong.verdict == .disagrees)
      }
    }
  }

  @Test func operatorsThatReturnNoNumber() throws {
    let chain = try dense(2, 2, 2)
    let right = try chain.jacobian(chain.forward())
    let error = #expect(throws: ChainError.self) {
      try Verification(
        of: right, in: chain.problem,
        operands: [
          chain.operands[0],
          Operand(
            rows: 2, columns: 2,
            tangent: { _, _, block in
              for place in block.indices { block[place] = .nan }
            }),
        ])
    }
    #expect(error?.location == "/factors/1")
  }

  @Test func directionsFollowTheOperands() throws {
    let chain = try dense(2, 3, 2)
    let right = try chain.jacobian(chain.forward())
    let (a, b) = (chain.operands[0], chain.operands[1])
    let onlyTangents: [Operand] = [
      Operand(
        rows: 3, columns: 2,
        tangent: { try a.apply(.tangent, to: $0, width: $1, into: &$2) }),
      b,
    ]
    let onlyAdjoints: [Operand] = [
      a,
      Operand(
        rows: 2, columns: 3,
        adjoint: { try b.apply(.adjoint, to: $0, width: $1, into: &$2) }),
    ]
    for set in [onlyTangents, onlyAdjoints] {
      let check = try Verification(of: right, in: chain.problem, operands: set)
      #expect(check.verdict == .agrees)
    }
    // The inner one has only tangents, the outer one only adjoints.
    let mixed = [onlyTangents[0], onlyAdjoints[1]]
    let check = try Verification(of: right, in: chain.problem, operands: mixed)
    #expect(check.verdict == .agrees)
    let wrong = try Verification(
      of: right.changing(1) { $0 * (1 + 1e-6) }, in: chain.problem,
      operands: mixed)
    #expect(wrong.verdict == .disagrees)
    let error = #expect(throws: ChainError.self) {
      try Verification(
        of: right, in: chain.problem,
        operands: [a, Operand(rows: 2, columns: 3)])
    }
    #expect(error?.kind == .unsupported)
  }

  @Test func aWrongShapeIsRefused() throws {
    let chain = try dense(2, 3, 2)
    let other = try Matrix(
      pattern: Pattern(denseRows: 1, columns: 2), denseEntries: [1, 2])
    #expect(throws: ChainError.self) { try chain.check(other) }
  }
}
