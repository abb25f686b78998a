/// What products with the derivative of one function take on this machine, as
/// measured: for a block of w seeds `fixed` + w · `perSeed` nanoseconds.
package struct EvaluationTime: Hashable, Sendable {
  /// Nanoseconds of a block, however many seeds it has.
  package var fixed: Int
  /// Nanoseconds of each of its seeds.
  package var perSeed: Int

  /// Creates a time.
  package init(fixed: Int, perSeed: Int) {
    (self.fixed, self.perSeed) = (fixed, perSeed)
  }

  /// The most nanoseconds of either part: eleven days, as in a profile.
  package static let most = Int(TimeTable.most)

  /// Nanoseconds of so many seeds in blocks of `width` at most.
  func nanoseconds(seeds: Int, inBlocksOf width: Int) -> Double {
    let blocks = (Double(seeds) / Double(width)).rounded(.up)
    return blocks * Double(fixed) + Double(perSeed) * Double(seeds)
  }
}

extension Factor {
  /// What products in `mode` take, if that was measured.
  package func time(_ mode: Mode) -> EvaluationTime? {
    switch mode {
    case .tangent: tangentTime
    case .adjoint: adjointTime
    }
  }
}
