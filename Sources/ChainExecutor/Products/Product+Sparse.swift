import CChainKernels
import JacobianChain

extension Product {
  /// sparse · (dense | submatrix): each row is a combination of rows of the
  /// core, a tile of columns at a time.
  func sparseTimesCore(_ pattern: SparsePattern) -> Kernel {
    let core = Core(inner)
    let rows = Core(result).rows
    if core.rows.count == inner.rows, rows.count == result.rows {
      switch SparseRows(pattern) {
      case .panels(let panels): return panelsTimesDense(pattern, panels)
      case .runs(let runs): return runsTimesDense(runs, core.stride)
      case .scattered: break
      }
    }
    let width = core.stride
    let most = max(1, pattern.longestRow)
    return Kernel(scratch: 2 * most) { [loops] at in
      let x = at.scratch
      let sources = Loops.rowList(at.scratch + most, most)
      return pattern.columnIndices.withUnsafeBufferPointer { indices in
        var fma = 0
        for start in stride(from: 0, to: width, by: Loops.tile) {
          let length = min(Loops.tile, width - start)
          rows.forEach { row, rank in
            var terms = 0
            for t in pattern.rowStarts[row]..<pattern.rowStarts[row + 1] {
              guard let source = core.rows.rank(of: indices[t]) else {
                continue
              }
              x[terms] = at.outer[t]
              sources[terms] = UnsafePointer(
                at.inner + source * width + start)
              terms += 1
            }
            fma += loops.combine(
              length, terms, x, sources,
              into: at.result + rank * width + start)
          }
        }
        return fma
      }
    }
  }

  /// sparse · dense where the entries of a row are neighbours: they multiply
  /// neighbouring rows, few enough to stay in the first cache, into sums that
  /// stay in registers.
  private func runsTimesDense(_ runs: NeighbourRuns, _ width: Int) -> Kernel {
    let rows = outer.rows
    return Kernel { [loops] at in
      runs.withListed { runs in
        var fma = 0
        for row in 0..<rows {
          let out = at.result + row * width
          let own = runs.ofRow(row)
          if own.isEmpty { out.update(repeating: 0, count: width) }
          for index in own {
            let run = runs[index]
            fma += loops.multiply(
              1, run.count, width, at.outer + run.entry, 0,
              at.inner + run.column * width, width, into: out, 0,
              adding: index > own.lowerBound)
          }
        }
        return fma
      }
    }
  }

  /// (dense | submatrix) · sparse: every entry of a row scatters a row of the
  /// sparse operand.
  func coreTimesSparse(_ pattern: SparsePattern) -> Kernel {
    let (core, target) = (Core(outer), Core(result))
    // Where each entry goes is the same for every row of the core.
    let scatter = Scatter(core, pattern, target)
    let rows = core.rows.count
    let (width, stride) = (core.stride, target.stride)
    if rows <= CostModel.fewRows {
      return Kernel { [loops] at in
        for row in 0..<rows {
          scatter.row(
            at.outer + row * width, at.result + row * stride, stride, at.inner,
            by: loops)
        }
        return rows * scatter.places.count
      }
    }
    return Kernel(scratch: 8 * (width + stride) + scatter.places.count) {
      [loops] at in
      // The vectors come first: they begin on a cache line.
      let packed = at.scratch
      let sums = packed + 8 * width
      let values = sums + 8 * stride
      for (t, source) in scatter.sources.enumerated() {
        values[t] = at.inner[source]
      }
      for row in Swift.stride(from: 0, to: rows, by: 8) {
        scatter.rows(
          min(8, rows - row), at.outer + row * width, width, packed,
          at.result + row * stride, stride, sums, values, by: loops)
      }
      return rows * scatter.places.count
    }
  }
}

/// Where the entries of a core go when it is multiplied by a sparse pattern.
private struct Scatter: Sendable {
  /// The columns of the result that are added to, core column by core column.
  let places: [Int]
  /// Where the values that are added lie in the sparse operand.
  let sources: [Int]
  /// Behind the last place of each core column.
  let ends: [Int]

  init(_ core: Core, _ pattern: SparsePattern, _ target: Core) {
    var (places, sources, ends): ([Int], [Int], [Int]) = ([], [], [])
    core.columns.forEach { shared, _ in
      for t in pattern.rowStarts[shared]..<pattern.rowStarts[shared + 1] {
        places.append(target.columns.rank(of: pattern.columnIndices[t])!)
        sources.append(t)
      }
      ends.append(places.count)
    }
    (self.places, self.sources, self.ends) = (places, sources, ends)
  }

  /// One row, without anything to work in.
  func row(
    _ source: UnsafeMutablePointer<Double>,
    _ out: UnsafeMutablePointer<Double>, _ outStride: Int,
    _ values: UnsafeMutablePointer<Double>, by loops: Loops
  ) {
    out.update(repeating: 0, count: outStride)
    // Without places there is nothing to scatter.
    guard !places.isEmpty else { return }
    loops.table.pointee.scatter_one(
      ends.count, ends, places, sources, source, values, out)
  }

  /// Up to eight rows side by side: an entry is looked up once for all of them,
  /// and what it scatters is one vector.
  func rows(
    _ count: Int, _ source: UnsafeMutablePointer<Double>, _ sourceStride: Int,
    _ packed: UnsafeMutablePointer<Double>,
    _ out: UnsafeMutablePointer<Double>, _ outStride: Int,
    _ sums: UnsafeMutablePointer<Double>,
    _ values: UnsafeMutablePointer<Double>, by loops: Loops
  ) {
    for t in 0..<sourceStride {
      for lane in 0..<8 {
        // The last row stands in for those that are missing.
        packed[8 * t + lane] = source[min(lane, count - 1) * sourceStride + t]
      }
    }
    sums.update(repeating: 0, count: 8 * outStride)
    ends.withUnsafeBufferPointer { ends in
      places.withUnsafeBufferPointer { places in
        // Without places there is nothing to scatter.
        guard let base = places.baseAddress else { return }
        loops.table.pointee.scatter_eight(
          ends.count, ends.baseAddress!, base, packed, values, sums)
      }
    }
    for t in 0..<outStride {
      for row in 0..<count { out[row * outStride + t] = sums[8 * t + row] }
    }
  }
}
