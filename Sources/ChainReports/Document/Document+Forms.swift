import ChainFormats

extension Document {
  /// As text for a terminal of so many columns, with colours or without.
  package func text(columns: Int = 80, isColoured: Bool = false) -> String {
    TextDocument(
      document: self, width: columns, ink: Ink(isColoured: isColoured)
    ).text
  }

  /// As Markdown.
  package var markdown: String { MarkdownDocument(document: self).text }

  /// As one HTML file, with all drawings inside.
  package var html: String { HTMLDocument(document: self).text }
}

/// What is a document to people and a value of its own to programs.
package protocol Tabular {
  var document: Document { get }
  var json: JSONValue { get }
}

extension Tabular {
  /// In one of the table formats; as text for a terminal of so many columns,
  /// with colours or without.
  package func rendered(
    as format: TableFormat, columns: Int = 80, isColoured: Bool = false
  ) -> String {
    switch format {
    case .text: document.text(columns: columns, isColoured: isColoured)
    case .markdown: document.markdown
    case .html: document.html
    case .json: json.serialized() + "\n"
    }
  }
}
