import ChainRandom
import JacobianChain
import Testing

@testable import ChainExecutor

/// What rounding may do to a result, and what is more than that.
struct VerificationConditionTests {
  /// [1 1]·[[1e17, 1], [−1e17, 1]]·[1; 1] = 2: forward mode gets 0.
  @Test func cancellationIsNoFault() throws {
    let chain = try NumericChain(
      [[1], [1]], [[1e17, 1], [-1e17, 1]], [[1, 1]])
    #expect(try chain.jacobian(chain.reverse()).entry(0, 0) == 2)
    for plan in [try chain.forward(), try chain.reverse()] {
      let check = try chain.check(plan)
      #expect(check.verdict == .illConditioned)
      #expect(check.errorBound > 1)
    }
    // What is farther off than rounding explains is wrong all the same.
    let wrong = try chain.jacobian(chain.reverse()).changing(0) { _ in 1e6 }
    #expect(try chain.check(wrong).verdict == .disagrees)
  }

  /// W·(A⁻¹·A)·V for matrices of known condition, in every order.
  @Test(arguments: [3, 7, 11, 12, 13, 15])
  func inverses(_ power: Int) throws {
    var random = SplitMix64(seed: UInt64(power))
    let (matrix, inverse) = Self.pair(8, power, &random)
    func draw(_ m: Int, _ n: Int) -> [[Double]] {
      (0..<m).map { _ in (0..<n).map { _ in random.uniform() } }
    }
    let chain = try NumericChain(draw(8, 3), matrix, inverse, draw(3, 8))
    for _ in 0..<5 {
      let plan = try chain.order(&random)
      let check = try chain.check(plan)
      #expect(check.outlier == nil, "\(plan.plan)")
      #expect(
        check.verdict == (power <= 11 ? .agrees : .illConditioned),
        "\(check.errorBound)")
      #expect(check.maxRelativeError <= check.errorBound)
      // Wrong by ten times the bound.
      let wrong = try chain.jacobian(plan).changing(4) {
        $0 + 10 * check.errorBound
      }
      #expect(try chain.check(wrong).verdict == .disagrees)
    }
  }

  /// Q·diag(1 … 10^power)·Qᵀ and its inverse.
  private static func pair(
    _ n: Int, _ power: Int, _ random: inout SplitMix64
  ) -> ([[Double]], [[Double]]) {
    var basis: [[Double]] = []
    for _ in 0..<n {
      var v = (0..<n).map { _ in random.uniform() }
      for _ in 0..<2 {
        for u in basis {
          let share = zip(u, v).reduce(0) { $0 + $1.0 * $1.1 }
          v = zip(u, v).map { $1 - share * $0 }
        }
      }
      let length = v.reduce(0) { $0 + $1 * $1 }.squareRoot()
      basis.append(v.map { $0 / length })
    }
    // 10^(power / (n − 1)) by halving an interval: no library is needed.
    var (low, high) = (1.0, 1e15)
    let largest = (0..<power).reduce(1.0) { value, _ in value * 10 }
    func raised(_ base: Double, _ count: Int) -> Double {
      (0..<count).reduce(1.0) { value, _ in value * base }
    }
    for _ in 0..<200 {
      let middle = (low + high) / 2
      if raised(middle, n - 1) < largest { low = middle } else { high = middle }
    }
    func matrix(_ value: (Int) -> Double) -> [[Double]] {
      (0..<n).map { i in
        (0..<n).map { j in
          (0..<n).reduce(0) { $0 + basis[$1][i] * basis[$1][j] * value($1) }
        }
      }
    }
    return (
      matrix { raised(low, $0) }, matrix { 1 / raised(low, $0) }
    )
  }

  /// The difference of two equal things: nothing to be relative to.
  @Test func nothingRemains() throws {
    var random = SplitMix64(seed: 4)
    let a = (0..<4).map { _ in (0..<4).map { _ in random.uniform() } }
    let difference = (0..<4).map { i in
      (0..<8).map { j in j % 4 != i ? 0 : j < 4 ? 1.0 : -1 }
    }
    let chain = try NumericChain(a + a, difference)
    let check = try chain.check(chain.forward())
    #expect(check.verdict == .illConditioned)
    // Zeros that no sum has cancelled to are as good as any number.
    let zero = try NumericChain([[0, 0], [0, 0]], [[1, 2]])
    #expect(try zero.check(zero.forward()).verdict == .agrees)
    #expect(try zero.check(zero.forward()).errorBound == 0)
  }

  /// An entry that cancels among others that don't is no news.
  @Test func oneZeroAmongOthers() throws {
    let chain = try NumericChain([[1, 1], [1, 2]], [[1, -1], [1, 1]])
    #expect(try chain.check(chain.forward()).verdict == .agrees)
  }

  /// Long random chains stay verifiable: their errors don't add up by size.
  @Test func longChains() throws {
    let dense = [Pattern](
      repeating: Pattern(denseRows: 20, columns: 20), count: 60)
    let chain = try NumericChain(dense, seed: 8)
    let check = try chain.check(chain.forward())
    #expect(check.verdict == .agrees)
    #expect(check.errorBound < 1e-9)
  }
}
