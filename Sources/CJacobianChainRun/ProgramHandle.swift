import CJacobianChain
import ChainExecutor
import JacobianChain

/// What a `jc_program` is: a program and the memory it runs in.
final class ProgramHandle {
  let program: Program
  let workspace = Workspace()
  /// The ones of targets that store nothing, by the target.
  private var ones: [Int: UnsafeMutableBufferPointer<Double>] = [:]

  /// - Throws: `ChainError` (`tooLarge`) when there isn't enough memory.
  init(_ program: Program) throws(ChainError) {
    self.program = program
    try program.clearTargets(in: workspace)
  }

  deinit { for buffer in ones.values { buffer.deallocate() } }

  static func at(_ handle: OpaquePointer?) -> ProgramHandle? {
    handle.map {
      Unmanaged<ProgramHandle>.fromOpaque(UnsafeRawPointer($0))
        .takeUnretainedValue()
    }
  }

  static func required(
    _ handle: OpaquePointer?
  ) throws(Refusal) -> ProgramHandle {
    guard let program = at(handle) else {
      throw .missing("program", "what jc_prepare made")
    }
    return program
  }

  /// The pattern of a factor; nil when it isn't there.
  func pattern(ofFactor factor: Int64) -> Pattern? {
    let patterns = program.problem.patterns
    return Int(exactly: factor).flatMap {
      patterns.indices.contains($0) ? patterns[$0] : nil
    }
  }

  /// The pattern of a target; nil when it isn't there.
  func pattern(ofTarget target: Int64) -> Pattern? {
    Int(exactly: target).flatMap {
      (0..<program.problem.targetCount).contains($0)
        ? program.targetPattern($0) : nil
    }
  }

  /// What a target that is there stores, known ones included.
  func entries(ofTarget target: Int) -> UnsafePointer<Double>? {
    let pattern = program.targetPattern(target)
    guard let unit = pattern.structure.unit else {
      return program.withTarget(target, in: workspace) { entries in
        entries.withUnsafeBufferPointer { $0.baseAddress }
      }
    }
    if let known = ones[target] { return UnsafePointer(known.baseAddress) }
    let buffer = UnsafeMutableBufferPointer<Double>.allocate(
      capacity: pattern.rows)
    buffer.initialize(repeating: unit)
    ones[target] = buffer
    return UnsafePointer(buffer.baseAddress)
  }
}
