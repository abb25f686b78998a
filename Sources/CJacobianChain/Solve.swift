import ChainFormats
import ChainReports
import JChainHeader
import JacobianChain

/// Solves a problem; the result is to be freed by `jc_solved_free`.
///
/// `jchain.h` has the details.
@c @implementation
public func jc_solve(
  _ problem: UnsafePointer<CChar>!, _ problemLength: Int,
  _ patterns: OpaquePointer!, _ options: UnsafePointer<CChar>!,
  _ optionsLength: Int, _ progress: jc_progress!,
  _ user: UnsafeMutableRawPointer!, _ out: UnsafeMutablePointer<OpaquePointer?>!
) -> Int32 {
  answering(out) { () throws(Refusal) in
    let call = try Call(
      problem, problemLength, patterns, options, optionsLength, for: .solve,
      progress, user)
    return try refusing { () throws(ChainError) in
      try Solved(call.problem, call.options, control: call.control)
    }
  }
}

/// Validates and prices a plan; the result is to be freed by
/// `jc_solved_free`.
///
/// `jchain.h` has the details.
@c @implementation
public func jc_check(
  _ problem: UnsafePointer<CChar>!, _ problemLength: Int,
  _ plan: UnsafePointer<CChar>!, _ planLength: Int, _ patterns: OpaquePointer!,
  _ options: UnsafePointer<CChar>!, _ optionsLength: Int,
  _ progress: jc_progress!, _ user: UnsafeMutableRawPointer!,
  _ out: UnsafeMutablePointer<OpaquePointer?>!
) -> Int32 {
  answering(out) { () throws(Refusal) in
    let plan = try document("plan", plan, planLength)
    let call = try Call(
      problem, problemLength, patterns, options, optionsLength, for: .check,
      progress, user)
    return try refusing { () throws(ChainError) in
      try Solved(
        checking: plan, of: call.problem, under: call.options.profile,
        control: call.control)
    }
  }
}

/// What every call with a problem takes.
private struct Call {
  let options: SolveOptions
  let control: SearchControl
  let problem: Problem

  init(
    _ problem: UnsafePointer<CChar>?, _ problemLength: Int,
    _ patterns: OpaquePointer?, _ options: UnsafePointer<CChar>?,
    _ optionsLength: Int, for purpose: SolveOptions.Purpose,
    _ progress: jc_progress?, _ user: UnsafeMutableRawPointer?
  ) throws(Refusal) {
    let bytes = try document("problem", problem, problemLength)
    let words =
      optionsLength == 0 ? [] : try document("options", options, optionsLength)
    let read = try refusing(status: JC_USAGE) { () throws(ChainError) in
      try SolveOptions(parsing: words, for: purpose)
    }
    let control = SearchControl(read, telling: progress, user)
    (self.options, self.control) = (read, control)
    let named = CJacobianChain.patterns(of: patterns)
    self.problem = try refusing { () throws(ChainError) in
      try Problem(
        parsing: bytes, read, patterns: named, control: control)
    }
  }
}

/// Hands over what was solved; `out` is NULL without it.
private func answering(
  _ out: UnsafeMutablePointer<OpaquePointer?>?,
  _ body: () throws(Refusal) -> Solved
) -> Int32 {
  out?.pointee = nil
  return reporting { () throws(Refusal) in
    guard let out else { throw .missing("out", "a place for the result") }
    let solved = try body()
    out.pointee = OpaquePointer(
      Unmanaged.passRetained(SolvedHandle(solved)).toOpaque())
    switch solved.status.stopReason {
    case nil, .heuristic: return JC_DONE
    case .timeLimit, .nodeLimit, .gapLimit: return JC_LIMIT_REACHED
    case .interrupted: return JC_INTERRUPTED
    }
  }
}
