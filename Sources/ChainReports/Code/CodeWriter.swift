import JacobianChain

/// Writes a plan in some language, value by value.
protocol CodeWriter {
  var outline: CodeOutline { get }

  /// The whole text.
  mutating func program() throws(ChainError) -> String
  /// Takes a factor in whose entries are handed over.
  mutating func given(
    _ argument: CodeOutline.Argument
  ) throws(ChainError) -> CodeValue
  /// The product of two values, neither of them the identity.
  mutating func product(
    _ a: CodeValue, _ b: CodeValue, _ pattern: Pattern
  ) throws(ChainError) -> (String, CodeValue.Form)
  /// A function applied to a value, or to the identity.
  mutating func evaluated(
    _ function: String, _ mode: Mode, _ operand: CodeValue?, _ pattern: Pattern
  ) throws(ChainError) -> (String, CodeValue.Form)
  /// Writes that the value of a step is `text`.
  mutating func write(_ id: Int, as text: String, of operands: [CodeValue])
}

extension CodeWriter {
  var problem: Problem { outline.report.solved.problem }
  var plan: PricedPlan { outline.report.solved.plan }

  /// The whole text.
  var document: String {
    get throws(ChainError) {
      var writer = self
      return try writer.program()
    }
  }

  /// Writes all steps; returns their values.
  mutating func writeSteps() throws(ChainError) -> [CodeValue] {
    var known: [Int: CodeValue] = [:]
    for argument in outline.arguments where argument.kind == .entries {
      known[argument.factor] = try given(argument)
    }
    var values: [CodeValue] = []
    for (id, step) in plan.plan.steps.enumerated() {
      let pattern = plan.steps[id].pattern
      let operands: [CodeValue]
      let text: String
      let form: CodeValue.Form
      switch step {
      case .given(let factor):
        values.append(known[factor]!)
        continue
      case .accumulate(let factor, _) where pattern.structure.isUnit:
        values.append(known[factor]!)
        continue
      case .accumulate(let factor, let mode):
        operands = []
        (text, form) = try evaluated(
          outline.name(factor, .products(mode)), mode, nil, pattern)
      case .multiply(let outer, let inner):
        let (a, b) = (values[outer], values[inner])
        if a.form == .identity || b.form == .identity {
          values.append(a.form == .identity ? b : a)
          continue
        }
        operands = [a, b]
        (text, form) = try product(a, b, pattern)
      case .add: preconditionFailure("programs are of words")
      case .eliminate(let factor, let mode, let operand):
        operands = [values[operand]]
        (text, form) = try evaluated(
          outline.name(factor, .products(mode)), mode, values[operand], pattern)
      }
      write(id, as: text, of: operands)
      values.append(
        CodeValue(name: outline.values[id], form: form, pattern: pattern))
    }
    return values
  }
}
