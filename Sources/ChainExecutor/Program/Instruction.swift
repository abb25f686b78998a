import JacobianChain

/// One step of a program, with all that doesn't depend on the numbers worked
/// out. Places are counted in doubles from the beginning of its memory.
enum Instruction {
  case fill(Filling)
  case multiply(Multiplication)
  case evaluate(Evaluation)
}

/// The entries of a given factor, by the operands.
struct Filling {
  let factor: Int
  let place: Range<Int>

  func perform(
    _ operands: some ProgramOperands, in memory: UnsafeMutablePointer<Double>
  ) throws(ChainError) {
    var entries = MutableSpan(
      _unsafeStart: memory + place.lowerBound, count: place.count)
    try operands.entries(ofFactor: factor, into: &entries)
  }
}

/// A product of two values.
struct Multiplication {
  let kernel: Kernel
  /// The operands; empty where nothing is stored.
  let outer: Range<Int>
  let inner: Range<Int>
  let result: Int
  let scratch: Int

  /// Fills the result, or another place of its size; returns the fma
  /// performed.
  @inline(__always)
  func perform(
    in memory: UnsafeMutablePointer<Double>,
    into place: UnsafeMutablePointer<Double>?, threads: Int
  ) -> Int {
    kernel.fill(
      Kernel.Places(
        outer: memory + outer.lowerBound, inner: memory + inner.lowerBound,
        result: place ?? memory + result, scratch: memory + scratch,
        threads: threads))
  }
}

/// A matrix-free step: compress, apply to all seeds at once, decompress.
///
/// A class, so that performing it copies one reference.
final class Evaluation: Sendable {
  /// Where the seeds of a step come from.
  enum Source: Sendable {
    /// They have been written once and for all, or are the operand itself.
    case ready
    case compressed(EntryWalk, at: Int)
  }

  let step: Int
  let factor: Int
  let name: String
  let mode: Mode
  let compression: Compression
  let source: Source
  let seeds: Range<Int>
  let block: Range<Int>
  let result: Int
  /// The price of all evaluations.
  let fma: UInt128

  init(
    step: Int, factor: Int, name: String, mode: Mode,
    compression: Compression, source: Source, seeds: Range<Int>,
    block: Range<Int>, result: Int, fma: UInt128
  ) {
    self.step = step
    self.factor = factor
    self.name = name
    self.mode = mode
    self.compression = compression
    self.source = source
    self.seeds = seeds
    self.block = block
    self.result = result
    self.fma = fma
  }

  /// Fills the result with what the operands answer.
  ///
  /// - Throws: `ChainError`, located at the step, when they fail.
  func perform(
    _ operands: some ProgramOperands, in memory: UnsafeMutablePointer<Double>
  ) throws(ChainError) {
    if case .compressed(let walk, let place) = source {
      compression.compress(
        walk, memory + place, into: memory + seeds.lowerBound)
    }
    let input = Span(
      _unsafeStart: memory + seeds.lowerBound, count: seeds.count)
    var output = MutableSpan(
      _unsafeStart: memory + block.lowerBound, count: block.count)
    do {
      switch mode {
      case .tangent:
        try operands.tangents(
          ofFactor: factor, seeds: input, width: compression.count,
          into: &output)
      case .adjoint:
        try operands.adjoints(
          ofFactor: factor, seeds: input, width: compression.count,
          into: &output)
      }
    } catch {
      throw Executor.failed(error, mode, name, step)
    }
    if !compression.isIdentity {
      compression.restore(
        memory + block.lowerBound, into: memory + result)
    }
  }
}
