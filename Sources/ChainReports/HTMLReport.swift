struct HTMLReport {
  init(_ report: Report) {}
  var document: String { "" }
}
