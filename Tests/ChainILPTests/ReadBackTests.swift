#if GLPK
  import CGLPK
  import ChainILP
  import ChainTestSupport
  import Foundation
  import JacobianChain
  import Testing

  /// The text of every formulation, read by GLPK's own reader and solved by
  /// its own branch and cut, has the joint optimum.
  @Suite struct ReadBackTests {
    @Test(arguments: Formulation.allCases)
    func theTextHasTheOptimum(_ formulation: Formulation) throws {
      try withSeeds(1000..<1100) { seed in
        let problem = randomJointProblem(seed: seed)
        guard let expected = try cheapestJointly(problem) else { return }
        let text = try LinearProgram(of: problem, as: formulation).lpText
        try #require(try optimum(ofText: text) == Double(expected))
      }
    }

    /// The integer optimum of a program in the CPLEX LP format.
    private func optimum(ofText text: String) throws -> Double {
      let file = FileManager.default.temporaryDirectory
        .appending(path: "\(UUID().uuidString).lp")
      try text.write(to: file, atomically: true, encoding: .utf8)
      defer { try? FileManager.default.removeItem(at: file) }
      _ = glp_term_out(GLP_OFF)
      let problem = glp_create_prob()
      defer {
        glp_delete_prob(problem)
        _ = glp_free_env()
      }
      try #require(glp_read_lp(problem, nil, file.path) == 0, "\(text)")
      var parameters = glp_iocp()
      glp_init_iocp(&parameters)
      parameters.presolve = GLP_ON
      parameters.msg_lev = GLP_MSG_OFF
      try #require(glp_intopt(problem, &parameters) == 0)
      try #require(glp_mip_status(problem) == GLP_OPT)
      return glp_mip_obj_val(problem).rounded()
    }
  }
#endif
