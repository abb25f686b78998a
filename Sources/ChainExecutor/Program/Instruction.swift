import JacobianChain

/// What a step of a program does, with all that doesn't depend on the numbers
/// worked out.
struct Instruction: Sendable {
  enum Action: Sendable {
    case fill(Filling)
    case combine(Combination)
    case evaluate(Evaluation)
  }

  /// The step of the plan.
  let step: Int
  let action: Action
}

/// The entries of a given factor, by the operands.
struct Filling: Sendable {
  let factor: Int
  let place: Place
  let count: Int

  func perform(
    _ operands: some Operands, in memories: Memories
  ) throws(ChainError) {
    var entries = MutableSpan(_unsafeStart: memories[place], count: count)
    try operands.entries(ofFactor: factor, into: &entries)
  }
}

/// A product or a sum of two values.
struct Combination: Sendable {
  let kernel: Kernel
  let outer: Place
  let inner: Place
  let result: Place
  let scratch: Place

  /// Fills the result; returns the fma performed.
  @inline(__always)
  func perform(in memories: Memories, threads: Int) -> Int {
    kernel.fill(
      Kernel.Places(
        outer: memories[outer], inner: memories[inner],
        result: memories[result], scratch: memories[scratch],
        threads: threads))
  }
}

/// A matrix-free step: compress, apply to all seeds at once or to a few of them
/// at a time, decompress.
///
/// A class, so that performing it copies one reference.
final class Evaluation: Sendable {
  /// Where the seeds of a step come from.
  enum Source: Sendable {
    /// They have been written once and for all, or are the operand itself.
    case ready
    /// Sums of unit vectors.
    case units
    case compressed(EntryWalk, at: Place)
  }

  let step: Int
  let factor: Int
  let name: String
  let mode: Mode
  let compression: Compression
  let source: Source
  let seeds: (place: Place, count: Int)
  let block: (place: Place, count: Int)
  let result: Place
  /// How many seeds are evaluated at a time; seeds and block are for so many.
  let width: Int
  /// The price of all evaluations.
  let fma: UInt128

  init(
    step: Int, factor: Int, name: String, mode: Mode,
    compression: Compression, source: Source,
    seeds: (place: Place, count: Int), block: (place: Place, count: Int),
    result: Place, width: Int, fma: UInt128
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
    self.width = width
    self.fma = fma
  }

  /// Fills the result with what the operands answer.
  ///
  /// - Throws: `ChainError`, located at the step, when they fail.
  func perform(
    _ operands: some Operands, in memories: Memories
  ) throws(ChainError) {
    if width == compression.count {
      return try perform(0..<width, operands, in: memories)
    }
    for start in stride(from: 0, to: compression.count, by: width) {
      let end = min(start + width, compression.count)
      try perform(start..<end, operands, in: memories)
    }
  }

  /// The seeds of some colours.
  @inline(__always)
  private func perform(
    _ group: Range<Int>, _ operands: some Operands, in memories: Memories
  ) throws(ChainError) {
    let seeds = memories[seeds.place]
    switch source {
    case .ready: break
    case .units: compression.writeSeeds(group, into: seeds)
    case .compressed(let walk, let place):
      compression.compress(walk, memories[place], group, into: seeds)
    }
    let isAll = group.count == width
    let input = Span(
      _unsafeStart: seeds,
      count: isAll ? self.seeds.count : self.seeds.count / width * group.count)
    var output = MutableSpan(
      _unsafeStart: memories[block.place],
      count: isAll ? block.count : block.count / width * group.count)
    do {
      try operands.apply(
        mode, ofFactor: factor, to: input, width: group.count, into: &output)
    } catch {
      throw failure(error)
    }
    if !compression.isIdentity || width < compression.count {
      compression.restore(
        memories[block.place], group, into: memories[result])
    }
  }

  /// An operand's own error, with the step and the factor.
  private func failure(_ error: any Error) -> ChainError {
    let own = error as? ChainError
    return ChainError(
      own?.kind ?? .unsupported, at: "/steps/\(step)",
      expected: "\(mode)s of \"\(name)\"",
      found: own.map { "\($0.found), where \($0.expected) was expected" }
        ?? "\(error)",
      advice: own?.advice ?? "see the function behind \"\(name)\"")
  }
}
