import JacobianChain

/// A problem is coded as the document of a problem file (`jacobian-chain/1`).
extension Problem: Codable {
  /// Reads a problem, refusing what a problem file may not hold. Patterns stand
  /// in the document: files of patterns are read by `ProblemFile`.
  ///
  /// - Throws: `ChainError`, at the place in the document; what the decoder
  ///   throws.
  /// - Complexity: O(size of the document).
  public init(from decoder: any Decoder) throws {
    var reader = ProblemReader(folder: Folder(path: nil, allowsOutside: false))
    self = try reader.read(
      JSONValue(from: decoder), at: .root(file: "problem")
    ).problem
  }

  /// Writes the problem; read back, it is equal.
  ///
  /// - Complexity: O(size of the problem).
  public func encode(to encoder: any Encoder) throws {
    try ProblemFile(problem: self).json().encode(to: encoder)
  }
}

/// A plan is coded as the document of a plan file (`jacobian-chain-plan/1`)
/// without prices, its factors by their positions in the problem, from 0.
extension Plan: Codable {
  /// Reads a plan; whether it computes anything is left to `priced(for:)`.
  ///
  /// - Throws: `ChainError`, at the place in the document; what the decoder
  ///   throws.
  /// - Complexity: O(steps).
  public init(from decoder: any Decoder) throws {
    self = try PlanReader().read(
      JSONValue(from: decoder), at: .root(file: "plan")
    ).plan
  }

  /// Writes the plan; read back, it is equal.
  ///
  /// - Complexity: O(steps).
  public func encode(to encoder: any Encoder) throws {
    try PlanFile.json(of: self) { .number($0) }.encode(to: encoder)
  }
}

/// A profile is coded as the document of its file (`jacobian-chain-profile/1`),
/// which `jchain calibrate` writes.
extension Profile: Codable {
  /// Reads a profile.
  ///
  /// - Throws: `ChainError`, at the place in the document; what the decoder
  ///   throws.
  /// - Complexity: O(size of the tables).
  public init(from decoder: any Decoder) throws {
    self = try ProfileFile.profile(
      JSONValue(from: decoder), file: "profile")
  }

  /// Writes the profile; read back, it is equal.
  ///
  /// - Complexity: O(size of the tables).
  public func encode(to encoder: any Encoder) throws {
    try ProfileFile.json(of: self).encode(to: encoder)
  }
}
