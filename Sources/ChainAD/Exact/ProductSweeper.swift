import JacobianChain

/// Entries of a factor that has products alone.
struct ProductSweeper: Sweeper {
  typealias Product = (
    _ mode: Mode, _ seeds: Span<Double>, _ width: Int,
    _ block: inout MutableSpan<Double>
  ) throws -> Void

  let name: String
  let rows: Int
  let columns: Int
  let modes: [Mode]
  let product: Product

  var recordedMode: Mode { .adjoint }

  func sweep(
    _ mode: Mode, width: Int, zeros: ZeroSeed,
    into block: inout MutableSpan<Double>, seed: (Int, Int) -> Double
  ) throws {
    let count = mode == .tangent ? columns : rows
    var seeds = [Double](repeating: 0, count: count * width)
    for index in 0..<count {
      for number in 0..<width {
        let place =
          mode == .tangent ? index * width + number : number * count + index
        seeds[place] = seed(index, number)
      }
    }
    try product(mode, seeds.span, width, &block)
  }

  /// The only mode, or the one with fewer seeds.
  func cheaperMode(tangents: Int, adjoints: Int) -> Mode {
    if modes.count == 1 { return modes[0] }
    return tangents <= adjoints ? .tangent : .adjoint
  }
}
