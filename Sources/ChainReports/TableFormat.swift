/// The forms of a result that is a plain table.
package enum TableFormat: String, Hashable, Sendable, CaseIterable {
  /// Aligned columns for a terminal.
  case text
  /// One object for programs.
  case json
  /// A table for issues and pull requests.
  case markdown
  /// A page for a browser.
  case html
}
