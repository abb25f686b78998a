import JacobianChain

/// Problems as words name them, on a command line or in a list of such lines.
///
/// What parses as a shape is a shape (`./1000` is the file of that name); every
/// other word is a file. One whose name ends in `.npy` or `.mtx` is a given
/// matrix, which stands where a shape could stand, first applied first; named
/// more than once it is one factor that occurs more than once. Any other file
/// is a problem by itself: `-` is standard input, and `@FILE` one list of words
/// a line, whose paths start at the file and may not leave its folder.
package struct ProblemWords {
  private let allowOutsideFiles: Bool
  private let control: SearchControl
  /// The folder of the list that the words stand in; nil on a command line.
  private var folder: Folder?

  /// Creates a reader.
  ///
  /// - Parameters:
  ///   - allowOutsideFiles: whether what a file names may lie outside the
  ///     folder of that file.
  ///   - control: may stop the reading of files.
  package init(
    allowOutsideFiles: Bool = false, control: SearchControl = .unlimited
  ) {
    self.allowOutsideFiles = allowOutsideFiles
    self.control = control
  }

  /// The files that words name, without those that are shapes; `@FILE` is
  /// `FILE`.
  package static func files(in words: [String]) -> [String] {
    words.filter { !ShapeList.isShape($0) && $0 != "-" }.map {
      $0.hasPrefix("@") ? String($0.dropFirst()) : $0
    }
  }

  /// The problems that the words name: one, or those of a list.
  ///
  /// - Throws: `ChainError` at the word or, for shapes, at `argument 2`;
  ///   `limitReached` or `interrupted` when the control stopped it.
  /// - Complexity: O(bytes of the words and of what they name).
  package func problems(
    _ words: [String]
  ) throws(ChainError) -> [ProblemFile] {
    guard words.count == 1, words[0].hasPrefix("@") else {
      return [try problem(words, name: nil)]
    }
    let path = String(words[0].dropFirst())
    var inside = self
    inside.folder = Folder(
      path: Files.folder(of: path), allowsOutside: allowOutsideFiles)
    let text = try Files.read(path, control: control)
    return try ShapeList.lists(inText: text, file: path) {
      words, place throws(ChainError) in
      try inside.problem(words, name: place)
    }
  }

  /// The problem of one list of words.
  private func problem(
    _ words: [String], name: String?
  ) throws(ChainError) -> ProblemFile {
    if words.allSatisfy(ShapeList.isShape) {
      return ProblemFile(
        problem: try ShapeList.problem(
          words, name: name ?? Self.name(words)))
    }
    if words.count == 1, MatrixFormat(ofFile: words[0]) == nil {
      return try alone(words[0])
    }
    let isWelcome = { word in
      ShapeList.isShape(word) || MatrixFormat(ofFile: word) != nil
    }
    if let place = words.firstIndex(where: { !isWelcome($0) }) {
      throw misplaced(words[place], place + 1)
    }
    var list = GivenList()
    for (position, word) in words.enumerated() {
      if ShapeList.isShape(word) {
        try list.append(shape: word, argument: position + 1)
      } else {
        try list.append(file: try resolve(word), word: word, control)
      }
    }
    return try list.problem(name: name)
  }

  /// A file that is a problem by itself.
  private func alone(_ word: String) throws(ChainError) -> ProblemFile {
    if folder != nil, word == "-" || word.hasPrefix("@") {
      throw misplaced(word, 1)
    }
    let path = word == "-" ? word : try resolve(word)
    do {
      return try ProblemFile(
        path: path, allowOutsideFiles: allowOutsideFiles, control: control)
    } catch {
      // Not one of the files that it names.
      guard error.kind == .missingFile, word != "-",
        error.location == Files.place(path)
      else { throw error }
      throw Self.noFile(word, 1, error)
    }
  }

  private func resolve(_ word: String) throws(ChainError) -> String {
    try folder?.resolve(word) ?? word
  }

  /// What reads like a shape is more likely a misspelt one than a lost file.
  private static func noFile(
    _ word: String, _ argument: Int, _ error: ChainError
  ) -> ChainError {
    if ShapeList.resemblesShape(word) {
      var parser = ShapeParser(word, argument: argument)
      do { _ = try parser.factor() } catch { return error }
    }
    var error = error
    error.expected = "a shape, or a file that can be read"
    error.advice =
      ShapeList.guess(word).map { "did you mean \($0)?" }
      ?? "check the path; shapes are written 10x100, or as dimensions 1000 100 10"
    return error
  }

  /// A word that can't be one of several.
  private func misplaced(_ word: String, _ argument: Int) -> ChainError {
    if word != "-", !word.hasPrefix("@") {
      do {
        let path = try resolve(word)
        if Files.realPath(path) == nil {
          return Self.noFile(
            word, argument, Files.missing(word, "No such file or directory"))
        }
      } catch {
        return error
      }
    }
    return ChainError(
      .malformed, at: "argument \(argument)",
      expected: "shapes and given matrices (.npy, .mtx) only, in a list",
      found: ShapeList.quoted(word),
      advice: "name a problem file, - or @FILE alone")
  }

  /// What a list of shapes is called.
  static func name(_ words: [String]) -> String {
    let isShort = words.count <= 12 && words.allSatisfy { $0.count <= 9 }
    return isShort ? words.joined(separator: "-") : "chain"
  }
}
