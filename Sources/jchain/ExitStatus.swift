import ArgumentParser
import ChainSystem
import JacobianChain

/// What the shell learns from a finished command (sysexits).
enum ExitStatus: Int32 {
  case usage = 64
  case badInput = 65
  case noInput = 66
  case unavailable = 69
  case disagreement = 70
  case unwritable = 74
  case limitReached = 75
  case interrupted = 130
  case terminated = 143

  /// The status that goes with a refusal.
  init(_ error: ChainError) {
    switch error.kind {
    case .malformed, .infeasible, .invalidPlan, .tooLarge: self = .badInput
    case .disagreement: self = .disagreement
    case .unsupported: self = .unavailable
    case .missingFile: self = .noInput
    case .unwritableFile: self = .unwritable
    case .limitReached: self = .limitReached
    case .interrupted: self = Interruption.status
    }
  }

  /// The status that goes with the end of a search; nil when it finished.
  init?(_ reason: StopReason?) {
    switch reason {
    case nil, .heuristic: return nil
    case .timeLimit, .nodeLimit, .gapLimit: self = .limitReached
    case .interrupted: self = Interruption.status
    }
  }

  /// Ends the command with this status; everything has been printed.
  var exit: ExitCode { ExitCode(rawValue) }
}

/// Runs a command's body; a refusal is printed to standard error and becomes
/// the exit status.
func reportingErrors(_ body: () throws -> Void) throws {
  do {
    try body()
  } catch let error as ChainError {
    Terminal.diagnose(error)
    throw ExitStatus(error).exit
  }
}
