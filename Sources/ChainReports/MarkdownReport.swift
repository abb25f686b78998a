struct MarkdownReport {
  init(_ report: Report) {}
  var document: String { "" }
}
