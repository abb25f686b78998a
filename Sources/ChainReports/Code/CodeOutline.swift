import JacobianChain

/// What code in any language says about a plan: arguments, names, comments.
struct CodeOutline {
  /// What the caller hands over.
  struct Argument {
    /// How a factor comes in: its entries, or a function that applies it.
    enum Kind: Hashable {
      case entries
      case products(Mode)
    }
    var factor: Int
    var kind: Kind
    var name: String
  }

  let report: Report
  /// In the order of the problem's factors.
  let arguments: [Argument]
  /// What the value of each step is called; those at hand as their arguments.
  let values: [String]
  /// Takes more names.
  var names: CodeNames
  private let places: [Int: [Argument.Kind: Int]]

  /// - Parameter reserved: words of the language and of its helpers.
  init(_ report: Report, reserved: some Sequence<String>) {
    self.report = report
    let (problem, plan) = (report.solved.problem, report.solved.plan.plan)
    var names = CodeNames(reserved: reserved)
    var needed: [Int: Set<Argument.Kind>] = [:]
    for step in plan.steps {
      switch step {
      case .given(let factor): needed[factor, default: []].insert(.entries)
      case .accumulate(let factor, let mode),
        .eliminate(let factor, let mode, _):
        // Entries that are known need no function.
        let kind: Argument.Kind =
          problem.patterns[factor].structure.isUnit
            && step.operands.first == nil
          ? .entries : .products(mode)
        needed[factor, default: []].insert(kind)
      case .multiply, .add: break
      }
    }
    var arguments: [Argument] = []
    var places: [Int: [Argument.Kind: Int]] = [:]
    for (index, factor) in problem.factors.enumerated() {
      let kinds: [Argument.Kind] = [
        .entries, .products(.tangent), .products(.adjoint),
      ]
      for kind in kinds where needed[index]?.contains(kind) ?? false {
        let wish =
          switch kind {
          case .entries: factor.name
          case .products(let mode): "\(factor.name)_\(mode.rawValue)"
          }
        places[index, default: [:]][kind] = arguments.count
        arguments.append(
          Argument(factor: index, kind: kind, name: names.name(for: wish)))
      }
    }
    var number = 0
    values = plan.steps.enumerated().map { id, step in
      if case .given(let factor) = step {
        return arguments[places[factor]![.entries]!].name
      }
      number += 1
      return names.name(for: "s\(number)")
    }
    (self.arguments, self.places, self.names) = (arguments, places, names)
  }

  /// Without entries that are known.
  var handedOver: [Argument] {
    let patterns = report.solved.problem.patterns
    return arguments.filter {
      $0.kind != .entries || !patterns[$0.factor].structure.isUnit
    }
  }

  /// What a factor, or its function, is called.
  func name(_ factor: Int, _ kind: Argument.Kind) -> String {
    arguments[places[factor]![kind]!].name
  }

  /// "dec3·dec2, 600 × 40, 960 000 fma": what a step makes.
  func comment(_ id: Int) -> String {
    let step = report.solved.plan.steps[id]
    let name = ProductName(
      of: id, in: report.solved.plan, report.solved.problem)
    var parts = [name.full.printable, step.pattern.shape]
    if step.evaluations > 0 {
      parts.append(counted(step.evaluations, "product"))
    }
    parts.append("\(DigitGrouping.plain.grouped(step.fma)) fma")
    return parts.joined(separator: ", ")
  }

  /// The first three lines, without the signs of a comment: what this is, what
  /// it saves, and how it is called.
  func heading(calling convention: String) -> [String] {
    let solved = report.solved
    let fma = DigitGrouping.plain.grouped(solved.plan.fma)
    return [
      "\(solved.problem.name.printable): \(report.subtitle) in \(fma) fma, "
        + report.proof,
      "\(report.verdict)\(savings)",
      convention,
    ]
  }

  /// "; forward takes 5.71 × as much, …", as far as it is known.
  private var savings: String {
    let plan = Double(report.solved.plan.fma)
    let others = [Baseline.forward, .reverse].compactMap { baseline in
      report.solved.baselines?[baseline].map {
        "\(baseline.rawValue) takes "
          + "\(DigitGrouping.plain.ratio(plan == 0 ? 1 : Double($0.fma) / plan))×"
      }
    }
    return others.isEmpty ? "" : "; \(others.joined(separator: ", "))"
  }
}

/// A value in the code: what it is called, and how it is held.
struct CodeValue {
  /// How numbers of a matrix are kept.
  enum Form {
    /// All m × n entries, zeros of a submatrix among them.
    case dense
    /// n entries.
    case diagonal
    /// The entries of a pattern.
    case sparse
    /// None: it is the identity.
    case identity
  }

  var name: String
  var form: Form
  var pattern: Pattern
}

extension Pattern {
  /// How a value with this pattern comes in, or is made by evaluations.
  var form: CodeValue.Form {
    switch structure {
    case .dense, .submatrix: .dense
    case .diagonal: .diagonal
    case .identity: .identity
    case .banded, .blockDiagonal, .selection, .sparse: .sparse
    case .negatedIdentity, .negatedSelection:
      preconditionFailure("refused before")
    }
  }
}

extension Pattern {
  /// Whether index i has the colour i mod χ, whatever its size.
  func hasCyclicColours(_ mode: Mode) -> Bool {
    switch structure {
    case .dense, .diagonal, .identity, .banded, .blockDiagonal: true
    case .selection: mode == .tangent
    case .sparse, .submatrix, .negatedIdentity, .negatedSelection: false
    }
  }
}

/// Lists of indices in the text of a program, as far as they are short enough.
struct CodeIndices {
  /// The most indices of a program.
  static let limit = 1 << 18

  private var count = 0

  /// "0, 1, 2", broken into lines.
  ///
  /// - Throws: `ChainError` (`tooLarge`) above the limit.
  mutating func list(
    _ indices: some Collection<Int>
  ) throws(ChainError) -> String {
    try take(indices.count)
    var text = ""
    var width = 0
    for (position, index) in indices.enumerated() {
      if position > 0 {
        text += width > 60 ? ",\n    " : ", "
        if width > 60 { width = 0 }
      }
      let word = "\(index)"
      text += word
      width += word.utf8.count + 2
    }
    return text
  }

  /// The colours of so many indices, -1 for none.
  mutating func list(
    _ colouring: Colouring, _ count: Int
  ) throws(ChainError) -> String {
    try check(count)
    return try list((0..<count).map { colouring.colour(of: $0) ?? -1 })
  }

  private mutating func take(_ more: Int) throws(ChainError) {
    try check(more)
    count += more
  }

  private func check(_ more: Int) throws(ChainError) {
    guard more <= Self.limit - count else {
      throw ChainError(
        .tooLarge, at: "/factors",
        expected: "at most \(Self.limit) indices of patterns in a program",
        found: "more",
        advice: "take the plan as JSON, and run it with libjchain_run")
    }
  }
}
