import CChainKernels
import JacobianChain

/// What carries seeds through an m × n Jacobian, four at a time, by one of two
/// modes; entries are read off such blocks.
protocol Sweeper {
  var name: String { get }
  /// m and n.
  var rows: Int { get }
  var columns: Int { get }
  /// The mode that sweeps over a recording; the other evaluates on duals.
  var recordedMode: Mode { get }

  /// J · S into m × `width` (tangents), or S · J into `width` × n (adjoints).
  ///
  /// - Parameters:
  ///   - zeros: what a seed of 0 is.
  ///   - seed: component (1st) of seed number (2nd).
  func sweep(
    _ mode: Mode, width: Int, zeros: ZeroSeed,
    into block: inout MutableSpan<Double>, seed: (Int, Int) -> Double
  ) throws

  /// The mode by which so many seeds cost less.
  func cheaperMode(tangents: Int, adjoints: Int) -> Mode
}

extension Sweeper {
  /// Sweeps with seeds that the caller laid out; they are numbers, as they may
  /// be derivatives themselves.
  func sweep(
    _ mode: Mode, seeds: Span<Double>, width: Int,
    into block: inout MutableSpan<Double>
  ) throws {
    let (inner, outer) = mode == .tangent ? (columns, rows) : (rows, columns)
    try Refusal.check(seeds.count, inner * width, "seeds", of: name)
    try Refusal.check(block.count, outer * width, "\(mode)s", of: name)
    try seeds.withUnsafeBufferPointer { seeds in
      switch mode {
      case .tangent:
        try sweep(mode, width: width, zeros: .number, into: &block) {
          seeds[$0 * width + $1]
        }
      case .adjoint:
        try sweep(mode, width: width, zeros: .number, into: &block) {
          seeds[$1 * inner + $0]
        }
      }
    }
  }

  /// All m · n entries, row by row: the block of unit seeds is the answer
  /// itself.
  func denseEntries(into entries: inout MutableSpan<Double>) throws {
    try Refusal.check(entries.count, rows * columns, "entries", of: name)
    let mode = cheaperMode(tangents: columns, adjoints: rows)
    let width = mode == .tangent ? columns : rows
    try sweep(mode, width: width, zeros: .absent, into: &entries) {
      $0 == $1 ? 1 : 0
    }
  }

  /// The entries of a structure, as a `Matrix` stores them.
  ///
  /// - Parameter recipe: made when needed for the first time.
  func entries(
    of structure: Structure, recipe: inout EntryRecipe?,
    into entries: inout MutableSpan<Double>
  ) throws {
    if case .dense = structure { return try denseEntries(into: &entries) }
    let made = try self.recipe(of: structure, &recipe)
    try Refusal.check(
      entries.count, made.positions.count, "entries", of: name)
    // Of unit structures nothing is stored.
    if made.positions.isEmpty { return }
    try made.block.withUnsafeMutableBufferPointer { doubles in
      var block = MutableSpan(_unsafeElements: doubles)
      let colours = made.colours
      try sweep(made.mode, width: made.width, zeros: .absent, into: &block) {
        colours[$0] == $1 ? 1 : 0
      }
    }
    for index in made.positions.indices {
      entries[index] = made.block[made.positions[index]]
    }
  }

  /// The recipe of a structure, made once.
  func recipe(
    of structure: Structure, _ recipe: inout EntryRecipe?
  ) throws -> EntryRecipe {
    let made = try recipe ?? EntryRecipe(structure, for: self)
    recipe = made
    return made
  }

  /// The mode by which so many seeds cost less: an evaluation on duals, a
  /// recording and a sweep over it take about the same (measured: 1.7, 1.5 and
  /// 2.7 ns a step of plain arithmetic, 5.6, 5.5 and 3 ns with sines).
  ///
  /// A rule by shape alone, so that the same function always takes the same
  /// way, to the bit.
  func cheaperMode(tangents: Int, adjoints: Int) -> Mode {
    sweeps(.tangent, seeds: tangents) <= sweeps(.adjoint, seeds: adjoints)
      ? .tangent : .adjoint
  }

  /// How often a function is gone through for so many seeds; a recording
  /// counts.
  func sweeps(_ mode: Mode, seeds: Int) -> Int {
    seeds / Tape.lanes + (seeds % Tape.lanes == 0 ? 0 : 1)
      + (mode == recordedMode ? 1 : 0)
  }
}

/// The two ways to sweep, in either mode: over a recording, whose steps an
/// adjoint goes back, and by evaluations on duals.
extension Sweeper {
  /// Where number `index` of the result for a seed stands in a block.
  @inline(__always)
  private func place(
    _ mode: Mode, _ index: Int, _ seed: Int, _ width: Int
  ) -> Int {
    mode == .tangent ? index * width + seed : seed * columns + index
  }

  /// From recorded outputs back to the inputs of the tape.
  func sweepRecording(
    _ tape: Tape, from outputs: [Traced], _ mode: Mode, width: Int,
    _ zeros: ZeroSeed, into block: inout MutableSpan<Double>,
    seed: (Int, Int) -> Double
  ) {
    let isCareful = tape.hasHiddenPole(
      outputs, width: width, zeros: zeros, seed: seed)
    for first in stride(from: 0, to: width, by: Tape.lanes) {
      let lanes = first..<min(first + Tape.lanes, width)
      tape.sweep(
        from: outputs, lanes: lanes, zeros: zeros, isCareful: isCareful,
        seed: seed)
      for index in 0..<(mode == .tangent ? rows : columns) {
        let adjoint = tape.adjoint(ofInput: index)
        for lane in lanes {
          block[place(mode, index, lane, width)] = adjoint[lane - first]
        }
      }
    }
  }

  /// By evaluations on duals; once more where what left the range of doubles on
  /// the way may matter: from a recording, which the other mode sweeps over.
  ///
  /// - Parameters:
  ///   - evaluate: the outputs for some of the seeds.
  ///   - record: the tape with its outputs.
  func sweepDuals(
    _ mode: Mode, width: Int, into block: inout MutableSpan<Double>,
    seed: (Int, Int) -> Double,
    evaluate: (Range<Int>) throws -> [GenericProgram.DualBlock],
    record: () throws -> (Tape, [Traced])
  ) throws {
    let before = range_flags_begin()
    for first in stride(from: 0, to: width, by: Tape.lanes) {
      let lanes = first..<min(first + Tape.lanes, width)
      let outputs = try evaluate(lanes)
      try Refusal.check(
        outputs.count, mode == .tangent ? rows : columns,
        mode == .tangent ? "outputs" : "adjoints", of: name)
      for index in outputs.indices {
        let tangent = outputs[index].tangent
        for lane in lanes {
          block[place(mode, index, lane, width)] = tangent[lane - first]
        }
      }
    }
    guard range_flags_end(before) else { return }
    let (tape, outputs) = try record()
    guard tape.needsRange else { return }
    for number in 0..<width {
      let results = tape.wideTangents(of: outputs) { seed($0, number) }
      for index in results.indices {
        block[place(mode, index, number, width)] = results[index]
      }
    }
  }
}
