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
    if chain.hasUnits { relaxUnits(row, i, ks, js, inner, outer, side) }
    let dense = min(max(ks.lowerBound, chain.denseFrom[i]), ks.upperBound)
    if dense < ks.upperBound {
      sweepDense(
        row, i, dense..<ks.upperBound, js, inner,
        outer + (dense - ks.lowerBound) * side, side)
    }
    let bands = ks.lowerBound..<dense
    guard !bands.isEmpty else { return }
    if js.upperBound <= chain.cutFrom[bands.lowerBound],
      let regime = chain.regime(i, bands, js)
    {
      sweepBands(
        i, bands, js, regime, areCut: false, innerJoints, target)
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
  @inline(__always)
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
    let end = min(js.upperBound, chain.denseFrom[ks.upperBound - 1])
    guard js.lowerBound < end else { return }
    let bands = js.lowerBound..<end
    let areCut = end > chain.cutFrom[ks.lowerBound]
    sweepBands(
      i, ks, bands, chain.regime(i, ks, bands), areCut: areCut, innerJoints,
      target)
    if areCut, chain.areCutApart(i, ks, bands) {
      relaxCut(row, i, ks, bands, inner, outer, side)
    }
  }

  /// Identities as one of the operands.
  private func relaxUnits(
    _ row: Row, _ i: Int, _ ks: Range<Int>, _ js: Range<Int>,
    _ inner: UnsafePointer<Double>, _ outer: UnsafePointer<Double>,
    _ side: Int
  ) {
    let end = min(ks.upperBound, chain.unitTo[i] + 1)
    if ks.lowerBound < end {
      UnitSweep().relax(row, ks.lowerBound..<end, js, inner, outer, side)
    }
    // Units from earlier splits to these ends go through the last split, too.
    guard js.lowerBound <= chain.unitTo[ks.upperBound - 1] else { return }
    for k in ks {
      let tail = outer + (k - ks.lowerBound) * side
      for j in js where j <= chain.unitTo[k] {
        row[j] = min(row[j], inner[k] + tail[j])
      }
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

  /// Bands with bands.
  ///
  /// - Parameters:
  ///   - regime: that of all products; nil when there are several.
  ///   - areCut: whether outer bands may be cut off.
  private func sweepBands(
    _ i: Int, _ ks: Range<Int>, _ js: Range<Int>,
    _ regime: CostModel.BandRegime?, areCut: Bool, _ innerJoints: BandJoints,
    _ target: BandJoints
  ) {
    // Of several, the one whose polynomial is exact or too small.
    let known = regime ?? []
    @inline(__always)
    func relax(_ sweep: some BandSweep) {
      sweep.relax(
        target.inner(known, i), ks, js, innerJoints.inner(known, i),
        outer(known, ks.lowerBound), stride)
    }
    if chain.isSymmetric {
      let symmetric = SymmetricSweep(
        chain: chain, start: chain.sums(i).symmetric, regime: known)
      if regime != nil {
        relax(symmetric)
      } else {
        relax(MixedSymmetricSweep(wider: symmetric))
      }
      return
    }
    let plain = PlainSweep(
      chain: chain, start: chain.sums(i),
      terms: CostModel.BandTerms(size: chain.dimensions[i]), regime: known,
      areCut: ks.upperBound > chain.cutFrom[i])
    switch (regime != nil, areCut) {
    case (true, false): relax(plain)
    case (true, true): relax(CutSweep(uncut: plain, plain: plain))
    case (false, false): relax(MixedSweep(wider: plain))
    case (false, true):
      relax(CutSweep(uncut: MixedSweep(wider: plain), plain: plain))
    }
  }

  /// Bands of which one is cut off above the diagonal and the other one below
  /// it: sweeps make them dearer than they are.
  private func relaxCut(
    _ row: Row, _ i: Int, _ ks: Range<Int>, _ js: Range<Int>,
    _ inner: UnsafePointer<Double>, _ outer: UnsafePointer<Double>,
    _ side: Int
  ) {
    for k in ks {
      let tail = outer + (k - ks.lowerBound) * side
      for j in js {
        row[j] = min(row[j], inner[k] + tail[j] + chain.price(i, k, j))
      }
    }
  }
}
