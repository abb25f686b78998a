import ChainFormats
import ChainRandom
import JacobianChain

extension Suite {
  /// The first value of every suite file.
  package static let format = "jacobian-chain-suite/1"

  /// Reads a suite file. The members of its object `smoke` take the place of
  /// those of the same name when a smoke run is asked for.
  ///
  /// - Throws: `ChainError` with the place in the file.
  package init(
    parsing bytes: [UInt8], name: String, file: String, isSmoke: Bool
  ) throws(ChainError) {
    let root = JSONPath.root(file: file)
    let document = try JSONObject(
      JSONValue(parsing: bytes, file: file), at: root,
      allowed: ["format", "summary", "kind"] + Self.choices + ["smoke"])
    guard try document.string("format") == Self.format else {
      throw document.path("format").refuse(
        "\"\(Self.format)\"", found: "another format",
        advice: "begin the file with \"format\": \"\(Self.format)\"")
    }
    self.name = name
    self.isSmoke = isSmoke
    digest = Digest.text(bytes)
    summary = try document.string("summary") ?? ""
    kind = try document.choice("kind", among: SuiteKind.allCases) {
      $0.rawValue
    }
    var chosen = document
    if isSmoke, let smoke = document["smoke"] {
      chosen = try document.replacing(
        JSONObject(smoke, at: document.path("smoke"), allowed: Self.choices))
    }
    let known = kind.contestants
    problems = try chosen.strings("problems") ?? []
    contestants = try chosen.contestants(among: known) ?? known
    let objectives = try chosen.objectives(of: kind)
    let limits = try chosen.limits(of: kind, for: objectives)
    (self.objectives, self.limits) = (objectives, limits)
    chains = try chosen.objects(
      "chains", Self.chainKeys, named: \.label, DenseChain.init)
    families = try chosen.objects(
      "families", Self.familyKeys, named: \.label
    ) { object throws(ChainError) in
      try DrawnFamily(
        object, contestants: known,
        machines: object.machines(for: objectives, under: limits))
    }
    functions = try chosen.objects(
      "functions", Self.functionKeys, named: \.label
    ) { object throws(ChainError) in
      try FunctionCase(object, contestants: known)
    }
    guard limits.isEmpty || functions.isEmpty else {
      throw chosen.path("limits").refuse(
        "no limits beside functions",
        found: "functions, which are planned without",
        advice: "give the problems under limits a suite of their own")
    }
    repetitions = try chosen.positive("repetitions") ?? 1
    seconds = try chosen.seconds("seconds") ?? 1
    secondsPerCall = try chosen.seconds("secondsPerCall") ?? 2
  }

  private static let choices = [
    "problems", "chains", "families", "functions", "objectives", "limits",
    "contestants", "repetitions", "seconds", "secondsPerCall",
  ]
  private static let chainKeys = ["label", "dimensions"]
  private static let familyKeys = [
    "family", "label", "sizes", "seeds", "matrixFree", "machines",
    "contestants", "largest",
  ]
  private static let functionKeys = ["workload", "label", "contestants"]

  /// Every key that a suite or a part of it may have.
  package static let keys =
    ["format", "summary", "kind"] + choices + ["smoke"] + chainKeys
    + familyKeys + functionKeys
}

extension DenseChain {
  fileprivate init(_ object: JSONObject) throws(ChainError) {
    guard let dimensions = try object.counts("dimensions"),
      dimensions.count > 1
    else {
      throw object.path("dimensions").refuse(
        "two dimensions or more", found: "fewer",
        advice: "give the inputs first: [600, 60, 10]")
    }
    self.dimensions = dimensions
    label =
      try object.string("label")
      ?? dimensions.map(String.init).joined(separator: "-")
  }
}

extension DrawnFamily {
  fileprivate init(
    _ object: JSONObject, contestants known: [String], machines: [Int]
  ) throws(ChainError) {
    family = try object.choice("family", among: Family.allCases) {
      $0.rawValue
    }
    label = try object.string("label") ?? family.rawValue
    guard let sizes = try object.counts("sizes"), !sizes.isEmpty,
      zip(sizes, sizes.dropFirst()).allSatisfy(<)
    else {
      throw object.path("sizes").refuse(
        "rising numbers of factors", found: "others, or none",
        advice: "give them as \"sizes\": [10, 100]")
    }
    self.sizes = sizes
    seeds = try object.positive("seeds") ?? 1
    matrixFree = try object.bool("matrixFree")
    self.machines = machines
    contestants = try object.contestants(among: known)
    largest = [:]
    guard let limits = object["largest"] else { return }
    let sizesByName = try JSONObject(
      limits, at: object.path("largest"), allowed: known)
    for member in sizesByName.members {
      largest[member.key] = try sizesByName.positive(member.key)
    }
  }
}

extension FunctionCase {
  fileprivate init(
    _ object: JSONObject, contestants known: [String]
  ) throws(ChainError) {
    workload = try object.string("workload") ?? ""
    label = try object.string("label") ?? workload
    contestants = try object.contestants(among: known)
  }
}
