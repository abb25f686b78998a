/// Where a long chain is cut: the narrowest interfaces that leave no piece
/// much lighter than its share.
///
/// - Parameters:
///   - weights: for each factor, fma for one vector.
///   - widths: of all interfaces, one more than there are factors.
///   - count: the most pieces.
///   - lightest: the share of the chain that a piece has at least, as one of
///     so many.
/// - Returns: interfaces in ascending order, both ends of the chain included.
/// - Complexity: O(q log q + q · count).
func narrowCuts(
  _ weights: [UInt128], _ widths: [UInt128], pieces count: Int, lightest: Int
) -> [Int] {
  var sums = [UInt128(0)]
  for weight in weights { sums.append(sums.last! + weight) }
  let least = sums.last! / UInt128(lightest)
  var cuts = [0, weights.count]
  let interfaces = (1..<weights.count).sorted {
    (widths[$0], $0) < (widths[$1], $1)
  }
  for cut in interfaces {
    guard cuts.count <= count else { break }
    let place = cuts.firstIndex { $0 > cut }!
    if sums[cut] - sums[cuts[place - 1]] > least,
      sums[cuts[place]] - sums[cut] > least
    {
      cuts.insert(cut, at: place)
    }
  }
  return cuts
}
