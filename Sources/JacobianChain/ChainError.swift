/// What went wrong, where, what was expected, what was found, what to do.
///
/// Every refusal of the project is one of these, so that a person (or a
/// script) can always see all five parts. `location` is a JSON path in a
/// problem (`/factors/3/columns`), in a plan (`/steps/4/inner`), or a file
/// position (`chain.json:3:14`).
public struct ChainError: Error, Hashable, Sendable {
  /// The family of an error; the command maps it to an exit status.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// The bytes or values don't follow the format or the model.
    case malformed
    /// The problem is well formed, but no plan can satisfy its limits.
    case infeasible
    /// A plan does not compute the targets of its problem.
    case invalidPlan
    /// Two that must agree don't: a result and its check, a claim and what it
    /// is about.
    case disagreement
    /// Correct, but beyond what this build or this machine can hold.
    case tooLarge
    /// No solver or library here can do what was asked.
    case unsupported
    /// A file could not be found or read.
    case missingFile
    /// A file could not be written.
    case unwritableFile
    /// A limit on the search was reached before there was anything to return.
    case limitReached
    /// The user interrupted before there was anything to return.
    case interrupted
  }

  /// The family of the error.
  public var kind: Kind
  /// Where: a JSON path, a file position, a step of a plan.
  public var location: String
  /// What would have been right at that place.
  public var expected: String
  /// What stood there.
  public var found: String
  /// What the user can do about it.
  public var advice: String

  /// Creates an error from its five parts.
  public init(
    _ kind: Kind, at location: String, expected: String, found: String,
    advice: String
  ) {
    self.kind = kind
    self.location = location
    self.expected = expected
    self.found = found
    self.advice = advice
  }
}

extension ChainError: CustomStringConvertible {
  /// The five parts on four lines, as the command prints them.
  public var description: String {
    """
    \(location): \(kind.rawValue)
      expected  \(expected)
      found     \(found)
      advice    \(advice)
    """
  }
}
