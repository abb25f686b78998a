import JChainHeader
import JacobianChain

/// Why a call has no result: an error and what the caller learns of it.
package struct Refusal: Error {
  package let status: Int
  package let error: ChainError

  package init(_ error: ChainError, status: Int? = nil) {
    self.error = error
    self.status = status ?? Self.status(of: error.kind)
  }

  /// An argument of a call that can't be meant.
  package static func argument(
    _ name: String, _ expected: String, found: String, advice: String
  ) -> Refusal {
    Refusal(
      ChainError(
        .malformed, at: name, expected: expected, found: found, advice: advice),
      status: JC_USAGE)
  }

  /// An argument that is NULL.
  package static func missing(_ name: String, _ expected: String) -> Refusal {
    argument(
      name, expected, found: "NULL", advice: "pass \(expected); see jchain.h")
  }

  private static func status(of kind: ChainError.Kind) -> Int {
    switch kind {
    case .malformed, .infeasible, .invalidPlan, .tooLarge: JC_BAD_INPUT
    case .disagreement: JC_DISAGREEMENT
    case .unsupported: JC_UNAVAILABLE
    case .missingFile, .unwritableFile: JC_NO_INPUT
    case .limitReached: JC_LIMIT_REACHED
    case .interrupted: JC_INTERRUPTED
    }
  }
}

/// Runs the body of a function that returns a status.
package func reporting(_ body: () throws(Refusal) -> Int) -> Int32 {
  do {
    let status = try body()
    LastError.clear()
    return Int32(status)
  } catch {
    LastError.set(error)
    return Int32(error.status)
  }
}

/// Runs what refuses with an error of the library.
package func refusing<Value>(
  status: Int? = nil, _ body: () throws(ChainError) -> Value
) throws(Refusal) -> Value {
  do {
    return try body()
  } catch {
    throw Refusal(error, status: status)
  }
}
