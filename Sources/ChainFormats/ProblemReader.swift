import JacobianChain

/// From JSON to a problem, refusing what the format doesn't know.
struct ProblemReader {
  let folder: Folder
  /// May stop the reading of pattern files.
  let control: SearchControl
  /// Pattern files by path: a file is read once, however many factors name it.
  var patternFiles: [String: SparsePattern] = [:]
  /// Patterns by the names that factors use for them.
  var named: [String: SparsePattern]
  /// Rows and columns of explicit patterns beyond their entries, so far. They
  /// take memory although they are empty, so that a short file with many such
  /// factors could ask for any amount.
  var emptyExtent = 0

  /// The most empty rows and columns of one problem: 128 MiB.
  static var emptyExtentLimit: Int { 1 << 24 }

  private static let keys = [
    "format", "name", "source", "patterns", "factors", "targets", "matrixFree",
    "limits", "known",
  ]
  private static let factorKeys = [
    "name", "rows", "columns", "structure", "given", "tangent", "adjoint",
    "tape", "data",
  ]

  init(
    folder: Folder, patterns: [String: SparsePattern] = [:],
    control: SearchControl = .unlimited
  ) {
    (self.folder, named, self.control) = (folder, patterns, control)
  }

  mutating func read(
    _ document: JSONValue, at root: JSONPath
  ) throws(ChainError) -> ProblemFile {
    let object = try JSONObject(document, at: root, allowed: nil)
    try Self.checkFormat(object, ProblemFile.format)
    _ = try JSONObject(document, at: root, allowed: Self.keys)
    try readPatterns(object)
    let list = try object.required(
      "factors", "a list of factors", advice: "list the Jacobians of the chain"
    ).elements(
      at: object.path("factors"), "a list of factors",
      advice: "write [{\"rows\": …, \"columns\": …}, …], first applied first")
    guard list.count <= ProblemFile.factorLimit else {
      throw object.path("factors").refuse(
        "at most \(ProblemFile.factorLimit) factors", found: "\(list.count)",
        advice: "split the chain", kind: .tooLarge)
    }
    var factors: [Factor] = []
    var written: [String?] = []
    var resolved: [String?] = []
    factors.reserveCapacity(list.count)
    for (index, element) in list.enumerated() {
      let entry = try JSONObject(
        element, at: .index(object.path("factors"), index),
        allowed: Self.factorKeys)
      factors.append(try factor(entry, index))
      let data = try entry.string("data")
      written.append(data)
      resolved.append(
        try data.map { name throws(ChainError) in
          try dataFile(name, at: entry.path("data"))
        })
    }
    let problem: Problem
    let (name, source) = (
      try object.string("name"), try object.string("source")
    )
    let targets = try Self.targets(object, factors)
    let matrixFree = try object.bool("matrixFree")
    let limits = try object["limits"].map { value throws(ChainError) in
      try Limits(value, at: object.path("limits"))
    }
    let known = try Self.known(object)
    do {
      problem = try Problem(
        name: name ?? "chain", source: source ?? "", factors: factors,
        targets: targets, matrixFree: matrixFree ?? true,
        limits: limits ?? Limits())
    } catch {
      throw error.inside(root)
    }
    return ProblemFile(
      problem: problem, dataFiles: resolved, writtenDataFiles: written,
      known: known, patternFiles: patternFiles.keys.sorted())
  }

  static func checkFormat(
    _ object: JSONObject, _ format: String
  ) throws(ChainError) {
    let advice = "start the file with {\"format\": \"\(format)\", …"
    let value = try object.required("format", "\"\(format)\"", advice: advice)
    guard value == .string(format) else {
      throw object.path("format").mismatch(
        "\"\(format)\"", value, advice: advice)
    }
  }

  private mutating func factor(
    _ entry: JSONObject, _ index: Int
  ) throws(ChainError) -> Factor {
    let (rows, columns) = try shape(entry)
    return Factor(
      name: try entry.string("name") ?? "J\(index + 1)", rows: rows,
      columns: columns,
      structure: try entry["structure"].map { value throws(ChainError) in
        try structure(value, entry.path("structure"), rows, columns)
      } ?? .dense,
      isGiven: try entry.bool("given"),
      tangentCost: try entry.count("tangent"),
      adjointCost: try entry.count("adjoint"),
      tape: try entry.count("tape") ?? 0)
  }

  private func dataFile(
    _ name: String, at place: JSONPath
  ) throws(ChainError) -> String {
    guard MatrixFormat(ofFile: name) != nil else {
      throw place.refuse(
        "a .npy, .mtx or .mtx.gz file", found: JSONValue.string(name).summary,
        advice: "save the entries with numpy.save or as MatrixMarket")
    }
    return folder.path == nil ? name : try folder.resolve(name, at: place)
  }

  private static func targets(
    _ object: JSONObject, _ factors: [Factor]
  ) throws(ChainError) -> [[Int]]? {
    guard let value = object["targets"] else { return nil }
    let advice = "write [[\"J2\", \"J1\"]], each word outermost first"
    let place = object.path("targets")
    var indices: [String: Int] = [:]
    for (index, factor) in factors.enumerated() { indices[factor.name] = index }
    var targets: [[Int]] = []
    for (target, element)
      in try value.elements(at: place, "a list of words", advice: advice)
      .enumerated()
    {
      let place = JSONPath.index(place, target)
      var word: [Int] = []
      for (position, name)
        in try element.elements(at: place, "a list of names", advice: advice)
        .enumerated()
      {
        let place = JSONPath.index(place, position)
        guard case .string(let name) = name else {
          throw place.mismatch("the name of a factor", name, advice: advice)
        }
        guard let index = indices[name] else {
          throw place.unknownFactor(name, factors)
        }
        word.append(index)
      }
      targets.append(word.reversed())
    }
    return targets
  }

  private static func known(
    _ object: JSONObject
  ) throws(ChainError) -> ProblemFile.Known? {
    guard let value = object["known"] else { return nil }
    let entry = try JSONObject(
      value, at: object.path("known"), allowed: ["fma", "makespan", "source"])
    return ProblemFile.Known(
      fma: try entry.wideCount("fma"),
      makespan: try entry.wideCount("makespan"),
      source: try entry.string("source"))
  }
}

extension JSONPath {
  /// A name that no factor has, with the nearest one that exists.
  func unknownFactor(_ name: String, _ factors: [Factor]) -> ChainError {
    unknown(
      name, "factor", among: factors.lazy.map(\.name),
      advice: "names are spelled as in factors; unnamed ones are J1, J2, …")
  }

  /// The same for any kind of name.
  func unknown(
    _ name: String, _ what: String, among names: some Collection<String>,
    advice: String
  ) -> ChainError {
    let shown = names.prefix(8).map { "\"\($0)\"" }.joined(separator: ", ")
    return refuse(
      "the name of a \(what): \(shown)" + (names.count > 8 ? ", …" : ""),
      found: JSONValue.string(name).summary,
      advice: Spelling.suggestion(for: name, among: names) ?? advice)
  }
}

extension ChainError {
  /// The same error, its JSON path continued from `path`.
  func inside(_ path: JSONPath) -> ChainError {
    var error = self
    let prefix = path.location
    error.location =
      prefix.hasSuffix("/") && location.hasPrefix("/")
      ? prefix + location.dropFirst() : prefix + location
    return error
  }
}
