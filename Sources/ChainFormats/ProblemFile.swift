import JacobianChain

/// A problem as written in a `jacobian-chain/1` JSON file, with what a problem
/// alone doesn't hold: where the entries are and what the optimum is.
///
/// Factors stand in order of application, first applied first; targets are
/// words **outermost first**, as in mathematics, and are turned around for
/// `Problem`.
public struct ProblemFile: Hashable, Sendable {
  /// A proven or published optimum.
  package struct Known: Hashable, Sendable {
    /// Σ fma of an optimal plan.
    package var fma: UInt128?
    /// The optimal makespan on `limits.machines` machines, in fma.
    package var makespan: UInt128?
    /// Where the numbers come from.
    package var source: String?

    /// Creates a known optimum.
    package init(
      fma: UInt128? = nil, makespan: UInt128? = nil, source: String? = nil
    ) {
      self.fma = fma
      self.makespan = makespan
      self.source = source
    }

    /// What an objective can achieve, if it is known; of nanoseconds nobody
    /// publishes it.
    package func value(of objective: Objective) -> UInt128? {
      guard objective.rate == .fma else { return nil }
      return objective.isScheduled ? makespan : fma
    }
  }

  /// The first value of every problem file.
  package static let format = "jacobian-chain/1"
  /// The most factors of a file.
  package static let factorLimit = 4_000_000

  /// The validated problem.
  public let problem: Problem
  /// For each factor the path of the file with its entries; resolved when
  /// read, not opened.
  package let dataFiles: [String?]
  /// The optimum, when the file states one.
  package let known: Known?
  /// The files that its patterns were read from.
  package let patternFiles: [String]
  /// `dataFiles` as the file wrote them, so that it can be written again.
  let writtenDataFiles: [String?]

  /// Creates the file of a problem.
  ///
  /// - Parameter dataFiles: one entry per factor, relative to the place where
  ///   the file will be; nil when there are none.
  /// - Precondition: `dataFiles` has as many entries as the problem factors.
  package init(
    problem: Problem, dataFiles: [String?]? = nil, known: Known? = nil
  ) {
    let files = dataFiles ?? problem.factors.map { _ in nil }
    precondition(files.count == problem.factors.count)
    self.problem = problem
    self.dataFiles = files
    self.known = known
    patternFiles = []
    writtenDataFiles = files
  }

  /// The same file with another problem, of the same factors.
  package func with(problem: Problem, known: Known?) -> ProblemFile {
    ProblemFile(
      problem: problem, dataFiles: dataFiles,
      writtenDataFiles: writtenDataFiles, known: known,
      patternFiles: patternFiles)
  }

  /// Reads a problem file.
  ///
  /// - Parameters:
  ///   - bytes: the JSON document.
  ///   - file: its name for errors, which stand at `file: /json/path`, syntax
  ///     errors at `file:line:column`.
  ///   - directory: the folder that the paths in the file start from; nil
  ///     refuses files of patterns, and leaves those of entries alone.
  ///   - allowOutsideFiles: whether they may leave that folder.
  ///   - patterns: what factors may name, besides what the file names itself.
  ///   - limits: in place of those that the file states.
  ///   - control: may stop it.
  /// - Throws: `ChainError` for everything that the format refuses,
  ///   `missingFile` for a pattern file that isn't there, `tooLarge` beyond
  ///   the limits, `limitReached` or `interrupted` when `control` stopped it.
  /// - Complexity: O(bytes of the document and of its pattern files).
  public init(
    parsing bytes: some Collection<UInt8>, file: String, directory: String?,
    allowOutsideFiles: Bool = false, patterns: [String: SparsePattern] = [:],
    limits: Limits = Limits(), control: SearchControl = SearchControl()
  ) throws(ChainError) {
    guard bytes.count <= Files.sizeLimit else {
      throw ChainError(
        .tooLarge, at: file, expected: "at most \(Files.sizeLimit) bytes",
        found: "\(bytes.count) bytes", advice: "split the problem")
    }
    var reader = ProblemReader(
      folder: Folder(path: directory, allowsOutside: allowOutsideFiles),
      patterns: patterns, limits: limits, control: control)
    let document = try JSONValue(
      parsing: bytes, file: file, control: control)
    self = try reader.read(document, at: .root(file: file))
  }

  init(
    problem: Problem, dataFiles: [String?], writtenDataFiles: [String?],
    known: Known?, patternFiles: [String]
  ) {
    self.problem = problem
    self.dataFiles = dataFiles
    self.writtenDataFiles = writtenDataFiles
    self.known = known
    self.patternFiles = patternFiles
  }
}
