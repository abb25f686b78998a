/// What the colours of a report's drawings mean.
enum Legend {
  /// A list of those classes that occur.
  static func markup(_ styles: Set<String>) -> String {
    let entries = [
      ("given", "given"), ("accumulate", "accumulated"),
      ("multiply", "product"), ("eliminate", "eliminated, matrix-free"),
      ("run", "run in one mode"), ("folded", "not drawn further"),
      ("shared", "used more than once"), ("target", "target"),
      ("add", "sum"), ("input", "input"), ("intermediate", "eliminated"),
      ("output", "output"), ("unit", "edge with entries 1 or −1"),
      ("several", "several short steps"), ("critical", "critical path"),
      ("idle", "idle"),
    ]
    let items = entries.filter { styles.contains($0.0) }.map {
      "<li class=\"\($0.0)\"><i></i>\($0.1)</li>"
    }
    return "<ul class=\"legend\">\(items.joined())</ul>\n"
  }
}
