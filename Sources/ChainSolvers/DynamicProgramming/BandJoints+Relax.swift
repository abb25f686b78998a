import JacobianChain

extension BandJoints {
  /// Passes may take in more spans than they are meant for: as the inner or
  /// outer span of two bands, one that is dense is infinite, and a product with
  /// a dense span costs no less than with a band in its place.
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
    if js.upperBound <= chain.denseFrom[bands.lowerBound],
      let isNarrower = chain.isOuterNarrower(i, bands, js)
    {
      sweepBands(i, bands, js, isNarrower, innerJoints, target)
      return
    }
    var (first, tail) = (bands.lowerBound, outer)
    while first < bands.upperBound {
      let group = first..<min(first + 4, bands.upperBound)
      relaxGroup(row, i, group, js, inner, innerJoints, tail, side, target)
      (first, tail) = (first + 4, tail + 4 * side)
    }
  }

  /// At most four inner bands: with dense spans, and with bands.
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
    sweepBands(
      i, ks, bands, chain.isOuterNarrower(i, ks, bands), innerJoints, target)
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
  /// - Parameter isNarrower: whether the outer ones are the narrower ones; nil
  ///   when some are.
  private func sweepBands(
    _ i: Int, _ ks: Range<Int>, _ js: Range<Int>, _ isNarrower: Bool?,
    _ innerJoints: BandJoints, _ target: BandJoints
  ) {
    // If only some are, the polynomial that is exact or too small.
    let known = isNarrower ?? false
    @inline(__always)
    func relax(_ sweep: some BandSweep) {
      sweep.relax(
        target.inner(known, i), ks, js, innerJoints.inner(known, i),
        outer(known, ks.lowerBound), stride)
    }
    let alike = AlikeBandsSweep(
      sums: chain.sums, start: chain.sums[i], outerIsNarrower: known)
    if isNarrower != nil {
      relax(alike)
    } else {
      relax(MixedBandsSweep(wider: alike))
    }
  }
}
