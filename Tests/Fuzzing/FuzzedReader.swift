import ChainFormats
import JacobianChain

/// Everything that reads bytes of a stranger, with the laws that hold for any
/// bytes at all: a reader returns or throws a `ChainError` that says where,
/// and what it returned can be written and read again without a change.
///
/// The raw value names the folder of its seeds and its dictionary.
public enum FuzzedReader: String, CaseIterable, Sendable {
  case json, problem, shapes, mtx, npy, plan, admission, jcdp

  /// What the input is called in errors.
  static let name = "input"

  /// The law that the reader breaks on these bytes; nil when it keeps all.
  public func violation(on bytes: [UInt8]) -> String? {
    do throws(ChainError) {
      return switch self {
      case .json: try jsonViolation(bytes)
      case .problem: try problemViolation(bytes)
      case .shapes: try shapesViolation(bytes)
      case .mtx: try matrixMarketViolation(bytes)
      case .npy: try npyViolation(bytes)
      case .plan: try planViolation(bytes)
      case .admission: try admissionViolation(bytes)
      case .jcdp: try jcdpViolation(bytes)
      }
    } catch {
      return Self.violation(of: error, on: bytes)
    }
  }

  /// Runs `body` on what a reader has written itself, where a refusal is a
  /// violation, too.
  func again(
    _ what: String, _ body: () throws(ChainError) -> Bool
  ) -> String? {
    do throws(ChainError) {
      return try body() ? nil : "\(what) comes back different"
    } catch {
      return "\(what) is refused when it comes back: \(error)"
    }
  }

  private static func violation(
    of error: ChainError, on bytes: [UInt8]
  ) -> String? {
    guard error.location.hasPrefix(name) else {
      return "an error without a place: \(error)"
    }
    for part in [error.expected, error.found, error.advice]
    where part.isEmpty || part.utf8.count > bytes.count + 1000 {
      return "an error with a part that is empty or says too much: \(error)"
    }
    return nil
  }
}
