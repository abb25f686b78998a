import JacobianChain

/// The patterns of both Jacobians of a convolution.
struct ConvolutionPatterns {
  let state: Pattern
  let parameters: Pattern

  init(
    _ name: String, _ inputChannels: Int, _ outputChannels: Int,
    _ length: Int, _ outputLength: Int, _ kernel: Int, _ stride: Int,
    _ padding: Int
  ) throws(ChainError) {
    let (m, n) = (outputChannels * outputLength, inputChannels * length)
    let width = inputChannels * kernel + 1
    let seen = outputChannels.multipliedReportingOverflow(
      by: outputLength * (width - 1))
    guard !seen.overflow, seen.partialValue <= SparsePattern.entryLimit else {
      throw ChainError(
        .tooLarge, at: name,
        expected: "at most \(SparsePattern.entryLimit) entries",
        found: "\(m) rows of up to \(width - 1)",
        advice: "split the layer by channels")
    }
    /// Calls `body(row, t, c, k, point)` for every kernel point on x.
    func forEach(_ body: (Int, Int, Int, Int, Int) -> Void) {
      for row in 0..<m {
        let t = row % outputLength
        for c in 0..<inputChannels {
          for k in 0..<kernel {
            let point = t * stride + k - padding
            if point >= 0, point < length { body(row, t, c, k, point) }
          }
        }
      }
    }
    if inputChannels == 1, outputChannels == 1, stride == 1 {
      state = try Pattern(
        rows: m, columns: n,
        structure: .banded(lower: padding, upper: kernel - 1 - padding),
        at: name)
    } else {
      var (rows, columns): ([Int], [Int]) = ([], [])
      forEach { row, _, c, _, point in
        rows.append(row)
        columns.append(c * length + point)
      }
      let pattern = try SparsePattern(
        rows: m, columns: n, rowIndices: rows, columnIndices: columns)
      state = try Pattern(
        rows: m, columns: n, structure: .sparse(pattern), at: name)
    }
    if padding == 0 {
      parameters = try Pattern(
        rows: m, columns: outputChannels * width,
        structure: .blockDiagonal(
          count: outputChannels, rows: outputLength, columns: width), at: name)
    } else {
      var rows = Array(0..<m)
      var columns = rows.map { $0 / outputLength * width + width - 1 }
      forEach { row, _, c, k, _ in
        rows.append(row)
        columns.append(row / outputLength * width + c * kernel + k)
      }
      let pattern = try SparsePattern(
        rows: m, columns: outputChannels * width, rowIndices: rows,
        columnIndices: columns)
      parameters = try Pattern(
        rows: m, columns: outputChannels * width, structure: .sparse(pattern),
        at: name)
    }
  }
}
