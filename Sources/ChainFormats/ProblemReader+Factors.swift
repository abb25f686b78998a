import JacobianChain

/// The factors of a file on their way to a problem, with the files of their
/// entries.
struct FactorList {
  var factors: [Factor] = []
  /// As the file writes them, and resolved.
  var written: [String?] = []
  var resolved: [String?] = []
  /// The factors under "factors", by name.
  var listed: [String: Int] = [:]
}

extension ProblemReader {
  private static let factorKeys = ["name", "rows", "columns"] + shapelessKeys
  /// What is said of a factor whose shape is known.
  static let shapelessKeys = [
    "structure", "given", "tangent", "adjoint", "tangentTime", "adjointTime",
    "tape", "data",
  ]

  /// The factors under "factors"; none where a graph may do without.
  mutating func listedFactors(
    _ object: JSONObject
  ) throws(ChainError) -> FactorList {
    var read = FactorList()
    if object["graph"] != nil, object["factors"] == nil { return read }
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
    read.factors.reserveCapacity(list.count)
    for (index, element) in list.enumerated() {
      let entry = try JSONObject(
        element, at: .index(object.path("factors"), index),
        allowed: Self.factorKeys)
      let (rows, columns) = try shape(entry)
      let name = try entry.string("name") ?? "J\(index + 1)"
      try append(entry, name: name, rows: rows, columns: columns, to: &read)
    }
    for (index, factor) in read.factors.enumerated() {
      read.listed[factor.name] = index
    }
    return read
  }

  /// Reads what an object says of a factor of a known shape.
  mutating func append(
    _ entry: JSONObject, name: String, rows: Int, columns: Int,
    to list: inout FactorList
  ) throws(ChainError) {
    var factor = Factor(
      name: name, rows: rows, columns: columns,
      structure: try entry["structure"].map { value throws(ChainError) in
        try structure(value, entry.path("structure"), rows, columns)
      } ?? .dense,
      isGiven: try entry.bool("given"),
      tangentCost: try entry.count("tangent"),
      adjointCost: try entry.count("adjoint"),
      tape: try entry.count("tape") ?? 0)
    factor.tangentTime = try evaluationTime("tangentTime", of: entry)
    factor.adjointTime = try evaluationTime("adjointTime", of: entry)
    list.factors.append(factor)
    let data = try entry.string("data")
    list.written.append(data)
    list.resolved.append(
      try data.map { name throws(ChainError) in
        try dataFile(name, at: entry.path("data"))
      })
  }

  /// Measured nanoseconds of a block of products: {"fixed": …, "perSeed": …}.
  private func evaluationTime(
    _ key: String, of entry: JSONObject
  ) throws(ChainError) -> EvaluationTime? {
    guard let value = entry[key] else { return nil }
    let parts = try JSONObject(
      value, at: entry.path(key), allowed: ["fixed", "perSeed"])
    func part(_ name: String) throws(ChainError) -> Int {
      guard let number = try parts.count(name) else {
        throw parts.path(name).refuse(
          "a whole number of nanoseconds", found: "no such key",
          advice: "state both parts: fixed for a block, perSeed for each of "
            + "its seeds")
      }
      return number
    }
    return EvaluationTime(
      fixed: try part("fixed"), perSeed: try part("perSeed"))
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
}
