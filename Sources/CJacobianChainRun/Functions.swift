import ChainExecutor
import JChainHeader
import JacobianChain

/// The functions of a caller as the operands of a run.
struct CallerFunctions: Operands {
  /// Why a function gave nothing; the engine adds the step and the factor.
  enum Failure: Error, CustomStringConvertible {
    case missing(String)
    case failed(String, Int32)

    var description: String {
      switch self {
      case .missing(let name): "NULL for functions->\(name)"
      case .failed(let name, let status):
        "functions->\(name) returned \(status)"
      }
    }

    /// What the caller of the run learns.
    var status: Int {
      switch self {
      case .missing: JC_USAGE
      case .failed: JC_FUNCTION_FAILED
      }
    }
  }

  /// Remembers what the engine's error doesn't tell: who failed.
  final class Record {
    var failure: Failure?
  }

  let functions: jc_functions?
  let record = Record()

  private func check(_ name: String, _ status: Int32?) throws(Failure) {
    guard let status else { throw fail(.missing(name)) }
    guard status == 0 else { throw fail(.failed(name, status)) }
  }

  private func fail(_ failure: Failure) -> Failure {
    record.failure = failure
    return failure
  }

  func apply(
    _ mode: Mode, ofFactor index: Int, to seeds: Span<Double>, width: Int,
    into block: inout MutableSpan<Double>
  ) throws {
    let function =
      mode == .tangent ? functions?.tangents : functions?.adjoints
    try check(
      "\(mode)s",
      seeds.withUnsafeBufferPointer { seeds in
        block.withUnsafeMutableBufferPointer { block in
          function?(
            functions?.user, Int64(index), Int64(width), seeds.baseAddress,
            block.baseAddress)
        }
      })
  }

  func entries(
    ofFactor index: Int, into entries: inout MutableSpan<Double>
  ) throws(ChainError) {
    do throws(Failure) {
      try check(
        "entries",
        entries.withUnsafeMutableBufferPointer { entries in
          functions?.entries?(
            functions?.user, Int64(index), Int64(entries.count),
            entries.baseAddress)
        })
    } catch {
      throw ChainError(
        .unsupported, at: "/factors/\(index)", expected: "its entries",
        found: "\(error)", advice: "see the function that writes them")
    }
  }
}
