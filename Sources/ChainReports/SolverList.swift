import ChainFormats
import JacobianChain

/// What solvers there are, as `jchain solvers` shows it.
package struct SolverList: Hashable, Sendable {
  /// A solver's name and its one line.
  package struct Entry: Hashable, Sendable {
    /// The name on the command line.
    package var name: String
    /// What it can choose plans for; empty when this build lacks a library.
    package var objectives: [Objective]
    /// Method, complexity, what it supports.
    package var summary: String

    /// Creates an entry.
    package init(name: String, objectives: [Objective], summary: String) {
      self.name = name
      self.objectives = objectives
      self.summary = summary
    }
  }

  /// The solvers, in the order in which `auto` asks them.
  package var entries: [Entry]
  /// What `auto` does.
  package var automatic: String

  /// Creates a list.
  package init(entries: [Entry], automatic: String) {
    self.entries = entries
    self.automatic = automatic
  }

  /// The list in one of the table formats; as text for a terminal of so many
  /// columns, with colours or without.
  package func rendered(
    as format: TableFormat, columns: Int = 80, isColoured: Bool = false
  ) -> String {
    let table = Table(
      columns: [
        .init(heading: "solver"), .init(heading: "objective"),
        .init(heading: "what it does"),
      ],
      rows: entries.map { entry in
        let objectives = entry.objectives.map(\.name)
        return [
          entry.name,
          objectives.isEmpty ? "–" : objectives.joined(separator: ", "),
          entry.summary,
        ]
      })
    switch format {
    case .text:
      let rule = automatic.wrapped(to: columns - 2)
      return table.text(columns: columns, Ink(isColoured: isColoured)) + "\n"
        + rule.map { "  \($0)\n" }.joined()
    case .markdown:
      return table.markdown + "\n\(automatic)\n"
    case .json:
      let solvers = entries.map {
        JSONValue.object([
          "name": .string($0.name),
          "objectives": .array($0.objectives.map { .string($0.name) }),
          "summary": .string($0.summary),
        ])
      }
      return JSONValue.object([
        "solvers": .array(solvers), "auto": .string(automatic),
      ]).serialized() + "\n"
    }
  }
}
