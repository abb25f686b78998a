import ChainSolvers
import JacobianChain

/// How the choice of operations is written as a linear program. All have the
/// same integer optimum; they differ in size and in what is left of it when
/// integrality is dropped.
public enum Formulation: String, Hashable, Sendable, CaseIterable {
  /// A column per operation and per value: Σ_{o makes v} x_o ≥ y_v and
  /// x_o ≤ y_u for every operand u of o. Small and weak.
  case plain
  /// The plain one with flow equalities for values that occur at one position
  /// of one target only: what makes them equals what uses them.
  case balanced
  /// A flow through the spans of each target, whose copies f_c of an operation
  /// are paid once: x_o ≥ f_c. Large, and almost always tight.
  case positional
}

/// A program and what its columns mean.
struct FormulatedProgram {
  /// The program.
  var program: LinearProgram
  /// For each operation the column that pays for it; −1 when it is closed,
  /// certain, or free of charge.
  var columns: [Int]
  /// Columns that are copies of an operation that another column pays for.
  var copies: [(column: Int, operation: Int)] = []
  /// The column of the tape beyond `tapeTotal`, in programs that allow it.
  var excess: Int?
}

/// What every formulation is made from.
struct Formulating {
  let graph: ProductGraph
  let reduction: Reduction
  let tapeTotal: Int?
  /// nil when nobody will read the program.
  let labels: Labels?
  /// fma for each unit of tape above `tapeTotal`; nil forbids them.
  var excessPrice: Int?

  /// The program of `formulation`; nil for a positional one of more than
  /// `columnLimit` columns.
  ///
  /// - Complexity: O(operations) for the plain and the balanced program,
  ///   O(Σ n³) over the targets' lengths n for the positional one.
  func program(
    _ formulation: Formulation, named name: String = "",
    columnLimit: Int = .max
  ) -> FormulatedProgram? {
    var result = FormulatedProgram(
      program: LinearProgram(name: name),
      columns: [Int](repeating: -1, count: graph.operations.count))
    result.program.offset = reduction.price
    switch formulation {
    case .plain:
      addPlain(to: &result, flows: false)
    case .balanced:
      addPlain(to: &result, flows: true)
    case .positional:
      guard addPositional(to: &result, columnLimit) else { return nil }
    }
    addTape(to: &result)
    return result
  }

  /// The operations of value `v` that are open and not certain.
  func undecided(_ v: Int) -> [Int] {
    graph.operations(of: v).filter {
      reduction.isOpen[$0] && !reduction.isFixed[$0]
    }
  }

  /// The operands of `o` that nothing but `o` asks for.
  func needs(_ o: Int) -> [Int] {
    [graph.operations[o].first, graph.operations[o].second].filter {
      $0 >= 0 && !reduction.isForced[$0]
    }
  }

  func name(_ prefix: String, value v: Int) -> String {
    labels.map { "\(prefix)_\($0.value(v))" } ?? ""
  }

  func name(_ prefix: String, operation o: Int, of v: Int) -> String {
    labels.map { "\(prefix)_\($0.operation(o, of: v))" } ?? ""
  }

  private func addTape(to result: inout FormulatedProgram) {
    guard let tapeTotal else { return }
    let terms = graph.operations.indices.filter {
      result.columns[$0] >= 0 && graph.operations[$0].tape > 0
    }.map { o in
      LinearProgram.Term(
        column: result.columns[o], coefficient: graph.operations[o].tape)
    }
    let most = terms.reduce(reduction.tape) { $0 + $1.coefficient }
    guard most > tapeTotal else { return }
    var row = LinearProgram.Row(
      name: labels == nil ? "" : "tape", terms: terms,
      upper: tapeTotal - reduction.tape)
    if let excessPrice {
      let excess = result.program.add(
        "", objective: excessPrice, upper: most - tapeTotal, isInteger: false)
      row.terms.append(LinearProgram.Term(column: excess, coefficient: -1))
      result.excess = excess
    }
    guard !row.terms.isEmpty else { return }
    result.program.rows.append(row)
  }
}
