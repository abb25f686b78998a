import JacobianChain

/// From JSON to a problem, refusing what the format doesn't know.
struct ProblemReader {
  let folder: Folder
  /// Limits in place of those of the file.
  let limits: Limits
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
    "format", "name", "source", "patterns", "factors", "graph", "targets",
    "matrixFree", "limits", "known",
  ]

  init(
    folder: Folder, patterns: [String: SparsePattern] = [:],
    limits: Limits = Limits(), control: SearchControl = .unlimited
  ) {
    (self.folder, named) = (folder, patterns)
    (self.limits, self.control) = (limits, control)
  }

  mutating func read(
    _ document: JSONValue, at root: JSONPath
  ) throws(ChainError) -> ProblemFile {
    let object = try JSONObject(document, at: root, allowed: nil)
    try Self.checkFormat(object, ProblemFile.format)
    _ = try JSONObject(document, at: root, allowed: Self.keys)
    try readPatterns(object)
    var list = try listedFactors(object)
    var graph: ReadGraph?
    if let value = object["graph"] {
      graph = try read(graph: value, at: object.path("graph"), &list)
    }
    if graph != nil, object["targets"] != nil {
      throw object.path("targets").refuse(
        "no targets beside a graph", found: "targets",
        advice: "ask for blocks of the graph, in its \"wanted\"")
    }
    let (name, source) = (
      try object.string("name"), try object.string("source")
    )
    let targets = try Self.targets(object, list.factors)
    let matrixFree = try object.bool("matrixFree") ?? true
    let stated = try object["limits"].map { value throws(ChainError) in
      try Limits(value, at: object.path("limits"))
    }
    let limits = (stated ?? Limits()).giving(way: self.limits)
    let known = try Self.known(object)
    let problem: Problem
    do {
      if let graph {
        problem = try Problem(
          name: name ?? "graph", source: source ?? "", factors: list.factors,
          graph: graph.graph, matrixFree: matrixFree, limits: limits)
      } else {
        problem = try Problem(
          name: name ?? "chain", source: source ?? "", factors: list.factors,
          targets: targets, matrixFree: matrixFree, limits: limits)
      }
    } catch {
      throw (graph?.located(error) ?? error).inside(root)
    }
    return ProblemFile(
      problem: problem, dataFiles: list.resolved,
      writtenDataFiles: list.written, known: known,
      patternFiles: patternFiles.keys.sorted())
  }

  static func checkFormat(
    _ object: JSONObject, _ format: String
  ) throws(ChainError) {
    let advice = "start the file with {\"format\": \"\(format)\", …"
    let value = try object.required("format", "\"\(format)\"", advice: advice)
    guard value == .string(format) else {
      throw object.path("format").mismatch(
        "\"\(format)\"", value, advice: kind(value) ?? advice)
    }
  }

  /// What to do with a file that is another than the one that is wanted.
  private static func kind(_ value: JSONValue) -> String? {
    let kinds = [
      "": "a problem", "-plan": "a plan", "-report": "a report",
      "-comparison": "a comparison",
    ]
    for (suffix, kind) in kinds
    where value == .string("jacobian-chain\(suffix)/1") {
      return "this file is \(kind); a check takes the problem first, then its "
        + "plan or report"
    }
    return nil
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
