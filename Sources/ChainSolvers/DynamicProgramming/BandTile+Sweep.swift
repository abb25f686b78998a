import JacobianChain

extension BandTile {
  /// The sweep for splits `ks` and ends `js`, where all splits of row i and all
  /// ends of the tile are of one regime.
  func whole(
    _ i: Int, _ ks: Range<Int>, _ js: Range<Int>, _ size: Double,
    _ innerBands: BandTile
  ) -> BandSweep? {
    if whole.row != i {
      turn(to: innerBands)
      whole = (i, innerBands.sums.run(i), sums.common, nil)
      if !whole.ks.isEmpty, !whole.js.isEmpty {
        whole.sweep = regime(i, whole.ks, whole.js, size, innerBands)
      }
    }
    guard whole.sweep != nil, ks.clamped(to: whole.ks) == ks,
      js.clamped(to: whole.js) == js
    else { return nil }
    return whole.sweep
  }

  private func turn(to innerBands: BandTile) {
    splits.turn(to: innerBands, sums) { k in
      for sweep in sweeps { sweep.forget(k) }
    }
  }

  /// The ends, of those in `js`, that `sweep` takes for all splits of `ks`.
  func swept(
    _ i: Int, _ ks: Range<Int>, _ js: Range<Int>, _ innerBands: BandTile
  ) -> Range<Int> {
    let inner = innerBands.sums.run(i)
    var (first, end) = (js.lowerBound, js.upperBound)
    if ks.lowerBound < inner.lowerBound || ks.upperBound > inner.upperBound {
      return first..<first
    }
    if js.clamped(to: sums.common) == js { return js }
    for k in ks {
      let run = sums.run(k)
      (first, end) = (max(first, run.lowerBound), min(end, run.upperBound))
    }
    return first < end ? first..<end : js.lowerBound..<js.lowerBound
  }

  /// Joins the inner bands of row i with outer bands: all splits of `ks` with
  /// all ends of `js`, all of them `swept`. Cuts them until their products are
  /// of one regime; few are left to `relax`.
  func sweep(
    _ row: Row, _ i: Int, _ ks: Range<Int>, _ js: Range<Int>, size: Double,
    inner: UnsafePointer<Double>, innerBands: BandTile,
    outer: UnsafePointer<Double>, side: Int
  ) {
    func sweep(_ cut: Range<Int>, _ js: Range<Int>) {
      let tail = outer + (cut.lowerBound - ks.lowerBound) * side
      self.sweep(
        row, i, cut, js, size: size, inner: inner, innerBands: innerBands,
        outer: tail, side: side)
    }
    if let sweep = regime(i, ks, js, size, innerBands) {
      sweep.relax(
        row, i, ks, js, inner: inner, innerBands: innerBands, tile: self,
        outer: outer, side: side)
    } else if let j = firstAcross(i, js, size, innerBands) {
      sweep(ks, js.lowerBound..<j)
      sweep(ks, j..<js.upperBound)
    } else if js.count > 32 {
      let middle = js.lowerBound + js.count / 2
      sweep(ks, js.lowerBound..<middle)
      sweep(ks, middle..<js.upperBound)
    } else if ks.count > 4 {
      let middle = ks.lowerBound + ks.count / 2
      sweep(ks.lowerBound..<middle, js)
      sweep(middle..<ks.upperBound, js)
    } else {
      for k in ks {
        relax(
          row, i, k, js, size: size, base: inner[k], innerBands: innerBands,
          tail: outer + (k - ks.lowerBound) * side)
      }
    }
  }

  /// The sweep for the one regime of all these products, if there is one and
  /// room for it: widths fall with later starts and rise with later ends.
  private func regime(
    _ i: Int, _ ks: Range<Int>, _ js: Range<Int>, _ size: Double,
    _ innerBands: BandTile
  ) -> BandSweep? {
    let (first, last) = (ks.lowerBound, ks.upperBound - 1)
    let (near, far) = (js.lowerBound, js.upperBound - 1)
    let widths = innerBands.widths(of: i)
    let inner = (least: widths[first], most: widths[last])
    // What isn't a span has no widths.
    let outer = (
      least: self.widths(of: last)[near], most: self.widths(of: first)[far]
    )
    // Sums are the same for all splits, or else they are somewhere between.
    let sums =
      splits.isSteady
      ? (least: inner.most + outer.least, most: inner.least + outer.most)
      : (least: inner.least + outer.least, most: inner.most + outer.most)
    guard
      let regime = CostModel.BandRegime(
        size: size, inner: inner, outer: outer, sums: sums)
    else { return nil }
    for sweep in sweeps where sweep.holds(regime, size: size) { return sweep }
    guard sweeps.count < Self.mostSweeps else { return nil }
    let rows = firstRow..<firstRow + self.sums.count
    sweeps.append(BandSweep(regime, rows, js: self.js, size: size))
    return sweeps.last
  }

  /// The end at which products of all splits begin to reach across, where that
  /// is between the first and the last.
  private func firstAcross(
    _ i: Int, _ js: Range<Int>, _ size: Double, _ innerBands: BandTile
  ) -> Int? {
    guard splits.isSteady else { return nil }
    let start = splits.start(i, innerBands.sums)
    let ends = splits.ends
    func reaches(_ j: Int) -> Widths {
      let sums = start + ends[j]
      return Widths(
        lower: sums.lower >= size ? 1 : 0, upper: sums.upper >= size ? 1 : 0)
    }
    let first = reaches(js.lowerBound)
    if reaches(js.upperBound - 1) == first { return nil }
    return js.first { reaches($0) != first }
  }
}
