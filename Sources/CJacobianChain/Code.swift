import ChainReports
import JChainHeader
import JacobianChain

/// The plan as source code; it belongs to the result.
///
/// `jchain.h` has the details.
@c @implementation
public func jc_solved_code(
  _ solved: OpaquePointer!, _ language: UnsafePointer<CChar>!,
  _ code: UnsafeMutablePointer<UnsafePointer<CChar>?>!,
  _ length: UnsafeMutablePointer<Int>!
) -> Int32 {
  code?.pointee = nil
  length?.pointee = 0
  return reporting { () throws(Refusal) in
    let handle = try SolvedHandle.required(solved)
    let names = CodeLanguage.allCases.map { "\"\($0.rawValue)\"" }
      .joined(separator: " or ")
    guard let language else { throw .missing("language", names) }
    guard let code else { throw .missing("code", "a place for the text") }
    let name = String(cString: language)
    guard let language = CodeLanguage(rawValue: name) else {
      throw .argument(
        "language", names, found: "\"\(name)\"",
        advice: "take one of them, or the plan as JSON")
    }
    let text = try refusing { () throws(ChainError) in
      try handle.code(language)
    }
    code.pointee = text.bytes
    length?.pointee = text.count
    return JC_DONE
  }
}

/// The order of one target as a contraction path; it belongs to the result.
///
/// `jchain.h` has the details.
@c @implementation
public func jc_solved_path(
  _ solved: OpaquePointer!, _ target: Int64,
  _ pairs: UnsafeMutablePointer<UnsafePointer<Int64>?>!,
  _ count: UnsafeMutablePointer<Int>!
) -> Int32 {
  pairs?.pointee = nil
  count?.pointee = 0
  return reporting { () throws(Refusal) in
    let handle = try SolvedHandle.required(solved)
    let targets = handle.solved.problem.targets
    guard let pairs else { throw .missing("pairs", "a place for the path") }
    guard let count else { throw .missing("count", "a place for its length") }
    guard let target = Int(exactly: target), targets.indices.contains(target)
    else {
      throw .argument(
        "target", "a number from 0 to \(targets.count - 1)", found: "\(target)",
        advice: "targets count from 0, as in the problem")
    }
    let path = try refusing { () throws(ChainError) in
      try handle.path(ofTarget: target)
    }
    pairs.pointee = path.start
    count.pointee = path.count / 2
    return JC_DONE
  }
}

extension SolvedHandle {
  fileprivate static func required(
    _ handle: OpaquePointer?
  ) throws(Refusal) -> SolvedHandle {
    guard let solved = at(handle) else {
      throw .missing("solved", "a problem that has been solved")
    }
    return solved
  }
}
