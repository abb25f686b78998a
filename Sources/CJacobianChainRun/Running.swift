import CJacobianChain
import ChainExecutor
import ChainFormats
import JChainHeader
import JacobianChain

/// Makes a plan ready to be run; to be freed by `jc_program_free`.
///
/// `jchain_run.h` has the details.
@c @implementation
public func jc_prepare(
  _ solved: OpaquePointer!, _ options: UnsafePointer<CChar>!,
  _ optionsLength: Int, _ out: UnsafeMutablePointer<OpaquePointer?>!
) -> Int32 {
  out?.pointee = nil
  return reporting { () throws(Refusal) in
    guard let out else { throw .missing("out", "a place for the program") }
    guard let solved = SolvedHandle.at(solved)?.solved else {
      throw .missing("solved", "a problem that has been solved")
    }
    let words =
      optionsLength == 0
      ? [] : try document("options", options, optionsLength)
    let count = try refusing(status: JC_USAGE) { () throws(ChainError) in
      try threads(in: words)
    }
    let program = try refusing { () throws(ChainError) in
      try solved.checkResultsFit()
      return try ProgramHandle(
        Program(
          solved.plan, of: solved.problem,
          entriesOnDemand: { _ in true }, threads: count))
    }
    out.pointee = OpaquePointer(Unmanaged.passRetained(program).toOpaque())
    return JC_DONE
  }
}

/// The number of threads that options ask for.
private func threads(in words: [UInt8]) throws(ChainError) -> Int {
  guard !words.isEmpty else { return 1 }
  let object = try JSONObject(
    JSONValue(parsing: words, file: "options"), at: .root(file: "options"),
    allowed: ["threads"])
  let threads = try object.count("threads") ?? 1
  guard (1...1024).contains(threads) else {
    throw object.path("threads").refuse(
      "a number of threads from 1 to 1024", found: "\(threads)",
      advice: "take as many as the processor has cores")
  }
  return threads
}

/// Frees a program.
///
/// `jchain_run.h` has the details.
@c @implementation
public func jc_program_free(_ program: OpaquePointer!) {
  guard let program else { return }
  Unmanaged<ProgramHandle>.fromOpaque(UnsafeRawPointer(program)).release()
}

/// Computes all targets with the functions of the caller.
///
/// `jchain_run.h` has the details.
@c @implementation
public func jc_run(
  _ program: OpaquePointer!, _ functions: UnsafePointer<jc_functions>!
) -> Int32 {
  reporting { () throws(Refusal) in
    let handle = try ProgramHandle.required(program)
    let operands = CallerFunctions(functions: functions?.pointee)
    do throws(ChainError) {
      try handle.program.run(operands, in: handle.workspace)
    } catch {
      var error = error
      let document = error.location.hasPrefix("/steps") ? "plan" : "problem"
      error.location = "\(document): \(error.location)"
      throw Refusal(error, status: operands.record.failure?.status)
    }
    return JC_DONE
  }
}
