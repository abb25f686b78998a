import JacobianChain

/// The plan as a file of Swift with one function, and no import.
struct SwiftCode: CodeWriter {
  let outline: CodeOutline
  private var names: CodeNames
  private var used: Set<String> = []
  private var constants: [String] = []
  private var patterns: [Pattern: String] = [:]
  private var indices = CodeIndices()
  /// The lines that make values.
  private var lines = ""

  init(_ report: Report) {
    outline = CodeOutline(
      report, reserved: words + SwiftHelper.all.map(\.name) + ["jacobian"])
    names = outline.names
  }

  mutating func program() throws(ChainError) -> String {
    let values = try writeSteps()
    let results = try results(of: values)
    for helper in SwiftHelper.all.reversed() where used.contains(helper.name) {
      used.formUnion(helper.needs)
    }
    var parts: [String] = []
    let arguments = outline.handedOver
    if arguments.contains(where: { $0.kind == .entries }) {
      parts.append(
        used.contains("Sparse")
          ? "given factors are their entries, row by row, without known zeros"
          : "given factors are their entries, row by row")
    }
    if used.contains("tangents") { parts.append("f_tangent maps v to f·v") }
    if used.contains("adjoints") { parts.append("f_adjoint maps u to u·f") }
    let heading = outline.heading(
      calling: "Call jacobian(…): \(parts.joined(separator: "; ")). "
        + "Needs nothing.")
    var text = heading.map { "// \($0)\n" }.joined()
    text += "\nfunc jacobian(\n"
    for (place, argument) in arguments.enumerated() {
      let comma = place == arguments.count - 1 ? "" : ","
      text +=
        "  \(argument.name): \(type(of: argument))\(comma)"
        + "  // \(described(argument))\n"
    }
    let type =
      results.count == 1
      ? results[0].type : "(\(results.map(\.type).joined(separator: ", ")))"
    text += ") -> \(type) {\n" + constants.map { "  \($0)\n" }.joined() + lines
    let list = results.map(\.name).joined(separator: ", ")
    text += "  return \(results.count == 1 ? list : "(\(list))")\n}\n"
    for helper in SwiftHelper.all where used.contains(helper.name) {
      text += "\n\(helper.text)\n"
    }
    return text
  }

  private func type(of argument: CodeOutline.Argument) -> String {
    switch argument.kind {
    case .entries: "[Double]"
    case .products: "([Double]) -> [Double]"
    }
  }

  private func described(_ argument: CodeOutline.Argument) -> String {
    let pattern = problem.patterns[argument.factor]
    let name = problem.factors[argument.factor].name.printable
    switch argument.kind {
    case .entries:
      return "\(name), \(pattern.shape)"
        + (pattern.isDense ? "" : ", \(pattern.structure.name)")
    case .products(.tangent):
      return "\(name)·v: \(pattern.columns) to \(pattern.rows) numbers"
    case .products(.adjoint):
      return "u·\(name): \(pattern.rows) to \(pattern.columns) numbers"
    }
  }

  // MARK: Steps

  mutating func write(_ id: Int, as text: String, of operands: [CodeValue]) {
    lines += "  // \(outline.comment(id))\n"
    lines += "  let \(outline.values[id]) = \(text)\n"
  }

  private mutating func results(
    of values: [CodeValue]
  ) throws(ChainError) -> [(name: String, type: String)] {
    try plan.plan.targets.map { (id) throws(ChainError) in
      let value = values[id]
      return value.form == .dense
        ? (value.name, "Dense") : (try sparse(value), "Sparse")
    }
  }

  mutating func given(
    _ argument: CodeOutline.Argument
  ) throws(ChainError) -> CodeValue {
    let pattern = problem.patterns[argument.factor]
    let name = argument.name
    let form: CodeValue.Form
    switch pattern.form {
    case .identity: form = .identity
    case .dense:
      form = .dense
      used.insert("Dense")
      lines +=
        "  let \(name) = Dense(\(pattern.rows), \(pattern.columns), \(name))\n"
    case .diagonal, .sparse:
      form = .sparse
      used.insert("Sparse")
      let entries =
        pattern.structure.isUnit
        ? "[Double](repeating: 1, count: \(pattern.rows))" : name
      lines += "  let \(name) = Sparse(\(try places(pattern)), \(entries))\n"
    }
    return CodeValue(name: name, form: form, pattern: pattern)
  }

  mutating func product(
    _ a: CodeValue, _ b: CodeValue, _ pattern: Pattern
  ) -> (String, CodeValue.Form) {
    let product = "multiply(\(a.name), \(b.name))"
    switch (a.form, b.form) {
    case (.dense, .dense): used.insert("multiply")
    case (.dense, _): used.insert("multiplySparse")
    case (_, .dense): used.insert("multiplyRows")
    case (_, _):
      used.insert("multiplyBoth")
      guard pattern.form == .dense else { return (product, .sparse) }
      used.insert("dense")
      return ("dense(\(product))", .dense)
    }
    return (product, .dense)
  }

  /// A function applied to an operand, nil for the identity, of which only as
  /// many rows or columns are seeded as the result has colours.
  mutating func evaluated(
    _ function: String, _ mode: Mode, _ operand: CodeValue?, _ pattern: Pattern
  ) throws(ChainError) -> (String, CodeValue.Form) {
    let operand = operand?.form == .identity ? nil : operand
    let isTangent = mode == .tangent
    let length = isTangent ? pattern.rows : pattern.columns
    used.insert("\(mode.rawValue)s")
    switch pattern.structure {
    case .dense:
      let block = block(operand, isTangent ? pattern.columns : pattern.rows)
      return ("\(mode.rawValue)s(\(function), \(length), \(block))", .dense)
    case .submatrix(let rows, let columns):
      let chosen = isTangent ? columns : rows
      let block = block(operand, isTangent ? pattern.columns : pattern.rows)
      let list = try indices.list(chosen.indices)
      return (
        "\(mode.rawValue)s(\(function), \(length), \(block), only: [\(list)])",
        .dense
      )
    case .diagonal, .identity, .banded, .blockDiagonal, .selection, .sparse:
      break
    case .negatedIdentity, .negatedSelection:
      preconditionFailure("refused before")
    }
    let places = try places(pattern)
    let colouring =
      isTangent ? pattern.columnColouring : pattern.rowColouring
    let count = isTangent ? pattern.columns : pattern.rows
    let colours =
      pattern.hasCyclicColours(mode)
      ? "(0..<\(count)).map { $0 % \(colouring.count) }"
      : "[\(try indices.list(colouring, count))]"
    let name = names.name(for: "colours")
    constants.append("let \(name): [Int] = \(colours)")
    let helper = isTangent ? "columnSeeds" : "rowSeeds"
    used.formUnion([helper, isTangent ? "byTangents" : "byAdjoints"])
    var block = "\(helper)(\(name))"
    if let operand {
      let isDense = operand.form == .dense
      used.insert(
        isDense ? "multiply" : isTangent ? "multiplyRows" : "multiplySparse")
      block =
        isTangent
        ? "multiply(\(operand.name), \(block))"
        : "multiply(\(block), \(operand.name))"
    }
    let read = isTangent ? "byTangents" : "byAdjoints"
    return (
      "\(read)(\(mode.rawValue)s(\(function), \(length), \(block)), "
        + "\(places), \(name))", .sparse
    )
  }

  /// A block of seeds with all columns, or all rows.
  private mutating func block(_ operand: CodeValue?, _ size: Int) -> String {
    guard let operand else {
      used.insert("unit")
      return "unit(\(size))"
    }
    guard operand.form == .sparse else { return operand.name }
    used.insert("dense")
    return "dense(\(operand.name))"
  }

  /// A target that isn't dense.
  private mutating func sparse(
    _ value: CodeValue
  ) throws(ChainError) -> String {
    guard value.form == .identity else { return value.name }
    used.insert("Sparse")
    let ones = "[Double](repeating: 1, count: \(value.pattern.rows))"
    return "Sparse(\(try places(value.pattern)), \(ones))"
  }

  /// The name of the places of a pattern's entries.
  private mutating func places(
    _ pattern: Pattern
  ) throws(ChainError) -> String {
    if let known = patterns[pattern] { return known }
    used.insert("Places")
    let (rows, columns) = (pattern.rows, pattern.columns)
    let text: String
    switch pattern.structure {
    case .banded(let lower, let upper):
      text =
        "Places(\(rows), \(columns)) "
        + "{ max(0, $0 - \(lower))..<max(0, $0 - \(lower), min(\(columns), $0 + \(upper + 1))) }"
    case .blockDiagonal(_, let blockRows, let blockColumns):
      text =
        "Places(\(rows), \(columns)) "
        + "{ $0 / \(blockRows) * \(blockColumns)..<($0 / \(blockRows) + 1) * \(blockColumns) }"
    case .diagonal, .identity:
      text = "Places(\(rows), \(columns)) { $0..<$0 + 1 }"
    case .selection(let chosen):
      text =
        "Places(columns: \(columns), starts: Array(0...\(rows)), "
        + "indices: [\(try indices.list(chosen))])"
    case .sparse(let entries):
      text =
        "Places(\n    columns: \(columns), "
        + "starts: [\(try indices.list(entries.rowStarts))],\n"
        + "    indices: [\(try indices.list(entries.columnIndices))])"
    case .dense, .submatrix, .negatedIdentity, .negatedSelection:
      preconditionFailure("held entry by entry")
    }
    let name = names.name(for: "places")
    constants.append("let \(name) = \(text)")
    patterns[pattern] = name
    return name
  }
}

/// What no argument can be called.
private let words = [
  "Any", "Array", "Double", "Int", "Range", "Self", "as", "associatedtype",
  "await", "break", "case", "catch", "class", "continue", "default", "defer",
  "deinit", "do", "else", "enum", "extension", "fallthrough", "false",
  "fileprivate", "for", "func", "guard", "if", "import", "in", "init", "inout",
  "internal", "is", "let", "max", "min", "nil", "operator", "precedencegroup",
  "precondition", "private", "protocol", "public", "repeat", "rethrows",
  "return", "self", "static", "struct", "subscript", "super", "switch", "throw",
  "throws", "true", "try", "typealias", "var", "where", "while", "zip",
]
