import Foundation
import JacobianChain

/// What programs print of an error they know nothing about.
extension ChainError: LocalizedError {
  /// Where, what was expected, what was found, and what to do.
  public var errorDescription: String? { description }
}
