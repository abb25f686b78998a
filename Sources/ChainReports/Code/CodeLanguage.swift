import JacobianChain

/// What a plan can be written as for those who take no dependency on this
/// project: source code with one function, `jacobian`, that does the steps.
public enum CodeLanguage: String, Hashable, Sendable, CaseIterable {
  /// Python with numpy, and with scipy.sparse where there is structure.
  case numpy
  /// Python with JAX: what comes out can be jitted, mapped and differentiated.
  case jax
  /// Swift that imports nothing.
  case swift
  /// Python with `numpy.einsum` and a contraction path, which opt_einsum
  /// takes, too.
  case einsum
}

extension Report {
  /// The plan as source code that runs as it stands.
  ///
  /// Given factors (m × n) are arguments of the function, and so are tangents
  /// and adjoints of the others, as far as the plan evaluates them, and as
  /// often as it is priced. What is used twice is computed once. The first
  /// three lines are comments that say what it is, what it saves and how it is
  /// called; patterns and colours of sparse factors are part of the text.
  ///
  /// - Throws: `ChainError`: `unsupported` for graphs, factors of sign −1 and
  ///   plans in chunks or of few seeds at a time, and for a contraction path of
  ///   a plan that isn't a bracketing of accumulated factors, `infeasible` where
  ///   results only fit into a file, `tooLarge` when more than 2^18 indices of
  ///   patterns and colours would have to be written down.
  /// - Complexity: O(steps + indices) time and memory, O(steps · log steps)
  ///   for contraction paths, and the colourings of the plan.
  public func code(in language: CodeLanguage) throws(ChainError) -> String {
    try checkWords()
    return switch language {
    case .numpy: try PythonCode(self, NumPyDialect()).document
    case .jax: try PythonCode(self, JAXDialect()).document
    case .swift: try SwiftCode(self).document
    case .einsum: try EinsumCode(self).document
    }
  }

  /// Programs know products only, and no structure with a sign.
  private func checkWords() throws(ChainError) {
    let problem = solved.problem
    let isSigned = problem.patterns.contains { pattern in
      switch pattern.structure {
      case .negatedIdentity, .negatedSelection: true
      default: false
      }
    }
    guard !solved.plan.plan.isInParts else {
      let isInChunks = solved.plan.plan.chunks != nil
      throw ChainError(
        .unsupported, at: isInChunks ? "/chunks" : "/seedsAtOnce",
        expected: "a plan that is made at once, for a program",
        found: isInChunks ? "one in chunks" : "one of few seeds at a time",
        advice: "take the plan as JSON, or leave the limit on memory out")
    }
    try solved.checkResultsFit()
    guard problem.graph != nil || isSigned else { return }
    throw ChainError(
      .unsupported, at: problem.graph == nil ? "/factors" : "/graph",
      expected: "a chain or words of factors without a sign, for a program",
      found: problem.graph == nil ? "negatedIdentity" : "a graph",
      advice: "take the plan as JSON, and run it with jchain run")
  }
}
