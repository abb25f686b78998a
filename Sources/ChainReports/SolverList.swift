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
}

extension SolverList: Tabular {
  package var document: Document {
    let table = Table(
      title: "Solvers",
      columns: [
        .init("solver", .text), .init("objective", .text),
        .init("what it does", .text),
      ],
      rows: entries.map { entry in
        let objectives = entry.objectives.map(\.name)
        return [
          entry.name,
          objectives.isEmpty ? "–" : objectives.joined(separator: ", "),
          entry.summary,
        ]
      })
    return Document(
      title: "Solvers", blocks: [.table(table), .paragraph(automatic)])
  }

  package var json: JSONValue {
    .object([
      "solvers": .array(
        entries.map {
          .object([
            "name": .string($0.name),
            "objectives": .array($0.objectives.map { .string($0.name) }),
            "summary": .string($0.summary),
          ])
        }), "auto": .string(automatic),
    ])
  }
}
