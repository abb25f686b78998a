/// What one step of a plan does, before anybody says what that costs.
///
/// A `Rate` makes one exact integer of it.
package struct Work: Hashable, Sendable {
  /// The loops that carry a step out: what their speed depends on is measured
  /// for each of them alone.
  package enum Kernel: String, Hashable, Sendable, CaseIterable {
    /// Dense times dense, m × k times k × n; with zero rows and columns left
    /// out where they are known.
    case dense
    /// diagonal · dense, m × n.
    case scaleRows
    /// dense · diagonal, m × n.
    case scaleColumns
    /// banded · dense.
    case bandTimesDense
    /// dense · banded.
    case denseTimesBand
    /// sparse · dense.
    case sparseTimesDense
    /// dense · sparse.
    case denseTimesSparse
    /// Small dense products down a diagonal, m × k times k × n each.
    case blocks
    /// Products of bands and diagonals, along their diagonals.
    case bands
    /// sparse · banded where the entries of a row are neighbours, along the
    /// diagonals of the band.
    case runsTimesBand
    /// Any other pair where rows of the outer operand have the same columns:
    /// up to eight of them side by side.
    case alikeRows
    /// The same where entries of the inner operand's rows are neighbours: run
    /// by run.
    case rowRuns
    /// Any other pair, row by row.
    case general
    /// selection · dense: whole rows are copied.
    case pickRows
    /// dense · selection: columns go to their places one by one.
    case addColumns
    /// One stream of doubles in, one out: sums, signs, scaled entries.
    case stream
    /// Tangents or adjoints of a function, from seeds to results.
    case evaluate
    /// Entries of matrices that are read in turn, over and over, by products
    /// with few rows: not a step of its own, see `Reading`.
    case reload
  }

  /// What carries it out; nil where nothing is to be done: entries at hand,
  /// products with an identity, values without entries.
  package let kernel: Kernel?
  /// How often a kernel of these sizes runs: once, or once for each block.
  package let count: Int
  /// The sizes that the kernel's speed depends on.
  package let sizes: Sizes
  /// Fused multiply-adds.
  package let fma: UInt128
  /// Bytes of doubles that are read or written once: operands and result, of
  /// an evaluation the result.
  package let bytes: UInt128
  /// Tangent or adjoint evaluations.
  package let evaluations: Int
  /// Memory units that the step tapes.
  package let tape: UInt128
  /// Nanoseconds, where they were measured for this very function.
  package let measured: Double?

  /// Three sizes, as a table of times is asked for them; means where rows
  /// differ, so that they need not be whole.
  package struct Sizes: Hashable, Sendable {
    /// Rows of the result, of one block; of a stream 1, of an evaluation 1.
    package let rows: Double
    /// Terms of an entry of a dense result, or entries of a row of the outer
    /// operand where the result isn't dense; the fma of one evaluation; else 1.
    package let shared: Double
    /// Columns of a dense result, or entries that each entry of the outer
    /// operand meets; of a stream its doubles; of an evaluation the number of
    /// seeds.
    package let columns: Double

    /// Creates three sizes.
    package init(_ rows: Double, _ shared: Double, _ columns: Double) {
      (self.rows, self.shared, self.columns) = (rows, shared, columns)
    }
  }

  /// No work at all, but for a tape.
  static func nothing(fma: UInt128 = 0, tape: UInt128 = 0) -> Work {
    Work(
      nil, Sizes(1, 1, 1), fma: fma, entries: 0, evaluations: 0, tape: tape)
  }

  init(
    _ kernel: Kernel?, _ sizes: Sizes, count: Int = 1, fma: UInt128,
    entries: UInt128, evaluations: Int = 0, tape: UInt128 = 0,
    measured: Double? = nil
  ) {
    self.kernel = kernel
    self.sizes = sizes
    self.count = count
    self.fma = fma
    bytes = 8 * entries
    self.evaluations = evaluations
    self.tape = tape
    self.measured = measured
  }
}
