import ChainRandom
import JacobianChain
import Testing

@Suite("Draws with settings: the family jcdp")
struct DrawSettingsTests {
  private func draw(
    _ count: Int = 4, _ change: (inout DrawSettings) -> Void = { _ in }
  ) throws -> Problem {
    var settings = DrawSettings()
    change(&settings)
    return try Family.jcdp.problem(
      factors: count, seed: 7, settings: settings)
  }

  private func factor(
    _ name: String, _ rows: Int, _ columns: Int, _ tangent: Int,
    _ adjoint: Int, _ tape: Int
  ) -> Factor {
    Factor(
      name: name, rows: rows, columns: columns, tangentCost: tangent,
      adjointCost: adjoint, tape: tape)
  }

  // Drawn by a second program, written in another language.
  @Test("Known draws pin the bytes")
  func pinned() throws {
    #expect(
      try draw().factors == [
        factor("f1", 5, 22, 9107, 9107, 9107),
        factor("f2", 16, 5, 5212, 5212, 5212),
        factor("f3", 24, 16, 1932, 1932, 1932),
        factor("f4", 45, 24, 8776, 8776, 8776),
      ])
    let wide = try draw {
      $0.dimensions = 5...500
      $0.costs = 1000...100_000
      $0.tangentFactors = 500_000...1_000_000
      $0.adjointFactors = 1_000_000...3_250_000
    }
    #expect(
      wide.factors == [
        factor("f1", 13, 198, 71_371, 181_975, 90_176),
        factor("f2", 128, 13, 31_427, 61_624, 47_327),
        factor("f3", 209, 128, 11_026, 34_494, 11_252),
        factor("f4", 437, 209, 66_992, 257_805, 86_537),
      ])
    #expect(
      wide.source.hasPrefix(
        "jchain generate jcdp --factors 4 --seed 7 --dimensions 5-500 "
          + "--costs 1000-100000 --tangent-factors 0.5-1 "
          + "--adjoint-factors 1-3.25: "))
  }

  @Test("Without settings it draws what the published data set was drawn from")
  func ranges() throws {
    for factor in try draw(2000).factors {
      #expect((5...50).contains(factor.rows))
      #expect((1000...10_000).contains(factor.tape))
      #expect(factor.tangentCost == factor.tape)
      #expect(factor.adjointCost == factor.tape && !factor.isGiven)
    }
  }

  @Test("Other factors leave shapes and tapes as they were")
  func order() throws {
    let factors = try draw(50) { $0.adjointFactors = 0...1_000_000_000 }
      .factors
    for (factor, plain) in zip(factors, try draw(50).factors) {
      #expect(factor.rows == plain.rows && factor.columns == plain.columns)
      #expect(factor.tape == plain.tape)
      #expect(factor.tangentCost == plain.tangentCost)
    }
  }

  @Test("The largest costs and factors don't overflow")
  func largest() throws {
    let top = Problem.dimensionLimit
    let problem = try draw(3) {
      $0.dimensions = top...top
      $0.costs = top...top
      $0.tangentFactors = 1_000_000_000...1_000_000_000
    }
    #expect(problem.factors[2].tangentCost == 1000 * top)
  }

  @Test("Limits go with every family", arguments: Family.allCases)
  func limits(_ family: Family) throws {
    var settings = DrawSettings()
    settings.limits = Limits(
      tapePerStep: 50_000, tapeTotal: 90_000, machines: 3)
    settings.matrixFree = false
    let problem = try family.problem(factors: 4, seed: 2, settings: settings)
    let plain = try family.problem(factors: 4, seed: 2)
    #expect(problem.limits == settings.limits && !problem.matrixFree)
    #expect(problem.factors == plain.factors)
    #expect(problem.source.contains("--machines 3 --tape-limit 50000 "))
  }

  @Test(
    "What a family doesn't draw from is refused", arguments: Family.allCases)
  func foreign(_ family: Family) throws {
    guard family != .jcdp else { return }
    for (name, settings) in Self.changed {
      let error = #expect(throws: ChainError.self) {
        try family.problem(factors: 4, seed: 2, settings: settings)
      }
      #expect(error?.location == name && error?.expected == "the family jcdp")
      #expect(error?.found == family.rawValue)
    }
  }

  private static var changed: [(String, DrawSettings)] {
    var settings = [DrawSettings](repeating: DrawSettings(), count: 4)
    settings[0].dimensions = 1...2
    settings[1].costs = 1...2
    settings[2].tangentFactors = 1...2
    settings[3].adjointFactors = 1...2
    return Array(
      zip(
        ["--dimensions", "--costs", "--tangent-factors", "--adjoint-factors"],
        settings))
  }

  @Test("What can't be drawn is refused")
  func refused() throws {
    func refuse(
      _ place: String, _ found: String,
      _ change: (inout DrawSettings) -> Void
    ) {
      let error = #expect(throws: ChainError.self) { try draw(4, change) }
      #expect(error?.location == place && error?.found == found)
    }
    refuse("--dimensions", "--dimensions 0-4") { $0.dimensions = 0...4 }
    refuse("--costs", "--costs 5-1099511627777") {
      $0.costs = 5...Problem.dimensionLimit + 1
    }
    refuse("--tangent-factors", "--tangent-factors 1-1000.000001") {
      $0.tangentFactors = 1_000_000...1_000_000_001
    }
    refuse("/limits/machines", "0") { $0.limits.machines = 0 }
  }
}
