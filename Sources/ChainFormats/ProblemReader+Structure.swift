import JacobianChain

extension ProblemReader {
  private static let words: [String: Structure] = [
    "dense": .dense, "diagonal": .diagonal, "identity": .identity,
  ]
  private static let tags = ["banded", "blockDiagonal", "selection", "sparse"]
  private static let advice =
    "write \"dense\", \"diagonal\", \"identity\", or an object with one key: "
    + tags.joined(separator: ", ")

  /// The structure of an m × n factor. What fits only together is left to
  /// `Problem`, which checks it for everybody.
  mutating func structure(
    _ value: JSONValue, _ path: JSONPath, _ rows: Int, _ columns: Int
  ) throws(ChainError) -> Structure {
    if case .string(let word) = value {
      guard let structure = Self.words[word] else {
        throw path.mismatch(
          "a structure", value,
          advice: Spelling.suggestion(
            for: word, among: Self.words.keys.sorted())
            ?? Self.advice)
      }
      return structure
    }
    guard case .object(let members) = value else {
      throw path.mismatch("a structure", value, advice: Self.advice)
    }
    let object = try JSONObject(value, at: path, allowed: Self.tags)
    guard members.count == 1 else {
      throw path.mismatch(
        "an object with one key", value, advice: Self.advice)
    }
    let (key, content) = (members[0].key, members[0].value)
    let place = object.path(key)
    switch key {
    case "banded":
      let band = try JSONObject(
        content, at: place, allowed: ["lower", "upper"])
      let advice = "count the diagonals below and above the main one"
      return .banded(
        lower: try band.integer("lower", "a bandwidth", advice: advice),
        upper: try band.integer("upper", "a bandwidth", advice: advice))
    case "blockDiagonal":
      let block = try JSONObject(
        content, at: place, allowed: ["count", "rows", "columns"])
      let advice = "state the number of blocks and the shape of one"
      return .blockDiagonal(
        count: try block.integer("count", "a number", advice: advice),
        rows: try block.integer("rows", "a number", advice: advice),
        columns: try block.integer("columns", "a number", advice: advice))
    case "selection":
      return .selection(
        try content.integers(
          at: place, "a list of columns",
          advice: "list the 0-based column that each row selects"))
    default:
      return .sparse(try sparse(content, place, rows, columns))
    }
  }

  private mutating func sparse(
    _ value: JSONValue, _ path: JSONPath, _ rows: Int, _ columns: Int
  ) throws(ChainError) -> SparsePattern {
    let keys = ["file", "rowIndices", "columnIndices"]
    let object = try JSONObject(value, at: path, allowed: keys)
    if let name = try object.string("file") {
      let place = object.path("file")
      guard object.members.count == 1 else {
        throw path.mismatch(
          "either a file or coordinates", value,
          advice: "remove rowIndices and columnIndices, or the file")
      }
      let resolved = try folder.resolve(name, at: place)
      let pattern = try patternFile(resolved, name, place)
      guard pattern.rows == rows, pattern.columns == columns else {
        throw place.refuse(
          "a \(rows) × \(columns) pattern, the shape of the factor",
          found: "\(pattern.rows) × \(pattern.columns) in \"\(name)\"",
          advice: "correct the rows and columns, or name another file")
      }
      return pattern
    }
    let expected = "a list of 0-based indices"
    let advice = "give \"file\", or both rowIndices and columnIndices"
    func indices(_ key: String) throws(ChainError) -> [Int] {
      try object.required(key, expected, advice: advice)
        .integers(at: object.path(key), expected, advice: advice)
    }
    let (rowIndices, columnIndices) = (
      try indices("rowIndices"), try indices("columnIndices")
    )
    try claim(rows, columns, entries: rowIndices.count, path)
    do {
      return try SparsePattern(
        rows: rows, columns: columns, rowIndices: rowIndices,
        columnIndices: columnIndices)
    } catch {
      throw error.inside(path)
    }
  }

  private mutating func patternFile(
    _ path: String, _ name: String, _ place: JSONPath
  ) throws(ChainError) -> SparsePattern {
    if let pattern = patternFiles[path] { return pattern }
    let bytes: [UInt8]
    do {
      bytes = try Files.read(
        path, limit: Files.matrixLimit, mustBeRegular: true, control: control)
    } catch {
      if error.isStop { throw error }
      var error = error
      error.found += " (\(error.location))"
      error.location = place.location
      throw error
    }
    let pattern = try MatrixMarketFile(
      parsing: bytes, file: name, control: control
    ).pattern
    try claim(pattern.rows, pattern.columns, entries: pattern.entries, place)
    patternFiles[path] = pattern
    return pattern
  }

  /// Takes room for an explicit pattern before it is built.
  private mutating func claim(
    _ rows: Int, _ columns: Int, entries: Int, _ path: JSONPath
  ) throws(ChainError) {
    let most = MatrixMarketFile.extentLimit(ofBytes: entries)
    let extent = max(rows, columns)
    emptyExtent += max(0, extent - entries)
    guard extent <= most, emptyExtent <= Self.emptyExtentLimit else {
      throw path.refuse(
        "an explicit pattern of at most \(most) rows and columns, and at most "
          + "\(Self.emptyExtentLimit) empty ones in the problem",
        found: "\(rows) × \(columns) with \(entries) entries, "
          + "\(emptyExtent) empty ones so far",
        advice: "leave out empty rows and columns, or declare the factor "
          + "dense, banded or block diagonal", kind: .tooLarge)
    }
  }
}
