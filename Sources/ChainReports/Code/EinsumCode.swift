import JacobianChain

/// The plan as a contraction path, in a module of Python with one function.
struct EinsumCode {
  private let outline: CodeOutline
  /// What the matrix of each factor is called, whoever accumulates it.
  private let factors: [String]

  init(_ report: Report) {
    outline = CodeOutline(report, reserved: pythonWords)
    var names = CodeNames(
      reserved: pythonWords + [
        "jacobian", "np", "opt_einsum", "subscripts", "path",
      ])
    factors = report.solved.problem.factors.map { names.name(for: $0.name) }
  }

  /// The whole module.
  ///
  /// - Throws: `ChainError` (`unsupported`) for what einsum can't do.
  var document: String {
    get throws(ChainError) {
      let solved = outline.report.solved
      let targets = solved.problem.targets
      if targets.count > 1, let shared = SharedValues(outline.report).ids.first
      {
        throw ContractionPath.refusal(
          shared, "values that are used once", "a product of two targets")
      }
      guard targets.allSatisfy({ $0.count <= Self.longest }) else {
        throw ChainError(
          .tooLarge, at: "/targets",
          expected:
            "at most \(Self.longest) factors, for which there are letters",
          found: "more", advice: "take numpy in the place of einsum")
      }
      // What numpy has letters for.
      let isLong = targets.contains { $0.count > 51 }
      var constants = ""
      var results: [String] = []
      var operands: [String] = []
      for (target, word) in targets.enumerated() {
        let path = try ContractionPath(of: solved, target: target)
        let suffix = targets.count > 1 ? "_\(target + 1)" : ""
        let letters = (0...word.count).map { Self.symbol($0) }
        let terms = word.indices.reversed().map {
          letters[$0 + 1] + letters[$0]
        }
        let ends = letters[word.count] + letters[0]
        constants +=
          "subscripts\(suffix) = \"\(terms.joined(separator: ","))->\(ends)\"\n"
        let pairs =
          word.count == 1
          ? ["(0,)"] : path.pairs.map { "(\($0.first), \($0.second))" }
        constants += "path\(suffix) = [\n"
        for pair in pairs { constants += "    \(pair),\n" }
        constants += "]\n"
        let names = word.reversed().map { factors[$0] }
        for name in names where !operands.contains(name) {
          operands.append(name)
        }
        let list = names.joined(separator: ", ")
        results.append(
          isLong
            ? "opt_einsum.contract(subscripts\(suffix), \(list), optimize=path\(suffix))"
            : "np.einsum(subscripts\(suffix), \(list), "
              + "optimize=[\"einsum_path\", *path\(suffix)])")
      }
      var text = ""
      let library = isLong ? "opt_einsum" : "numpy"
      let heading = outline.heading(
        calling: "Call jacobian(…): factors are dense arrays (rows × columns), "
          + "outermost first. Needs \(library).")
      for line in heading { text += "# \(line)\n" }
      text += isLong ? "import opt_einsum\n" : "import numpy as np\n"
      text +=
        "\n\(constants)\n\ndef jacobian(\(operands.joined(separator: ", "))):\n"
      return text + "    return \(results.joined(separator: ", "))\n"
    }
  }

  private static let longest = 1_000_000

  /// The symbols of opt_einsum: letters, then what follows them.
  private static func symbol(_ index: Int) -> String {
    let letters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return index < letters.count
      ? String(letters[index])
      : String(UnicodeScalar(index + (index < 0xD800 - 140 ? 140 : 2188))!)
  }
}
