/// The forms a report can take. A new format is one case here, one file with
/// its renderer, and one golden file.
public enum ReportFormat: String, Hashable, Sendable, CaseIterable {
  /// For a terminal of 80 columns.
  case text
  /// For programs, `jacobian-chain-report/1`.
  case json
  /// For an issue or a pull request.
  case markdown
  /// For a browser: one self-contained file with drawings.
  case html
  /// For Graphviz: the computational graph with the order marked in it.
  case dot
}

extension Report {
  /// The report as a document that ends with a line feed.
  ///
  /// - Complexity: O(factors + steps) time and memory in every format.
  public func rendered(as format: ReportFormat) -> String {
    switch format {
    case .text: document.text()
    case .json: JSONReport(self).document
    case .markdown: document.markdown
    case .html: document.html
    case .dot: DOTReport(self).document
    }
  }

  /// The report for a terminal of so many columns, as `.text` is for 80.
  ///
  /// - Parameter isColoured: whether it has colours, as codes for terminals.
  /// - Precondition: `columns` is at least `leastColumns`.
  /// - Complexity: as `rendered(as:)`.
  public func text(columns: Int, isColoured: Bool = false) -> String {
    precondition(columns >= Self.leastColumns)
    return document.text(columns: columns, isColoured: isColoured)
  }

  /// Of the narrowest terminal that takes a text.
  package static let leastColumns = 60
}
