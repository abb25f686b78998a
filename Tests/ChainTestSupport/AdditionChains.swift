/// Lengths of shortest addition chains (OEIS A003313), found by looking at all
/// increasing chains, ever longer, until one ends in n.
package enum AdditionChains {
  /// The length for each n up to `limit`; entry 0 is unused.
  ///
  /// - Complexity: exponential in the length of the longest chain.
  package static func lengths(upTo limit: Int) -> [Int] {
    (0...limit).map { n in
      n < 2 ? 0 : (1...).first { reaches(n, [1], $0) }!
    }
  }

  /// Whether `steps` more sums can make the chain end in `n`.
  private static func reaches(_ n: Int, _ chain: [Int], _ steps: Int) -> Bool {
    let last = chain[chain.count - 1]
    if steps == 0 { return last == n }
    // Doubling is the fastest growth.
    if last << steps < n { return false }
    var tried = Set<Int>()
    for i in chain.indices.reversed() {
      for j in chain.indices[...i].reversed() {
        let sum = chain[i] + chain[j]
        guard sum > last, sum <= n, tried.insert(sum).inserted else { continue }
        if reaches(n, chain + [sum], steps - 1) { return true }
      }
    }
    return false
  }
}
