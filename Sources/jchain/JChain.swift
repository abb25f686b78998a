import ArgumentParser
import ChainSystem

/// The command: arguments in, reports and exit statuses out.
@main
struct JChain: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "jchain",
    abstract: "Computes Jacobians of composed functions in the best order.",
    discussion: """
      PROBLEM is a problem file (chain.json, or - for standard input; chain \
      files of ADMission are read, too), a list of shapes (1000 100 10 1, or \
      100x1000 100x100:diagonal 10x100) or of given matrices (A.npy B.mtx; \
      shapes may stand among them), or @FILE with one list a line. First \
      applied first. What reads as a shape is one; ./1000 is the file.

      Exit status: 0 done; 64 usage; 65 bad input, or more than fits into \
      memory; 66 no such file; 69 a missing solver or library; 70 a \
      disagreement (a result that fails its check, a report whose claims don't \
      hold); 74 a file that can't be written; 75 a limit was reached (the best \
      plan so far and its bound are printed); 130 interrupted, 143 ended by \
      SIGTERM (likewise).
      """,
    version: Version.text,
    subcommands: [
      PlanCommand.self, RunCommand.self, CompareCommand.self,
      CheckCommand.self, GenerateCommand.self, CalibrateCommand.self,
      SolversCommand.self,
    ])

  /// A word in the place of a command that is none gets a proposal; everything
  /// else goes its way. Refused arguments are told as wide as the terminal.
  static func main() {
    let arguments = Arguments.words
    do {
      if let word = Arguments.foreign {
        throw ValidationError(
          "'\(word)' isn't UTF-8, as names of files have to be here. Rename it, "
            + "or hand a problem over as standard input: jchain plan - < FILE")
      }
      let isHelp = arguments.first == "help"
      if let word = isHelp ? arguments.dropFirst().first : arguments.first,
        let refusal = CommandGuess(word).refusal
      {
        throw refusal
      }
      var command = try parseAsRoot(arguments)
      try command.run()
    } catch {
      let status = exitCode(for: error)
      let text = fullMessage(for: error)
      switch status {
      case .success where !text.isEmpty: show(text)
      case .validationFailure:
        Terminal.diagnose(
          usage: CommandGuess.explained(text, message(for: error), arguments))
      default: exit(withError: error)
      }
      exit(withError: status)
    }
  }

  /// Writes help, a version or completions: what was asked for, like any other
  /// result.
  private static func show(_ text: String) {
    do {
      try reportingErrors { try Terminal.write(text + "\n") }
    } catch {
      exit(withError: error)
    }
  }
}
