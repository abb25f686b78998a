import ChainBenchResults
import ChainRandom
import JacobianChain

/// What is measured, on what and for how long: a file of `bench/suites`.
package struct Suite: Hashable, Sendable {
  /// The file's name without its ending; the results have the same.
  package var name: String
  /// One line for `--list`.
  package var summary: String
  /// How it is measured.
  package var kind: SuiteKind
  /// A few seconds instead of minutes: the part `smoke` of the file holds.
  package var isSmoke: Bool
  /// Of the bytes of the file: results of another one are not gone on with.
  /// Reports don't look at it: results stay true of the commit they name.
  package var digest: String
  /// Problem files, as patterns from the root of the repository.
  package var problems: [String]
  /// Given dense chains that have no file, after those that have.
  package var chains: [DenseChain]
  /// Drawn problems.
  package var families: [DrawnFamily]
  /// Composed functions.
  package var functions: [FunctionCase]
  /// What plans are chosen for: every case is measured for each of them.
  /// Empty where nothing is planned.
  package var objectives: [Objective]
  /// In the place of the problems' own limits: every case is measured under
  /// each choice. Empty leaves the problems theirs.
  package var limits: [Limits]
  /// Who takes part, in the order of the results.
  package var contestants: [String]
  /// Samples of each contestant, at most.
  package var repetitions: Int
  /// What the samples of one contestant may take together; one is taken
  /// however long it lasts.
  package var seconds: Double
  /// What one call of a solver or a peer may take. Searches stop there, and
  /// larger cases of a family are not tried after it.
  package var secondsPerCall: Double
}

/// A given dense chain by its dimensions, the inputs first.
package struct DenseChain: Hashable, Sendable {
  /// What it is called in the results.
  package var label: String
  /// At least two.
  package var dimensions: [Int]
}

/// Problems of one family, drawn by `jchain generate`.
package struct DrawnFamily: Hashable, Sendable {
  /// The family.
  package var family: Family
  /// What it is called in the results.
  package var label: String
  /// Numbers of factors, rising.
  package var sizes: [Int]
  /// Seeds from 1 to this number.
  package var seeds: Int
  /// Whether eliminations may be used; nil is the family's own way.
  package var matrixFree: Bool?
  /// For each number of machines the problems are taken once; empty for the
  /// machines of the suite's limits.
  package var machines: [Int]
  /// Who takes part, instead of all of the suite.
  package var contestants: [String]?
  /// Beyond this number of factors a contestant isn't tried.
  package var largest: [String: Int]
}

/// A function of `ChainWorkloads`, and what it is called in the results.
package struct FunctionCase: Hashable, Sendable {
  /// The name of the workload.
  package var workload: String
  /// What it is called in the results.
  package var label: String
  /// Who takes part, instead of all of the suite.
  package var contestants: [String]?
}

extension Suite {
  /// What results of the suite say about it.
  package var header: [ResultsFile.Header] {
    [
      .init("suite", name), .init("mode", isSmoke ? "smoke" : "full"),
      .init("digest", digest),
    ]
  }
}
