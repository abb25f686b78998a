import ChainFormats
import Foundation
import JacobianChain

/// The tools that ours are held against, as far as they are there.
package struct Peers: Sendable {
  /// The compiled recurrences; nil when they weren't built.
  let chains: String?
  private let python: String?
  private let folder: String
  /// Versions by module, of those that can be imported.
  private let modules: [String: String]

  /// Looks for peers.
  ///
  /// - Parameters:
  ///   - folder: `bench/peers`.
  ///   - python: an interpreter that has the modules of `requirements.txt`.
  ///   - chains: the program made of `matrix-chain.cpp`.
  package init(folder: String, python: String, chains: String) {
    func program(_ path: String) -> String? {
      FileManager.default.isExecutableFile(atPath: path) ? path : nil
    }
    self.folder = folder
    self.chains = program(chains)
    let python = program(python)
    self.python = python
    var modules: [String: String] = [:]
    if let python,
      let answer = try? PeerProcess(
        program: python, script: "\(folder)/versions.py"
      ).ask(.object([]), seconds: 120),
      case .object(let members)? = answer["versions"]
    {
      for case let member in members {
        if case .string(let text) = member.value { modules[member.key] = text }
      }
    }
    self.modules = modules
  }

  /// Without any peer.
  package static let none = Peers(folder: "", python: "", chains: "")

  /// For the header of the results.
  var versions: String {
    guard !modules.isEmpty else { return "none" }
    return modules.sorted { $0.key < $1.key }
      .map { "\($0.key) \($0.value)" }.joined(separator: ", ")
  }

  /// One line for each thing that is missing, to be seen by the user.
  package var complaints: [String] {
    var lines: [String] = []
    if chains == nil { lines.append("skipped: C++ peers, not built") }
    if python == nil {
      lines.append("skipped: Python peers, no environment (make peers)")
    } else {
      lines += Self.needed.filter { modules[$0] == nil }
        .map { "skipped: \($0), can't be imported" }
    }
    return lines
  }

  /// Why a peer can't take part; nil when it can.
  func absence(of module: String) -> String? {
    if python == nil { return "no Python environment" }
    return modules[module] == nil ? "\(module) can't be imported" : nil
  }

  /// Asks a script of `bench/peers`.
  ///
  /// - Throws: `PeerFailure`, with a reason for the results.
  func ask(
    _ script: String, _ request: JSONValue, seconds: Double
  ) throws -> JSONObject {
    guard let python else { throw PeerFailure("no Python environment") }
    return try PeerProcess(program: python, script: "\(folder)/\(script)")
      .ask(request, seconds: seconds)
  }

  private static let needed = ["numpy", "opt_einsum", "jax", "casadi"]

  /// Whether a contestant is not ours: wrong answers of it are shown, but
  /// nothing that we could correct.
  static func isPeer(_ contestant: String) -> Bool {
    contestant == "numpy multi_dot"
      || OrderPeer(rawValue: contestant) != nil
      || FunctionPeer(rawValue: contestant) != nil
      || ChainPeer(rawValue: contestant) != nil
      || ScalarPeer(rawValue: contestant) != nil
  }
}

/// A peer that gave no answer, and why.
struct PeerFailure: Error {
  let reason: String

  init(_ reason: String) { self.reason = reason }
}

extension PeerFailure {
  /// Throws unless planners of other tools know such problems: given dense
  /// chains, whose products have the least sum of fma.
  static func unlessPlanned(
    _ problem: Problem, for objective: Objective
  ) throws(PeerFailure) {
    guard objective == .fma else {
      throw PeerFailure("minimises fma, not \(objective.name)")
    }
    let isGiven = problem.factors.allSatisfy {
      $0.isGiven && $0.tangentCost == nil && $0.adjointCost == nil
    }
    guard problem.isDense, isGiven, problem.chain != nil else {
      throw PeerFailure("plans given dense chains only")
    }
  }
}
