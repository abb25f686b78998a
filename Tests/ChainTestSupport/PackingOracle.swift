/// Whether some assignment of pieces to bins gives none more than its size.
package func fits(_ pieces: ArraySlice<Int>, in bins: [Int]) -> Bool {
  guard let piece = pieces.first else { return true }
  return bins.indices.contains { bin in
    var left = bins
    left[bin] -= piece
    return left[bin] >= 0 && fits(pieces.dropFirst(), in: left)
  }
}
