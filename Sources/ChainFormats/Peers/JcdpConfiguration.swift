import JacobianChain

/// What a configuration file of jcdp says of the chains that it draws
/// (Märtens & Naumann, RWTH Aachen): one key and its values a line.
///
/// | key | here | left out |
/// |---|---|---|
/// | `length` | `lengths`, separated by commas | 1 |
/// | `size_range` | `dimensions` | 1 1 |
/// | `dag_size_range` | `costs`, also the tape | 1 1 |
/// | `tangent_factor_range` | `tangentFactors` | 1 1 |
/// | `adjoint_factor_range` | `adjointFactors` | 1 1 |
/// | `seed` | `seed` | random |
/// | `matrix_free` | `matrixFree` | 0 |
/// | `available_memory` | `tapePerStep`; 0 is unlimited | 0 |
/// | `available_threads` | `machines`; 0 is unlimited | 0 |
///
/// Keys that say nothing of one chain or don't change its prices are counted
/// in `passedOver`. Any other is refused.
package struct JcdpConfiguration: Hashable, Sendable {
  /// The numbers of factors of the chains.
  package var lengths = [1]
  /// Of interfaces.
  package var dimensions = 1...1
  /// The edges of a factor's DAG: its tape, and its cost before the factors.
  package var costs = 1...1
  /// Cost of a tangent ÷ edges, in millionths.
  package var tangentFactors = 1_000_000...1_000_000
  /// Cost of an adjoint ÷ edges, in millionths.
  package var adjointFactors = 1_000_000...1_000_000
  /// The seed; nil when the file names none.
  package var seed: UInt64?
  /// Whether eliminations may be used.
  package var matrixFree = false
  /// The most memory units of one adjoint; nil for unlimited.
  package var tapePerStep: Int?
  /// The number of machines; nil for unlimited.
  package var machines: Int?
  /// Known keys of the file that make no difference to one chain.
  package var passedOver: [String] = []

  /// The largest file that is read: 1 MiB.
  package static let sizeLimit = 1 << 20

  /// Reads a configuration.
  ///
  /// - Parameters:
  ///   - bytes: the file.
  ///   - file: its name for errors, which stand at `file:line`.
  /// - Throws: `ChainError`, also for keys that jcdp would ignore.
  /// - Complexity: O(bytes).
  package init(
    parsing bytes: some Collection<UInt8>, file: String
  ) throws(ChainError) {
    guard bytes.count <= Self.sizeLimit else {
      throw ChainError(
        .tooLarge, at: file, expected: "at most \(Self.sizeLimit) bytes",
        found: "\(bytes.count) bytes", advice: "name a configuration of jcdp")
    }
    var reader = JcdpReader(lines: TextLines(bytes: Array(bytes), file: file))
    self = try reader.read(into: JcdpConfiguration())
  }

  private init() {}
}
