import JacobianChain

/// What numpy and JAX write differently.
protocol PythonDialect {
  /// How a factor with structure, and a function, are handed over.
  static var convention:
    (diagonal: String, sparse: String, tangent: String, adjoint: String)
  { get }
  /// Values are dropped after their last use; what is compiled needs no telling.
  static var dropsValues: Bool { get }
  /// What the program imports, for the third line.
  static func needs(sparse: Bool) -> String
  /// The lines that import it.
  static func imports(sparse: Bool) -> [String]
  /// Functions that the program may call; each may call those before it.
  static var helpers: [PythonHelper] { get }

  /// A sparse matrix of entries at the places of a pattern.
  func matrix(_ entries: String, _ pattern: String, _ shape: Pattern) -> String
  /// Takes in a given sparse factor; nil when it is taken as it comes.
  func received(_ name: String, _ pattern: String, _ shape: Pattern) -> String?
  /// Ones at the places of a pattern.
  func ones(_ pattern: String, _ shape: Pattern) -> String
  /// Hands a sparse target over.
  func handedOver(_ name: String) -> String
  func dense(ofSparse name: String) -> String
  func dense(ofDiagonal name: String) -> String
  func dense(identity size: Int) -> String
  func diagonal(ones size: Int) -> String
  func sparse(ofDiagonal name: String) -> String
  /// diag(left) · sparse, and sparse · diag(right).
  func scaled(rowsOf sparse: String, by left: String) -> String
  func scaled(columnsOf sparse: String, by right: String) -> String
  /// A function applied to the columns or rows of a dense block.
  func applied(_ function: String, _ mode: Mode, _ block: String) -> String
}

/// A function of the program's own, written only where it is called.
struct PythonHelper {
  var name: String
  var needs: [String] = []
  var text: String
}

/// The plan as a module of Python with one function.
struct PythonCode<Dialect: PythonDialect>: CodeWriter {
  let outline: CodeOutline
  private let dialect: Dialect
  private var used: Set<String> = []
  private var constants: PythonConstants
  /// Whether any value is sparse.
  private var isSparse = false
  /// The lines that make values, and which of those made before they use.
  private var lines: [(text: String, uses: [String])] = []
  private var made: Set<String> = []

  init(_ report: Report, _ dialect: Dialect) {
    outline = CodeOutline(
      report,
      reserved: pythonWords + Dialect.helpers.map(\.name)
        + ["jacobian", "np", "jax", "jnp", "scipy", "BCOO"])
    constants = PythonConstants(outline.names)
    self.dialect = dialect
  }

  mutating func program() throws(ChainError) -> String {
    let body = try body()
    let convention = Self.convention(of: outline, isSparse: isSparse)
    var text = ""
    for line in outline.heading(calling: convention) { text += "# \(line)\n" }
    for line in Dialect.imports(sparse: isSparse) { text += line + "\n" }
    used.formUnion(constants.helpers)
    if isSparse { used.insert("Sparse") }
    for helper in Dialect.helpers.reversed() where used.contains(helper.name) {
      used.formUnion(helper.needs)
    }
    for helper in Dialect.helpers where used.contains(helper.name) {
      text += "\n\n\(helper.text)\n"
    }
    if !constants.lines.isEmpty {
      text += "\n\n" + constants.lines.map { $0 + "\n" }.joined()
    }
    text += "\n\ndef jacobian(\n"
    for argument in outline.handedOver {
      text += "    \(argument.name),  # \(described(argument))\n"
    }
    return text + "):\n" + body
  }

  private static func convention(
    of outline: CodeOutline, isSparse: Bool
  ) -> String {
    var parts: [String] = []
    let said = Dialect.convention
    let problem = outline.report.solved.problem
    func has(_ form: CodeValue.Form) -> Bool {
      outline.handedOver.contains {
        $0.kind == .entries && problem.patterns[$0.factor].form == form
      }
    }
    if has(.dense) || has(.diagonal) || has(.sparse) {
      parts.append("given factors are arrays (rows × columns)")
    }
    if has(.diagonal) { parts.append(said.diagonal) }
    if has(.sparse) { parts.append(said.sparse) }
    for (mode, text) in [
      (Mode.tangent, said.tangent), (.adjoint, said.adjoint),
    ]
    where outline.arguments.contains(where: { $0.kind == .products(mode) }) {
      parts.append(text)
    }
    return "Call jacobian(…): \(parts.joined(separator: "; ")). Needs "
      + Dialect.needs(sparse: isSparse) + "."
  }

  private func described(_ argument: CodeOutline.Argument) -> String {
    let pattern = problem.patterns[argument.factor]
    let name = problem.factors[argument.factor].name.printable
    switch argument.kind {
    case .entries:
      let structure =
        pattern.isDense ? "" : ", \(pattern.structure.name)"
      return "\(name), \(pattern.shape)\(structure)"
    case .products(.tangent):
      return "\(name)·V: \(pattern.columns) × k to \(pattern.rows) × k"
    case .products(.adjoint):
      return "U·\(name): k × \(pattern.rows) to k × \(pattern.columns)"
    }
  }

  // MARK: Steps

  mutating func write(_ id: Int, as text: String, of operands: [CodeValue]) {
    let comment = "# \(outline.comment(id))"
    let line = "\(outline.values[id]) = \(text)"
    let isShort = line.count + comment.count < 82
    lines.append(
      (
        isShort ? "\(line)  \(comment)" : "\(comment)\n    \(line)",
        operands.map(\.name).filter(made.contains)
      ))
    made.insert(outline.values[id])
  }

  private mutating func body() throws(ChainError) -> String {
    let values = try writeSteps()
    let targets = plan.plan.targets.map { values[$0] }
    var last: [String: Int] = [:]
    for (place, line) in lines.enumerated() {
      for name in line.uses { last[name] = place }
    }
    for target in targets { last[target.name] = nil }
    var text = ""
    for (place, line) in lines.enumerated() {
      text += "    \(line.text)\n"
      guard Dialect.dropsValues else { continue }
      let over = Set(line.uses).filter { last[$0] == place }
      if !over.isEmpty {
        text += "    del \(over.sorted().joined(separator: ", "))\n"
      }
    }
    let results = targets.map { handedOver($0) }.joined(separator: ", ")
    return text + "    return \(results)\n"
  }

  mutating func given(
    _ argument: CodeOutline.Argument
  ) throws(ChainError) -> CodeValue {
    let (name, pattern) = (argument.name, problem.patterns[argument.factor])
    let value = CodeValue(name: name, form: pattern.form, pattern: pattern)
    guard value.form == .sparse else { return value }
    isSparse = true
    if pattern.structure.isUnit {
      let ones = dialect.ones(try constants.name(of: pattern), pattern)
      lines.append(("\(name) = \(ones)", []))
    } else if dialect.received(name, "", pattern) != nil {
      let places = try constants.name(of: pattern)
      lines.append(
        ("\(name) = \(dialect.received(name, places, pattern)!)", []))
    }
    return value
  }

  mutating func product(
    _ a: CodeValue, _ b: CodeValue, _ pattern: Pattern
  ) throws(ChainError) -> (String, CodeValue.Form) {
    switch (a.form, b.form) {
    case (.diagonal, .diagonal):
      return ("\(a.name) * \(b.name)", .diagonal)
    case (.diagonal, .dense):
      return ("\(a.name)[:, None] * \(b.name)", .dense)
    case (.dense, .diagonal):
      return ("\(a.name) * \(b.name)", .dense)
    case (.diagonal, .sparse):
      return (dialect.scaled(rowsOf: b.name, by: a.name), .sparse)
    case (.sparse, .diagonal):
      return (dialect.scaled(columnsOf: a.name, by: b.name), .sparse)
    case (.sparse, .sparse):
      let product = "\(a.name) @ \(b.name)"
      return pattern.form == .dense
        ? (dialect.dense(ofSparse: "(\(product))"), .dense) : (product, .sparse)
    case (.dense, _), (_, .dense):
      return ("\(a.name) @ \(b.name)", .dense)
    case (.identity, _), (_, .identity):
      preconditionFailure("products with the identity are no steps")
    }
  }

  /// A function applied to an operand, nil for the identity, of which only as
  /// many rows or columns are seeded as the result has colours.
  mutating func evaluated(
    _ function: String, _ mode: Mode, _ operand: CodeValue?, _ pattern: Pattern
  ) throws(ChainError) -> (String, CodeValue.Form) {
    let operand = operand?.form == .identity ? nil : operand
    switch pattern.structure {
    case .dense:
      return (
        dialect.applied(function, mode, dense(operand, mode, pattern)), .dense
      )
    case .submatrix(let rows, let columns):
      let chosen = mode == .tangent ? columns : rows
      guard !chosen.isEmpty else {
        used.insert("zeros")
        return ("zeros(\(pattern.rows), \(pattern.columns))", .dense)
      }
      let helper = mode == .tangent ? "on_columns" : "on_rows"
      used.insert(helper)
      let runs = chosen.runs.map { "\($0.lowerBound):\($0.upperBound)" }
      return (
        "\(helper)(\(function), \(dense(operand, mode, pattern)), "
          + "np.r_[\(runs.joined(separator: ", "))])", .dense
      )
    case .diagonal, .identity:
      guard operand?.form ?? .diagonal == .diagonal else { break }
      let seeds = operand?.name ?? dialect.diagonal(ones: pattern.rows)
      return mode == .tangent
        ? (
          dialect.applied(function, mode, "\(seeds)[:, None]") + "[:, 0]",
          .diagonal
        )
        : (
          dialect.applied(function, mode, "\(seeds)[None, :]") + "[0]",
          .diagonal
        )
    case .banded, .blockDiagonal, .selection, .sparse: break
    case .negatedIdentity, .negatedSelection:
      preconditionFailure("refused before")
    }
    isSparse = true
    let places = try constants.name(of: pattern)
    let colouring =
      mode == .tangent ? pattern.columnColouring : pattern.rowColouring
    guard colouring.count > 0 else {
      return (dialect.matrix("np.zeros(0)", places, pattern), .sparse)
    }
    let chosen = try constants.name(of: colouring, mode, pattern)
    used.formUnion(["seeds", "by_\(mode.rawValue)s"])
    var block = "seeds(\(chosen))" + (mode == .tangent ? "" : ".T")
    if let operand {
      let value =
        operand.form == .diagonal
        ? dialect.sparse(ofDiagonal: operand.name) : operand.name
      if operand.form == .diagonal { used.insert("diagonal") }
      block = mode == .tangent ? "\(value) @ \(block)" : "\(block) @ \(value)"
    }
    let applied = dialect.applied(function, mode, block)
    return (
      "by_\(mode.rawValue)s(\(applied), \(places), \(chosen))", .sparse
    )
  }

  /// A block of seeds with all columns, or all rows.
  private func dense(
    _ operand: CodeValue?, _ mode: Mode, _ pattern: Pattern
  ) -> String {
    guard let operand else {
      return dialect.dense(
        identity: mode == .tangent ? pattern.columns : pattern.rows)
    }
    return switch operand.form {
    case .dense: operand.name
    case .diagonal: dialect.dense(ofDiagonal: operand.name)
    case .sparse: dialect.dense(ofSparse: operand.name)
    case .identity: dialect.dense(identity: operand.pattern.rows)
    }
  }

  private func handedOver(_ target: CodeValue) -> String {
    switch target.form {
    case .dense, .diagonal: target.name
    case .sparse: dialect.handedOver(target.name)
    case .identity: dialect.diagonal(ones: target.pattern.rows)
    }
  }
}

/// What no argument can be called.
let pythonWords = [
  "False", "None", "True", "and", "as", "assert", "async", "await", "break",
  "class", "continue", "def", "del", "elif", "else", "except", "finally", "for",
  "from", "global", "if", "import", "in", "is", "lambda", "match", "nonlocal",
  "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
]
