import JacobianChain

/// A list of shapes and given matrices on its way to a problem.
struct GivenList {
  /// One word: what it was, and which factor it stands for.
  private struct Entry {
    let word: String
    let factor: Int
  }

  private var entries: [Entry] = []
  private var factors: [Factor] = []
  private var files: [String?] = []
  /// Factors by the file that they come from.
  private var known: [String: Int] = [:]
  private var names: Set<String> = []

  /// Takes a shape `RxC`, with suffixes or without.
  mutating func append(
    shape word: String, argument: Int
  ) throws(ChainError) {
    guard word.contains("x") else {
      throw ShapeList.refuse(
        argument, "a shape ROWSxCOLUMNS, as beside every given matrix",
        ShapeList.quoted(word), "write rows and columns, such as 10x100")
    }
    var parser = ShapeParser(word, argument: argument)
    var factor = try parser.factor()
    factor.name = unique(factor.name)
    append(factor, word, nil)
  }

  /// Takes a matrix; the same file is the same factor.
  mutating func append(
    file: String, word: String, _ control: SearchControl
  ) throws(ChainError) {
    let identity = Files.realPath(file) ?? file
    if let factor = known[identity] {
      entries.append(Entry(word: word, factor: factor))
      return
    }
    let data = try MatrixData(reading: file, control: control)
    let stem = MatrixFormat.stem(ofFile: word)
    known[identity] = factors.count
    append(
      Factor(
        name: unique(stem.isEmpty ? "J\(entries.count + 1)" : stem),
        rows: data.shape.rows, columns: data.shape.columns,
        structure: data.structure), word, file)
  }

  private mutating func append(
    _ factor: Factor, _ word: String, _ file: String?
  ) {
    entries.append(Entry(word: word, factor: factors.count))
    factors.append(factor)
    files.append(file)
  }

  /// The name, or the name with the first number that nobody has.
  private mutating func unique(_ name: String) -> String {
    var candidate = name
    var number = 2
    while !names.insert(candidate).inserted {
      candidate = "\(name)#\(number)"
      number += 1
    }
    return candidate
  }

  /// The problem: the product of all, first applied first.
  func problem(name: String?) throws(ChainError) -> ProblemFile {
    try checkNeighbours()
    let word = entries.map(\.factor)
    let problem: Problem
    do {
      problem = try Problem(
        name: name ?? ProblemWords.name(word.map { factors[$0].name }),
        factors: factors,
        targets: word.count == factors.count ? nil : [word])
    } catch {
      throw located(error)
    }
    return ProblemFile(problem: problem, dataFiles: files)
  }

  private func checkNeighbours() throws(ChainError) {
    func meets(_ below: Entry, _ above: Entry) -> Bool {
      factors[below.factor].rows == factors[above.factor].columns
    }
    let pairs = Array(zip(entries, entries.dropFirst()))
    guard let (below, above) = pairs.first(where: { !meets($0, $1) }) else {
      return
    }
    let isReversed = pairs.allSatisfy { meets($1, $0) }
    let (inner, outer) = (factors[below.factor], factors[above.factor])
    throw ChainError(
      .malformed, at: above.word,
      expected: "\(inner.rows) columns, the rows of \(below.word) "
        + "(\(inner.rows) × \(inner.columns))",
      found: "\(outer.rows) × \(outer.columns)",
      advice: isReversed
        ? "turn the list around: the matrix that is applied first comes first"
        : "first applied first: each has as many columns as the one before it "
          + "has rows")
  }

  /// From `/factors/3/columns` to the word that says so.
  private func located(_ error: ChainError) -> ChainError {
    var error = error
    let parts = error.location.split(separator: "/")
    let factor = parts.count > 1 ? Int(parts[1]) : nil
    error.location =
      entries.first { $0.factor == factor }?.word ?? "arguments"
    return error
  }
}
