/// Names for a program: what the user calls a thing, as far as the language
/// has such names, and each only once.
struct CodeNames {
  private var taken: Set<String>

  /// - Parameter reserved: words that mean something already.
  init(reserved: some Sequence<String>) { taken = Set(reserved) }

  /// A name like `wish` that nothing else has.
  ///
  /// Letters and digits of ASCII stay; others may be equal after all to a
  /// compiler that normalises them.
  mutating func name(for wish: String) -> String {
    var words = ""
    for scalar in wish.unicodeScalars {
      let isWord = scalar.isASCII && scalar.properties.isIDContinue
      if isWord && scalar != "_" {
        words.unicodeScalars.append(scalar)
      } else if !words.isEmpty, words.last != "_" {
        words += "_"
      }
    }
    while words.last == "_" { words.removeLast() }
    if words.isEmpty || words.first!.isNumber { words = "J" + words }
    var name = words
    var turn = 2
    while !taken.insert(name).inserted {
      name = "\(words)_\(turn)"
      turn += 1
    }
    return name
  }
}
