import ArgumentParser
import ChainFormats
import ChainRandom
import ChainReports
import JacobianChain

extension Family: ExpressibleByArgument {}

struct GenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Seeded random problems, the same bytes on every platform.",
    usage: "jchain generate <family> [<options>]",
    discussion: Family.allCases.map { "\($0.rawValue): \($0.summary)" }
      .joined(separator: "\n"))

  @Argument(help: "The family to draw from; --family names it as well.")
  var family: Family?

  @Option(name: .customLong("family"), help: .hidden)
  var familyOption: Family?

  @Option(help: "The number of factors. (default: 10)")
  var factors: Int?

  @Option(help: "The seed of the draw. (default: 1)")
  var seed: UInt64?

  @OptionGroup var draw: DrawOptions

  @Option(
    help: ArgumentHelp("Write a file.", valueName: "file"),
    completion: .file())
  var output: String?

  func validate() throws {
    guard (family == nil) != (familyOption == nil) else {
      throw ValidationError(
        "name one family: "
          + Family.allCases.map(\.rawValue).joined(separator: ", "))
    }
    if let factors, !(1...1_000_000).contains(factors) {
      throw ValidationError("--factors takes a number from 1 to 1000000")
    }
    if let output {
      try OutputName(output).expect(
        "a problem file", [.report(.json)], "--output", output)
    }
    try roles.validate()
  }

  private var roles: FileRoles {
    var roles = FileRoles()
    roles.reads(draw.config.map { [$0] } ?? [])
    roles.writes("--output", output.map { [$0] } ?? [])
    return roles
  }

  func run() throws {
    try reportingErrors {
      guard let family = family ?? familyOption else { return }
      try roles.checkWritable()
      let configuration = try draw.configuration(for: family)
      let problem = try family.problem(
        factors: try factors ?? configuration?.onlyLength() ?? 10,
        seed: seed ?? configuration?.seed ?? 1,
        settings: draw.settings(over: configuration))
      let text = ProblemFile(problem: problem).json().serialized() + "\n"
      if let output {
        try Files.write(Array(text.utf8), to: output)
      } else {
        try Terminal.write(text)
      }
    }
  }
}
