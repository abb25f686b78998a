import CChainKernels

/// A scalar function and its Jacobian as straight-line instructions over an
/// array of doubles, for the way that the function takes at some points: values,
/// partial derivatives and eliminations of vertices (Griewank & Walther 2008,
/// ch. 9 and 10). At points where it takes another way it says so.
///
/// Made by `ScalarProgramWriter`; a value that threads share. What belongs to
/// one point lies in `ScalarPlaces`.
struct ScalarProgram: Sendable {
  /// Instructions of `scalar_program.h`.
  let code: [UInt16]
  /// How many doubles it works on; the first are the inputs and parameters.
  let placeCount: Int
  /// Those that have values from the beginning.
  let constants: [(place: UInt16, value: Double)]
  /// The place of each output.
  let outputs: [UInt16]
  /// The place of each entry of the m × n Jacobian, row by row.
  let entries: [UInt16]
  /// Steps of the function that depend on an input and are needed: what one
  /// sweep of tangents or adjoints goes through.
  let stepCount: Int
  /// Instructions in all.
  let instructionCount: Int
  /// Multiplications of the eliminations.
  let multiplicationCount: Int

  /// The most places that an instruction can name.
  static let placeLimit = 1 << 16

  /// The same in the instructions of this processor; nil where that isn't
  /// possible.
  let machine: MachineCode?

  /// Machine code, which threads may run side by side.
  final class MachineCode: @unchecked Sendable {
    /// Never changes.
    let run: scalar_machine_code
    private let size: Int

    init?(_ code: [UInt16]) {
      var size = 0
      guard
        let machine = scalar_machine_code_make(
          code, CalledFunction.table.functions, &size)
      else { return nil }
      run = machine
      self.size = size
    }

    deinit { scalar_machine_code_free(run, size) }
  }
}
