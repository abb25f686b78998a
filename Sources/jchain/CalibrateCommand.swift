import ArgumentParser
import ChainExecutor
import ChainFormats
import ChainReports
import ChainSystem
import JacobianChain

struct CalibrateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "calibrate",
    abstract: "Measures this machine's kernels for --objective time.",
    discussion: """
      Takes less than a minute, on one core; other work on the machine does \
      little harm: everything is measured in three rounds. The profile is \
      written to $XDG_CACHE_HOME/jchain/profile.json, or to \
      ~/.cache/jchain/profile.json, and is then what --objective time prices \
      by, as long as processor, kernels and build of jchain are those that it \
      names; otherwise a built-in one is. --output writes another file, for \
      --profile.
      """)

  @Option(
    help: ArgumentHelp("Write the profile there.", valueName: "file"),
    completion: .file())
  var output: String?

  @Flag(help: "No progress, and no word about where the profile is.")
  var quiet = false

  func validate() throws {
    guard let output else { return }
    try OutputName(output).expect(
      "a profile", [.report(.json)], "--output", output)
  }

  func run() throws {
    try reportingErrors {
      guard let path = output ?? MachineProfile.path else {
        throw ChainError(
          .unwritableFile, at: "~/.cache/jchain/profile.json",
          expected: "a folder for the profile",
          found: "neither $XDG_CACHE_HOME nor $HOME",
          advice: "name a file: --output profile.json")
      }
      if output == nil { try MachineProfile.makeFolder(of: path) }
      try Files.checkWritable(path)
      Interruption.listen()
      let profile = try Calibration.profile(
        processor: Processor.name, build: Version.measuredBuild,
        control: Interruption.control(doing: quiet ? nil : "measuring"))
      try Files.write(
        Array(ProfileFile.text(of: profile).utf8), to: path,
        control: Interruption.control())
      if !quiet { try Terminal.write("\(path)\n") }
    }
  }
}
