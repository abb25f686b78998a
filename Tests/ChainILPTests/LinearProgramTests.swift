import ChainILP
import ChainTestSupport
import JacobianChain
import Testing

/// The programs that people read.
@Suite struct LinearProgramTests {
  /// Two targets of three factors, and tape for one adjoint.
  private static func example() throws -> Problem {
    try Problem(
      name: "naïve example",
      factors: [
        Factor(name: "J1", rows: 4, columns: 5, tangentCost: 20, tape: 3),
        Factor(
          name: "J2", rows: 3, columns: 4, tangentCost: 12, adjointCost: 12,
          tape: 9),
        Factor(name: "not plain", rows: 2, columns: 3),
      ], targets: [[0, 1, 2], [1, 2]], limits: Limits(tapeTotal: 10))
  }

  @Test func plainProgramAsText() throws {
    let program = try LinearProgram(of: Self.example(), as: .plain)
    #expect(
      program.lpText == """
        \\ na?ve example
        \\ 11 columns, 10 rows; prices in fma
        Minimize
         cost: 100 x_J1_tangent + 48 x_J2_tangent + 36 x_J2_adjoint
          + 60 x_J2J1_tangent + 24 x_F3J2_split1 + 24 x_F3J2_adjoint
          + 40 x_F3J2J1_split1 + 30 x_F3J2J1_split2
        Subject To
         make_J1: x_J1_tangent - y_J1 >= 0
         use_J2J1_tangent_of_J1: y_J1 - x_J2J1_tangent >= 0
         use_F3J2J1_split1_of_J1: y_J1 - x_F3J2J1_split1 >= 0
         make_J2: x_J2_tangent + x_J2_adjoint - y_J2 >= 0
         use_F3J2_split1_of_J2: y_J2 - x_F3J2_split1 >= 0
         make_J2J1: x_J2J1_tangent - y_J2J1 >= 0
         use_F3J2J1_split2_of_J2J1: y_J2J1 - x_F3J2J1_split2 >= 0
         make_F3J2: x_F3J2_split1 + x_F3J2_adjoint >= 1
         make_F3J2J1: x_F3J2J1_split1 + x_F3J2J1_split2 >= 1
         tape: 9 x_J2_adjoint + 9 x_F3J2_adjoint <= 10
        Binaries
         x_J1_tangent x_J2_tangent x_J2_adjoint x_J2J1_tangent x_F3J2_split1
          x_F3J2_adjoint x_F3J2J1_split1 x_F3J2J1_split2 y_J1 y_J2 y_J2J1
        End

        """)
  }

  @Test(arguments: Formulation.allCases)
  func sameProblemSameBytes(_ formulation: Formulation) throws {
    try withSeeds(0..<20) { seed in
      let problem = randomJointProblem(seed: seed)
      let texts = try (0..<2).map { _ in
        try LinearProgram(of: problem, as: formulation).lpText
      }
      try #require(texts[0] == texts[1])
      try #require(texts[0].utf8.allSatisfy { $0 < 128 })
    }
  }

  @Test(arguments: Formulation.allCases)
  func namesAreDistinct(_ formulation: Formulation) throws {
    // J1·J11 and J11·J1 and J111: written in a row, words look alike.
    let factors = ["J1", "J11", "J111", "a b", "c.d"].map {
      Factor(name: $0, rows: 3, columns: 3, tangentCost: 2, adjointCost: 1)
    }
    let problem = try Problem(
      factors: factors, targets: [[0, 1], [1, 0], [2, 0], [0, 2, 3, 4]])
    let program = try LinearProgram(of: problem, as: formulation)
    for names in [program.columns.map(\.name), program.rows.map(\.name)] {
      #expect(Set(names).count == names.count)
      #expect(names.allSatisfy { !$0.isEmpty && $0.utf8.count < 200 })
    }
  }

  @Test func largePricesAreRefusedWithFigures() throws {
    let problem = denseChain([1_000_000, 1_000_000, 1_000_000])
    #expect {
      try LinearProgram(of: problem, as: .plain)
    } throws: { error in
      let error = error as? ChainError
      return error?.kind == .unsupported
        && error?.found.contains(" 1000000000000000000 fma") == true
    }
  }
}
