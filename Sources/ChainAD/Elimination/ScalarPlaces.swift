import CChainKernels

/// What one program works on, at one point after the other. All memory is taken
/// once.
final class ScalarPlaces {
  let program: ScalarProgram
  /// Where it runs.
  let memory: ScalarMemory

  /// - Parameter usesMachineCode: whether the processor's own instructions are
  ///   run where there are some.
  init(_ program: ScalarProgram, usesMachineCode: Bool = true) {
    self.program = program
    memory = ScalarMemory(
      program, usesMachineCode ? program.machine?.run : nil)
  }

  deinit { memory.deallocate() }
}

/// The memory of `ScalarPlaces`, as plain pointers: a call of a small function
/// takes less time than counting references to it.
struct ScalarMemory {
  /// Inputs and parameters, constants, all that instructions make.
  private let base: UnsafeMutablePointer<Double>
  private let code: UnsafeMutablePointer<UInt16>
  private let machine: scalar_machine_code?
  /// Where outputs and entries lie.
  private let outputs: UnsafeMutableBufferPointer<UInt16>
  private let entries: UnsafeMutableBufferPointer<UInt16>
  /// Where the entries lie that may be infinite or NaN, each once.
  private let watched: UnsafeMutableBufferPointer<UInt16>

  fileprivate init(_ program: ScalarProgram, _ machine: scalar_machine_code?) {
    self.machine = machine
    base = .allocate(capacity: program.placeCount)
    base.initialize(repeating: 0, count: program.placeCount)
    var steady: Set<UInt16> = []
    for constant in program.constants {
      base[Int(constant.place)] = constant.value
      if constant.value.isFinite { steady.insert(constant.place) }
    }
    func copy(_ words: [UInt16]) -> UnsafeMutableBufferPointer<UInt16> {
      let copy = UnsafeMutableBufferPointer<UInt16>.allocate(
        capacity: words.count)
      _ = copy.initialize(from: words)
      return copy
    }
    code = copy(program.code).baseAddress!
    outputs = copy(program.outputs)
    entries = copy(program.entries)
    watched = copy(Set(program.entries).subtracting(steady).sorted())
  }

  fileprivate func deallocate() {
    base.deallocate()
    code.deallocate()
    outputs.deallocate()
    entries.deallocate()
    watched.deallocate()
  }

  /// Hands over the parameters, which lie behind the n inputs.
  func give(_ parameters: [Double], behind inputCount: Int) {
    for index in parameters.indices {
      base[inputCount + index] = parameters[index]
    }
  }

  /// What came of a run.
  enum Outcome {
    /// Outputs and entries are there.
    case finished
    /// The function takes another way at the point.
    case otherWay
    /// An entry is infinite or NaN, or something left the range of doubles on
    /// the way: the entries say nothing, the outputs are there.
    case outOfRange
  }

  /// Runs at a point, with the parameters of `give`.
  ///
  /// - Complexity: the instructions; allocates nothing.
  @inline(__always)
  func run(at point: Span<Double>) -> Outcome {
    for index in point.indices { base[index] = point[index] }
    let before = range_flags_begin()
    let takesThisWay =
      if let machine { machine(base) } else {
        scalar_program_run(code, base, CalledFunction.table.functions)
      }
    let leftRange = range_flags_end(before)
    guard takesThisWay else { return .otherWay }
    // What isn't finite has an exponent of ones, and one more reaches the sign.
    var found: UInt64 = 0
    for place in watched {
      found |= (base[Int(place)].bitPattern & 0x7FF << 52) &+ 1 << 52
    }
    return found >> 63 == 0 && !leftRange ? .finished : .outOfRange
  }

  /// The number of entries, m · n.
  var entryCount: Int { entries.count }

  /// Output `index` of the last run.
  func output(_ index: Int) -> Double { base[Int(outputs[index])] }

  /// Writes the m outputs of the last run.
  @inline(__always)
  func writeOutputs(into value: inout MutableSpan<Double>) {
    for index in 0..<outputs.count { value[index] = base[Int(outputs[index])] }
  }

  /// Writes all m × n entries of the last run, row by row.
  @inline(__always)
  func writeEntries(into found: inout MutableSpan<Double>) {
    for index in 0..<entries.count { found[index] = base[Int(entries[index])] }
  }

  /// Writes some of the entries of the last run.
  ///
  /// - Parameter chosen: their places among all of them.
  func writeEntries(_ chosen: [Int], into found: inout MutableSpan<Double>) {
    for index in chosen.indices {
      found[index] = base[Int(entries[chosen[index]])]
    }
  }
}
