import ChainRandom
import ChainSolvers
import Foundation
import JacobianChain
import Testing

/// Hu–Shing against the dynamic program: two methods that share no line.
@Suite struct HuShingTests {
  /// Seeds a family; `JCHAIN_SEEDS` asks for more than a quick run.
  static let seeds =
    ProcessInfo.processInfo.environment["JCHAIN_SEEDS"].flatMap { Int($0) }
    ?? 100

  static func problem(_ dimensions: [Int]) throws -> Problem {
    try Problem(
      factors: zip(dimensions, dimensions.dropFirst()).enumerated().map {
        Factor(name: "J\($0 + 1)", rows: $1.1, columns: $1.0)
      })
  }

  enum Shape: String, CaseIterable, CustomStringConvertible {
    case uniform, widths, ties, ones, sorted, falling, unimodal, valley, huge
    case wider
    var description: String { rawValue }

    func dimensions(_ count: Int, _ random: inout SplitMix64) -> [Int] {
      func draw(_ range: ClosedRange<Int>) -> [Int] {
        (0..<count).map { _ in random.integer(in: range) }
      }
      switch self {
      case .uniform: return draw(1...1000)
      case .widths: return draw(4...12).map { 1 << $0 }
      case .ties: return draw(1...3)
      case .ones: return draw(0...3).map { max(1, $0 - 2) * 7 - 6 }
      case .sorted: return draw(1...100).sorted()
      case .falling: return draw(1...100).sorted(by: >)
      case .unimodal:
        let peak = random.integer(in: 0...count - 1)
        let values = draw(1...50).sorted()
        return Array(values[..<peak]) + values[peak...].reversed()
      case .valley:
        let low = random.integer(in: 0...count - 1)
        let values = draw(1...50).sorted(by: >)
        return Array(values[..<low]) + values[low...].reversed()
      case .huge: return draw(1...1_000_000_000)
      case .wider: return draw(1...1 << 40)
      }
    }
  }

  /// Without a problem around the dimensions the order is the same.
  @Test(arguments: Shape.allCases)
  func dimensionsAloneGiveTheSameOrder(_ shape: Shape) throws {
    for seed in 0..<Self.seeds {
      var random = SplitMix64(seed: UInt64(seed))
      let count = random.integer(in: 2...13)
      let dimensions = shape.dimensions(count, &random)
      let solution = try HuShing().solve(Self.problem(dimensions))
      guard let order = HuShing.products(dimensions: dimensions) else {
        #expect([.huge, .wider].contains(shape), "seed \(seed)")
        continue
      }
      #expect(UInt128(order.fma) == solution.lowerBound, "seed \(seed)")
      // Ids of steps, in which factors and products are mixed, as values.
      var values = [Int](repeating: 0, count: solution.plan.steps.count)
      var products: [HuShing.Product] = []
      for (id, step) in solution.plan.steps.enumerated() {
        switch step {
        case .given(let factor): values[id] = factor
        case .multiply(let outer, let inner):
          values[id] = count - 1 + products.count
          products.append((values[outer], values[inner]))
        case .accumulate, .eliminate, .add: Issue.record("not a dense chain")
        }
      }
      #expect(
        order.products.elementsEqual(products, by: ==), "seed \(seed)")
    }
  }

  @Test(arguments: Shape.allCases)
  func equalsTheDynamicProgram(_ shape: Shape) throws {
    for seed in 0..<Self.seeds {
      var random = SplitMix64(seed: UInt64(seed))
      let count = random.integer(in: 2...(seed.isMultiple(of: 8) ? 41 : 13))
      let dimensions = shape.dimensions(count, &random)
      let problem = try Self.problem(dimensions)
      let fast = try HuShing().solve(problem)
      let exact = try DynamicProgramming().solve(problem)
      let price = try fast.plan.priced(for: problem).fma
      try #require(
        price == exact.lowerBound && fast.lowerBound == price,
        "\(shape) seed \(seed): \(dimensions)")
    }
  }

  @Test func everySmallPolygon() throws {
    // All weights from 1 to 4 on up to six vertices.
    for count in 2...6 {
      var dimensions = [Int](repeating: 1, count: count)
      repeat {
        let problem = try Self.problem(dimensions)
        let fast = try HuShing().solve(problem)
        let exact = try DynamicProgramming().solve(problem)
        let price = try fast.plan.priced(for: problem).fma
        try #require(
          price == exact.lowerBound && fast.lowerBound == price,
          "\(dimensions)")
      } while Self.advance(&dimensions, below: 5)
    }
  }

  private static func advance(_ digits: inout [Int], below base: Int) -> Bool {
    for place in digits.indices {
      digits[place] += 1
      if digits[place] < base { return true }
      digits[place] = 1
    }
    return false
  }

  @Test(arguments: Shape.allCases)
  func theBestFanIsWithinTwiceTheOptimum(_ shape: Shape) throws {
    for seed in 0..<Self.seeds {
      var random = SplitMix64(seed: UInt64(seed) &+ 1_000_000)
      let count = random.integer(in: 2...30)
      let problem = try Self.problem(shape.dimensions(count, &random))
      let optimum = try HuShing().solve(problem).lowerBound
      let fan = try Baselines(of: problem)[.bestSplit]!.fma
      try #require(
        optimum <= fan && fan <= 2 * optimum, "\(shape) seed \(seed)")
    }
  }

  /// Nothing is explored where the O(q) bound proves a fan.
  @Test(arguments: [
    [1, 2, 3, 4, 5, 6], [6, 5, 4, 3, 2, 1], [9, 6, 3, 1, 2, 5, 8],
    [5, 5, 5, 5], [7, 3], [7, 3, 9], [600, 60, 40, 10, 40, 60, 600],
  ])
  func fansThatAreProvenWithoutASearch(_ dimensions: [Int]) throws {
    let problem = try Self.problem(dimensions)
    let solution = try HuShing().solve(problem)
    #expect(solution.explored == 0)
    #expect(
      try solution.plan.priced(for: problem).fma == solution.lowerBound)
    #expect(
      try DynamicProgramming().solve(problem).lowerBound
        == solution.lowerBound)
  }

  @Test func refusesWhatIsNotAProductOfThreeDimensions() throws {
    func reason(_ factors: [Factor]) throws -> String? {
      let problem = try Problem(factors: factors)
      switch HuShing().support(for: problem, objective: .fma) {
      case .unsupported(let reason): return reason
      case .exact, .heuristic: return nil
      }
    }
    let dense = Factor(name: "A", rows: 3, columns: 3)
    let diagonal = Factor(
      name: "D", rows: 3, columns: 3, structure: .diagonal)
    let free = Factor(name: "F", rows: 3, columns: 3, tangentCost: 5)
    #expect(try reason([dense]) == nil)
    #expect(try reason([dense, diagonal])?.contains("\"D\"") == true)
    #expect(try reason([dense, free])?.contains("\"F\"") == true)
  }

  @Test func aLongChainNeedsNoRecursion() throws {
    var random = SplitMix64(seed: 7)
    let dimensions = (0...200_000).map { _ in random.integer(in: 1...1000) }
    let problem = try Self.problem(dimensions)
    let solution = try HuShing().solve(problem)
    #expect(
      try solution.plan.priced(for: problem).fma == solution.lowerBound)
  }
}
