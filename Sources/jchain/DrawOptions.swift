import ArgumentParser
import ChainFormats
import ChainRandom
import JacobianChain

/// What a draw is told beyond family, length and seed.
struct DrawOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "jcdp: the interface dimensions.", valueName: "least-most"),
    transform: Self.range)
  var dimensions: ClosedRange<Int>?

  @Option(
    help: ArgumentHelp(
      "jcdp: the tape of a factor, and its cost before the factors below.",
      valueName: "least-most"),
    transform: Self.range)
  var costs: ClosedRange<Int>?

  @Option(
    help: ArgumentHelp(
      "jcdp: cost of a tangent ÷ tape. (default: 1)", valueName: "least-most"),
    transform: Self.factors)
  var tangentFactors: ClosedRange<Int>?

  @Option(
    help: ArgumentHelp(
      "jcdp: cost of an adjoint ÷ tape. (default: 1)",
      valueName: "least-most"),
    transform: Self.factors)
  var adjointFactors: ClosedRange<Int>?

  @Flag(
    inversion: .prefixedNo,
    help: "Whether factors may be eliminated. (default: --matrix-free)")
  var matrixFree: Bool?

  @Option(help: ArgumentHelp("Number of identical machines.", valueName: "p"))
  var machines: Int?

  @Option(
    help: ArgumentHelp(
      "Most memory units that one adjoint step may tape.", valueName: "m"))
  var tapeLimit: Int?

  @Option(
    help: ArgumentHelp(
      "Most memory units that all adjoint steps may tape.", valueName: "m"))
  var tapeTotal: Int?

  @Option(
    help: ArgumentHelp(
      "jcdp: a configuration file of jcdp, which other options override.",
      valueName: "file"), completion: .file())
  var config: String?

  func validate() throws {
    try LimitOptions.check("--machines", machines)
    try LimitOptions.check("--tape-limit", tapeLimit)
    try LimitOptions.check("--tape-total", tapeTotal)
  }

  /// The configuration that was named; says what of it makes no difference.
  func configuration(
    for family: Family
  ) throws(ChainError) -> JcdpConfiguration? {
    guard let config else { return nil }
    guard family == .jcdp else {
      throw ChainError(
        .malformed, at: "--config",
        expected: "the family \(Family.jcdp.rawValue)", found: family.rawValue,
        advice: "write jchain generate jcdp --config \(config)")
    }
    let read = try JcdpConfiguration(
      parsing: try Files.read(config, limit: JcdpConfiguration.sizeLimit),
      file: config)
    if !read.passedOver.isEmpty {
      Terminal.diagnose(
        "jchain: \(config): no difference to a chain: "
          + read.passedOver.joined(separator: ", "))
    }
    return read
  }

  /// The settings of a configuration, overridden by the command line.
  func settings(over configuration: JcdpConfiguration?) -> DrawSettings {
    var settings = DrawSettings()
    settings.dimensions = dimensions ?? configuration?.dimensions
    settings.costs = costs ?? configuration?.costs
    settings.tangentFactors = tangentFactors ?? configuration?.tangentFactors
    settings.adjointFactors = adjointFactors ?? configuration?.adjointFactors
    settings.matrixFree = matrixFree ?? configuration?.matrixFree
    settings.limits = Limits(
      tapePerStep: tapeLimit ?? configuration?.tapePerStep,
      tapeTotal: tapeTotal, machines: machines ?? configuration?.machines)
    return settings
  }

  /// `5-50`, or `7` for `7-7`.
  private static func range(_ text: String) throws -> ClosedRange<Int> {
    try range(text, "whole numbers, such as 5-50") { Int($0) }
  }

  private static func factors(_ text: String) throws -> ClosedRange<Int> {
    try range(text, "numbers from 0 to 1000, such as 1-2.5") {
      Millionths.parse(Array($0.utf8))
    }
  }

  private static func range(
    _ text: String, _ expected: String, _ number: (Substring) -> Int?
  ) throws -> ClosedRange<Int> {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    let numbers = parts.compactMap(number)
    guard numbers.count == parts.count, (1...2).contains(parts.count),
      let first = numbers.first, let last = numbers.last, first <= last
    else {
      throw ValidationError("expected a range of \(expected); found \(text)")
    }
    return first...last
  }
}

extension JcdpConfiguration {
  /// The length of the chain, when the file names only one.
  func onlyLength() throws(ChainError) -> Int {
    guard lengths.count == 1 else {
      throw ChainError(
        .malformed, at: "--config", expected: "one length",
        found: lengths.map { "\($0)" }.joined(separator: ","),
        advice: "choose one with --factors; --seed numbers further draws")
    }
    return lengths[0]
  }
}
