import JacobianChain

/// A layer's linearisation with second derivatives, on pointers.
protocol CurvedLayerLinearization: LayerLinearization, CurvedLinearization {
  /// Doubles that the entries of the curvature take.
  var curvatureEntries: Int { get }
  /// As `curvature`, for m weights.
  func writeCurvature(_ weights: Input, into entries: Output) throws
  /// As `curvatureProducts`, for m weights, n × width and n × width doubles.
  func bend(
    _ weights: Input, _ seeds: Input, _ width: Int, into block: Output
  ) throws
}

extension CurvedLayerLinearization {
  func curvature(
    weights: Span<Double>, into entries: inout MutableSpan<Double>
  ) throws {
    try measure(weights.count, shape.rows, "curvature/weights")
    try measure(entries.count, curvatureEntries, "curvature/entries")
    try withPointers(weights, &entries) { try writeCurvature($0, into: $1) }
  }

  func curvatureProducts(
    weights: Span<Double>, of seeds: Span<Double>, width: Int,
    into block: inout MutableSpan<Double>
  ) throws {
    try measure(weights.count, shape.rows, "curvatureProducts/weights")
    try measure(seeds.count, shape.columns * width, "curvatureProducts/seeds")
    try measure(block.count, shape.columns * width, "curvatureProducts/block")
    guard width > 0 else { return }
    try weights.withUnsafeBufferPointer { weights in
      guard let weights = weights.baseAddress else { return }
      try withPointers(seeds, &block) { try bend(weights, $0, width, into: $1) }
    }
  }

  var curvatureEntries: Int { 0 }

  func writeCurvature(_ weights: Input, into entries: Output) throws {
    throw missingCurvature
  }

  func bend(
    _ weights: Input, _ seeds: Input, _ width: Int, into block: Output
  ) throws { throw missingCurvature }

  /// Nothing was kept for it, or there is no formula.
  var missingCurvature: ChainError {
    .layer(
      shape.name, "curvature", expected: "second derivatives that were kept",
      found: "none", advice: "move with .curvature, and ask for entries")
  }
}
