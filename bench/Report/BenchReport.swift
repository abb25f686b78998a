import ChainReports

/// The report of a benchmark run, a pure function of its files of results:
/// the same files give the same bytes, and whatever is not in them is said to
/// be missing.
public struct BenchReport: Sendable {
  private let results: BenchResults

  /// Creates the report of results.
  public init(_ results: BenchResults) { self.results = results }

  /// The report as Markdown.
  public var markdown: String { document.markdown }

  /// The report as one HTML file with all drawings inside; it needs no
  /// network and no scripts.
  public var html: String { document.html }

  /// A README with the headline table between `<!-- bench:begin -->` and
  /// `<!-- bench:end -->`; nil when it lacks one of them.
  public func readme(_ text: String) -> String? {
    Headline(results: results).readme(text)
  }

  private var document: Document {
    Document(
      kind: .page, title: "Jacobian Chain: benchmarks",
      blocks: FrontSection(results: results).blocks
        + SavingsSection(results: results).blocks
        + SecondsSection(results: results).blocks
        + OrderingSection(results: results).blocks
        + ExactnessSection(results: results).blocks
        + JointSection(results: results).blocks
        + MachinesSection(results: results).blocks
        + MemorySection(results: results).blocks
        + GraphsSection(results: results).blocks
        + LossesSection(results: results).blocks
        + MissingSection(results: results).blocks
        + OthersSection(results: results).blocks)
  }
}
