import JacobianChain

extension ProblemReader {
  private static let words: [String: Structure] = [
    "dense": .dense, "diagonal": .diagonal, "identity": .identity,
    "negatedIdentity": .negatedIdentity,
  ]
  private static let tags = ["banded", "blockDiagonal", "selection", "sparse"]
  private static let advice =
    "write \"dense\", \"diagonal\", \"identity\", \"negatedIdentity\", or an "
    + "object with one key: "
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
    let keys = ["pattern", "file", "rowIndices", "columnIndices"]
    let object = try JSONObject(value, at: path, allowed: keys)
    guard let name = try object.string("pattern") else {
      return try pattern(object, rows, columns)
    }
    try object.refuseOthers(than: "pattern")
    let place = object.path("pattern")
    guard let pattern = named[name] else {
      throw place.unknown(
        name, "pattern", among: named.keys.sorted(),
        advice: "name it at the top, \"patterns\": {\"mesh\": {\"file\": "
          + "\"mesh.mtx\"}}")
    }
    try place.checkShape(of: pattern, rows, columns, from: name)
    return pattern
  }

}
