import CChainKernels

/// What one program works on, at one point after the other. All memory is taken
/// once.
final class ScalarPlaces {
  let program: ScalarProgram
  /// Inputs and parameters, constants, all that instructions make.
  private let base: UnsafeMutablePointer<Double>
  private let code: UnsafeMutablePointer<UInt16>
  private let machine: scalar_machine_code?
  /// Where outputs and entries lie.
  private let outputs: UnsafeMutableBufferPointer<UInt16>
  private let entries: UnsafeMutableBufferPointer<UInt16>

  /// - Parameter usesMachineCode: whether the processor's own instructions are
  ///   run where there are some.
  init(_ program: ScalarProgram, usesMachineCode: Bool = true) {
    self.program = program
    machine = usesMachineCode ? program.machine?.run : nil
    base = .allocate(capacity: program.placeCount)
    base.initialize(repeating: 0, count: program.placeCount)
    for constant in program.constants {
      base[Int(constant.place)] = constant.value
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
  }

  deinit {
    base.deallocate()
    code.deallocate()
    outputs.deallocate()
    entries.deallocate()
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

  /// Runs at a point.
  ///
  /// - Complexity: the instructions; allocates nothing.
  func run(at point: [Double], _ parameters: [Double]) -> Outcome {
    let base = base
    var next = 0
    for value in point {
      base[next] = value
      next += 1
    }
    for value in parameters {
      base[next] = value
      next += 1
    }
    range_flags_clear()
    let takesThisWay =
      if let machine { machine(base) } else {
        scalar_program_run(code, base, CalledFunction.table.functions)
      }
    guard takesThisWay else { return .otherWay }
    // 0 · x is 0 for every finite x, and NaN for all others.
    var zero = 0.0
    for place in entries { zero += 0 * base[Int(place)] }
    return zero == 0 && !range_flags_are_raised() ? .finished : .outOfRange
  }

  /// Output `index` of the last run.
  func output(_ index: Int) -> Double { base[Int(outputs[index])] }

  /// Writes the m outputs of the last run.
  func writeOutputs(into value: inout MutableSpan<Double>) {
    for index in 0..<outputs.count { value[index] = base[Int(outputs[index])] }
  }

  /// Writes all m × n entries of the last run, row by row.
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
