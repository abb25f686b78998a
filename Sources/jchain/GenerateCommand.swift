import ArgumentParser
import ChainFormats
import ChainRandom
import JacobianChain

extension Family: ExpressibleByArgument {}

struct GenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Seeded random problems, the same bytes on every platform.",
    discussion: Family.allCases.map { "\($0.rawValue): \($0.summary)" }
      .joined(separator: "\n"))

  @Argument(help: "The family to draw from.")
  var family: Family

  @Option(help: "The number of factors.")
  var factors = 10

  @Option(help: "The seed of the draw.")
  var seed: UInt64 = 1

  @Option(help: ArgumentHelp("Write a file.", valueName: "file"))
  var output: String?

  func validate() throws {
    guard (1...1_000_000).contains(factors) else {
      throw ValidationError("--factors takes a number from 1 to 1000000")
    }
  }

  func run() throws {
    try reportingErrors {
      let problem = try family.problem(factors: factors, seed: seed)
      let text = ProblemFile(problem: problem).json().serialized() + "\n"
      if let output {
        try Files.write(Array(text.utf8), to: output)
      } else {
        try Terminal.write(text)
      }
    }
  }
}
