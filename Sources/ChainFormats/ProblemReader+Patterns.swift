import JacobianChain

extension ProblemReader {
  private static let places = ["file", "rowIndices", "columnIndices"]

  /// Reads `"patterns"`, which names patterns once for all factors that have
  /// them.
  mutating func readPatterns(_ document: JSONObject) throws(ChainError) {
    guard let value = document["patterns"] else { return }
    let list = try JSONObject(
      value, at: document.path("patterns"), allowed: nil)
    for member in list.members {
      let place = list.path(member.key)
      guard named[member.key] == nil else {
        throw place.refuse(
          "a name that no pattern has yet",
          found: "\(JSONValue.string(member.key).summary), which the caller "
            + "gave with the problem",
          advice: "remove one of the two, or give it another name")
      }
      let entry = try JSONObject(
        member.value, at: place, allowed: Self.places + ["rows", "columns"])
      named[member.key] = try namedPattern(entry)
    }
  }

  private mutating func namedPattern(
    _ entry: JSONObject
  ) throws(ChainError) -> SparsePattern {
    if let name = try entry.string("file") {
      try entry.refuseOthers(than: "file")
      return try patternFile(name, entry.path("file"))
    }
    let (rows, columns) = try shape(entry)
    return try pattern(entry, rows, columns)
  }

  /// The shape that an object states.
  func shape(
    _ entry: JSONObject
  ) throws(ChainError) -> (rows: Int, columns: Int) {
    func dimension(_ key: String) throws(ChainError) -> Int {
      let expected = "a dimension from 1 to 2^40"
      let value = try entry.integer(
        key, expected,
        advice: "state the rows and columns of the Jacobian as whole numbers")
      // Checked here already, because patterns are built from them.
      guard (1...Problem.dimensionLimit).contains(value) else {
        throw entry.path(key).refuse(
          expected, found: "\(value)",
          advice: "correct the shape of the Jacobian")
      }
      return value
    }
    return (try dimension("rows"), try dimension("columns"))
  }

  /// The m × n pattern that an object names as a file or lists.
  mutating func pattern(
    _ object: JSONObject, _ rows: Int, _ columns: Int
  ) throws(ChainError) -> SparsePattern {
    if let name = try object.string("file") {
      try object.refuseOthers(than: "file")
      let place = object.path("file")
      let pattern = try patternFile(name, place)
      try place.checkShape(of: pattern, rows, columns, from: name)
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
    try claim(rows, columns, entries: rowIndices.count, object.path)
    do {
      return try SparsePattern(
        rows: rows, columns: columns, rowIndices: rowIndices,
        columnIndices: columnIndices)
    } catch {
      throw error.inside(object.path)
    }
  }

  private mutating func patternFile(
    _ name: String, _ place: JSONPath
  ) throws(ChainError) -> SparsePattern {
    let path = try folder.resolve(name, at: place)
    if let pattern = patternFiles[path] { return pattern }
    let bytes: [UInt8]
    do {
      bytes = try Files.read(
        path, limit: Files.matrixLimit, mustBeRegular: true, control: control)
    } catch {
      if error.isStop { throw error }
      var error = error
      error.found += " (\(error.location))"
      error.advice =
        "check the path and its permissions; paths start at the folder of the "
        + "problem"
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

extension JSONObject {
  /// Refuses members beside the one that says all.
  func refuseOthers(than key: String) throws(ChainError) {
    guard members.count > 1 else { return }
    throw path.mismatch(
      "either \"pattern\", or \"file\", or rowIndices and columnIndices",
      .object(members), advice: "remove the others, or \"\(key)\"")
  }
}

extension JSONPath {
  /// Refuses a pattern that hasn't the shape of its factor.
  func checkShape(
    of pattern: SparsePattern, _ rows: Int, _ columns: Int, from name: String
  ) throws(ChainError) {
    guard pattern.rows == rows, pattern.columns == columns else {
      throw refuse(
        "a \(rows) × \(columns) pattern, the shape of the factor",
        found: "\(pattern.rows) × \(pattern.columns) in \"\(name)\"",
        advice: "correct the rows and columns, or name another pattern")
    }
  }
}
