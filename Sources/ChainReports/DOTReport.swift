struct DOTReport {
  init(_ report: Report) {}
  var document: String { "" }
}
