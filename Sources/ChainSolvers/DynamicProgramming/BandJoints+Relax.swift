import JacobianChain

extension BandJoints {
  /// Passes may take in more spans than they are meant for: as the inner or
  /// outer span of a regime, one without a share there is infinite, and a
  /// product with a dense span costs no less than with a band in its place.
  func relax(
    _ row: Row, _ i: Int, _ ks: Range<Int>, _ js: Range<Int>,
    inner: UnsafePointer<Double>, innerJoints: BandJoints,
    outer: UnsafePointer<Double>, side: Int, target: BandJoints
  ) {
    guard !js.isEmpty, !ks.isEmpty else { return }
    let chain = chain
    let dense = min(max(ks.lowerBound, chain.denseFrom[i]), ks.upperBound)
    if dense < ks.upperBound {
      sweepDense(
        row, i, dense..<ks.upperBound, js, inner,
        outer + (dense - ks.lowerBound) * side, side)
    }
    let bands = ks.lowerBound..<dense
    guard !bands.isEmpty else { return }
    if js.upperBound <= chain.cutFrom[bands.lowerBound],
      bands.upperBound <= chain.cutFrom[i],
      let regime = chain.regime(i, bands, js)
    {
      sweepBands(i, bands, js, regime, innerJoints, target)
      return
    }
    var (first, tail) = (bands.lowerBound, outer)
    while first < bands.upperBound {
      let group = first..<min(first + 4, bands.upperBound)
      relaxGroup(row, i, group, js, inner, innerJoints, tail, side, target)
      (first, tail) = (first + 4, tail + 4 * side)
    }
  }

  /// At most four inner bands: with dense spans, with bands, and with those
  /// whose widths aren't differences.
  private func relaxGroup(
    _ row: Row, _ i: Int, _ ks: Range<Int>, _ js: Range<Int>,
    _ inner: UnsafePointer<Double>, _ innerJoints: BandJoints,
    _ outer: UnsafePointer<Double>, _ side: Int, _ target: BandJoints
  ) {
    let chain = chain
    // Spans of later starts fill up later.
    let dense = max(chain.denseFrom[ks.lowerBound], js.lowerBound)
    if dense < js.upperBound {
      let first = dense - (dense - js.lowerBound) % 4
      let sweep = DenseOuterSweep(
        nonzeros: innerJoints.nonzeros(i), rows: chain.dimensions)
      sweep.relax(row, ks, first..<js.upperBound, inner, outer, side)
    }
    let end = min(js.upperBound, chain.cutFrom[ks.upperBound - 1])
    if js.lowerBound < end, ks.lowerBound < chain.cutFrom[i] {
      if let regime = chain.regime(i, ks, js.lowerBound..<end) {
        sweepBands(
          i, ks, js.lowerBound..<end, regime, innerJoints, target)
      } else {
        sweepMixed(i, ks, js.lowerBound..<end, innerJoints, target)
      }
    }
    if chain.isSymmetric { return }
    for k in ks {
      let cut = k < chain.cutFrom[i] ? chain.cutFrom[k] : js.lowerBound
      let (first, end) = (
        max(js.lowerBound, cut), min(js.upperBound, chain.denseFrom[k])
      )
      guard first < end else { continue }
      relaxCut(
        row, i, k, first..<end, inner[k], outer + (k - ks.lowerBound) * side)
    }
  }

  /// Dense inner spans.
  private func sweepDense(
    _ row: Row, _ i: Int, _ ks: Range<Int>, _ js: Range<Int>,
    _ inner: UnsafePointer<Double>, _ outer: UnsafePointer<Double>,
    _ side: Int
  ) {
    let sweep = DenseInnerSweep(
      columns: chain.dimensions[i], nonzeros: nonzeros(ks.lowerBound),
      first: ks.lowerBound, stride: stride)
    sweep.relax(row, ks, js, inner, outer, side)
  }

  /// Bands whose products are all of one regime.
  private func sweepBands(
    _ i: Int, _ ks: Range<Int>, _ js: Range<Int>,
    _ regime: CostModel.BandRegime, _ innerJoints: BandJoints,
    _ target: BandJoints
  ) {
    let (least, entries) = (
      target.inner(regime, i), innerJoints.inner(regime, i)
    )
    let tails = outer(regime, ks.lowerBound)
    if chain.isSymmetric {
      let sweep = SymmetricSweep(
        chain: chain, start: chain.sums(i), regime: regime)
      sweep.relax(least, ks, js, entries, tails, stride)
    } else {
      let sweep = PlainSweep(chain: chain, start: chain.sums(i), regime: regime)
      sweep.relax(least, ks, js, entries, tails, stride)
    }
  }

  /// Bands of several regimes: the polynomial for wider outer bands, and what
  /// is missing where they are narrower.
  private func sweepMixed(
    _ i: Int, _ ks: Range<Int>, _ js: Range<Int>, _ innerJoints: BandJoints,
    _ target: BandJoints
  ) {
    let (least, entries) = (target.inner([], i), innerJoints.inner([], i))
    let tails = outer([], ks.lowerBound)
    if chain.isSymmetric {
      let sweep = MixedSymmetricSweep(
        wider: SymmetricSweep(chain: chain, start: chain.sums(i), regime: []))
      sweep.relax(least, ks, js, entries, tails, stride)
    } else {
      let sweep = MixedSweep(
        wider: PlainSweep(chain: chain, start: chain.sums(i), regime: []))
      sweep.relax(least, ks, js, entries, tails, stride)
    }
  }

  /// Bands of which one is full on one side.
  private func relaxCut(
    _ row: Row, _ i: Int, _ k: Int, _ js: Range<Int>, _ base: Double,
    _ tail: UnsafePointer<Double>
  ) {
    let inner = chain.band(i, k)
    for j in js {
      let price = base + tail[j] + chain.band(k, j).price(times: inner)
      row[j] = price < row[j] ? price : row[j]
    }
  }
}
