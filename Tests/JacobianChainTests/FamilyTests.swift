import ChainRandom
import ChainTestSupport
import JacobianChain
import Testing

@Suite("Random families: valid, named, and the same everywhere")
struct FamilyTests {
  static let withTargets: [Family] = [.comb, .combWidths, .window]

  @Test(
    "Every family draws valid problems of every length",
    arguments: Family.allCases)
  func valid(_ family: Family) throws {
    for count in [1, 2, 3, 10, 60] {
      for seed in [0, 1, UInt64.max] {
        let problem = try family.problem(factors: count, seed: seed)
        #expect(Self.size(of: problem, family) == count)
        for part in [family.rawValue, "\(count)", "\(seed)"] {
          #expect(problem.name.contains(part))
          #expect(problem.source.contains(part))
        }
        #expect(try family.problem(factors: count, seed: seed) == problem)
      }
    }
    let one = try family.problem(factors: 10, seed: 1)
    #expect(try family.problem(factors: 10, seed: 2).factors != one.factors)
  }

  @Test("A comb asks for the Jacobians by the input and by all parameters")
  func combTargets() throws {
    let problem = try Family.comb.problem(factors: 3, seed: 5)
    #expect(
      problem.factors.map(\.name) == ["J1", "J2", "J3", "W1", "W2", "W3"])
    #expect(problem.targets == [[3, 1, 2], [4, 2], [5], [0, 1, 2]])
    let widths = try Family.combWidths.problem(factors: 30, seed: 5)
    for factor in widths.factors {
      for size in [factor.rows, factor.columns] {
        #expect((16...1024).contains(size) && size.nonzeroBitCount == 1)
      }
    }
  }

  @Test("A window family asks for all windows of a fifth of the chain")
  func windowTargets() throws {
    let problem = try Family.window.problem(factors: 15, seed: 5)
    #expect(problem.targets.count == 13)
    #expect(problem.targets[4] == [4, 5, 6])
    #expect(try Family.window.problem(factors: 1, seed: 5).targets == [[0]])
  }

  @Test("Targets add up to the square, so these families end earlier")
  func targetLimit() {
    for family in Self.withTargets {
      #expect(throws: ChainError.self) {
        try family.problem(factors: Family.targetFactorLimit + 1, seed: 1)
      }
    }
  }

  /// What `factors` counts in an instance of the family.
  private static func size(of problem: Problem, _ family: Family) -> Int? {
    switch family {
    case .uniform, .widths, .hourglass, .sorted, .ties, .huge, .matrixFree,
      .jcdp, .banded, .structured, .mixed:
      problem.factors.count == problem.chain?.count
        ? problem.factors.count : nil
    case .comb, .combWidths: problem.targets.count - 1
    case .window: problem.factors.count
    case .powers, .periodic: problem.targets[0].count
    case .recurrence: problem.targets.count
    case .stencil, .layered:
      (problem.graph?.vertices.last?.name.dropFirst().prefix { $0 != "_" })
        .flatMap { Int($0) }
    case .windowGraph: problem.graph.map { Set($0.arcs.map(\.to)).count }
    }
  }

  @Test("Refused counts", arguments: [0, -1, Int.min, Int.max])
  func refused(_ count: Int) {
    let error = #expect(throws: ChainError.self) {
      try Family.uniform.problem(factors: count, seed: 1)
    }
    #expect(error?.location == "--factors")
  }

  // Drawn by a second program, written in another language.
  @Test("Known dimensions pin the bytes")
  func pinned() throws {
    func interfaces(_ family: Family) throws -> [Int] {
      let factors = try family.problem(factors: 4, seed: 7).factors
      return [factors[0].columns] + factors.map(\.rows)
    }
    #expect(try interfaces(.uniform) == [390, 17, 901, 583, 453])
    #expect(try interfaces(.widths) == [128, 16, 4096, 512, 256])
    #expect(try interfaces(.hourglass) == [3690, 1855, 72, 1599, 2389])
    #expect(try interfaces(.sorted) == [901, 583, 453, 250, 17])
    #expect(try interfaces(.ties) == [2, 2, 39, 2, 39])
    #expect(
      try interfaces(.huge) == [
        389829749, 16788295, 900760681, 582930294, 452441896,
      ])
    #expect(try interfaces(.matrixFree) == [22, 5, 46, 31, 25])
    #expect(try interfaces(.banded) == [39, 57, 57, 57, 91])
    #expect(try interfaces(.window) == [39, 2, 91, 59, 46])
    func parameters(_ family: Family) throws -> [Int] {
      try family.problem(factors: 4, seed: 7).factors[4...].map(\.columns)
    }
    for (family, widths, counts) in [
      (Family.comb, [39, 2, 91, 59, 46], [25, 47, 33, 14]),
      (.combWidths, [64, 16, 1024, 256, 128], [32, 128, 64, 16]),
    ] {
      #expect(try interfaces(family).prefix(5) == widths[...])
      #expect(try parameters(family) == counts)
    }
    #expect(try interfaces(.powers) == [39, 39])
    #expect(try interfaces(.periodic) == [39, 2, 91, 39])
    #expect(try interfaces(.recurrence) == [39, 2, 2, 91])
  }

  @Test("Repeated factors")
  func repeated() throws {
    let powers = try Family.powers.problem(factors: 4, seed: 7)
    #expect(powers.targets == [[0, 0, 0, 0]])
    let loop = try Family.periodic.problem(factors: 5, seed: 7)
    #expect(loop.targets == [[0, 1, 2, 0, 1]])
    let recurrence = try Family.recurrence.problem(factors: 3, seed: 7)
    #expect(recurrence.targets == [[0, 2], [0, 1, 2], [0, 1, 1, 2]])
  }

  @Test("mixed draws every structure that a file can declare")
  func everyStructureOccurs() throws {
    let problem = try Family.mixed.problem(factors: 500, seed: 3)
    let names = Set(problem.factors.map(\.structure.name))
    #expect(
      names == [
        "dense", "diagonal", "identity", "banded", "block diagonal",
        "selection", "sparse",
      ])
    #expect(problem.factors.contains { $0.isGiven && $0.tangentCost != nil })
    #expect(problem.factors.contains { !$0.isGiven })
    #expect(
      problem.factors.contains {
        if case .selection(let chosen) = $0.structure {
          Set(chosen).count < chosen.count
        } else {
          false
        }
      })
  }

  @Test("SplitMix64 gives the published sequence of seed 1234567")
  func generator() {
    var generator = SplitMix64(seed: 1_234_567)
    #expect(
      (0..<3).map { _ in generator.next() } == [
        6_457_827_717_110_365_317, 3_203_168_211_198_807_973,
        9_817_491_932_198_370_423,
      ])
  }
}
