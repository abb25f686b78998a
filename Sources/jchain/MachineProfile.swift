import ChainExecutor
import ChainFormats
import ChainSystem
import Foundation
import JacobianChain

/// The profile that predicts seconds on this machine, and where it lies.
enum MachineProfile {
  /// Where `jchain calibrate` writes and everybody else looks:
  /// `$XDG_CACHE_HOME/jchain/profile.json`, or that in `~/.cache`; nil without
  /// a home.
  static var path: String? {
    let environment = ProcessInfo.processInfo.environment
    func folder(_ name: String) -> String? {
      environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
    let cache =
      folder("XDG_CACHE_HOME") ?? folder("HOME").map { $0 + "/.cache" }
    return cache.map { $0 + "/jchain/profile.json" }
  }

  /// The named profile; else the one of this machine, if there is one that was
  /// measured by this build; else the built-in one.
  ///
  /// - Throws: `ChainError` for a file that is no profile.
  static func choose(_ file: String?) throws(ChainError) -> Profile {
    if let file { return try read(file) }
    guard let path, FileManager.default.fileExists(atPath: path) else {
      return .builtIn
    }
    let profile = try read(path)
    let here =
      profile.origin.build == Version.measuredBuild
      && profile.origin.kernels == Executor.kernels
      && profile.origin.processor == Processor.name
    return here ? profile : .builtIn
  }

  private static func read(_ file: String) throws(ChainError) -> Profile {
    try ProfileFile.parse(
      try Files.read(file, control: Interruption.control()), file: file)
  }

  /// Makes the folder of a profile, as far as it is missing.
  ///
  /// - Throws: `ChainError` when it can't be made.
  static func makeFolder(of path: String) throws(ChainError) {
    var folder = ""
    let parts = path.split(separator: "/").dropLast()
    for part in parts {
      folder += (folder.isEmpty && !path.hasPrefix("/") ? "" : "/") + part
      try Files.makeFolder(folder)
    }
  }
}
