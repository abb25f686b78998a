import Testing

@testable import ChainBenchReport

/// What is lost is listed, computed from the rows.
@Suite struct LossesTests {
  private func results(_ suite: String, _ rows: [String]) -> BenchResults {
    BenchResults(files: [
      suite: "case,contestant,quantity,family,size,outcome,samples,median,"
        + "low,high,note\n" + rows.map { $0 + "\n" }.joined()
    ])
  }

  private func row(
    _ name: String, _ contestant: String, _ seconds: Double,
    _ outcome: String = "measured"
  ) -> String {
    "\(name),\(contestant),run seconds,workloads,3,\(outcome),3,\(seconds),"
      + "\(seconds * 0.9),\(seconds * 1.1),"
  }

  private func report(_ rows: [String]) -> String {
    BenchReport(results("seconds", rows)).markdown
  }

  @Test func peerAhead() {
    let text = report([
      row("a", "optimum", 2), row("a", "numpy multi_dot", 1),
      row("b", "optimum", 1.05), row("b", "numpy multi_dot", 1),
      row("c", "optimum", 1), row("c", "numpy multi_dot", 9),
    ])
    #expect(
      text.contains(
        "* seconds, run seconds: optimum is behind numpy multi_dot in 2 of 3: "
          + "a (2.00×) and b (1.05×, close)."))
    #expect(text.contains("Of 3 comparisons with a peer or another way 2 are"))
  }

  /// An answer that is wrong, or never came, wins nothing.
  @Test func onlyCheckedAnswersCompete() {
    let text = report([
      row("a", "optimum", 2), row("a", "casadi", 1, "wrong"),
      row("b", "optimum", 2), row("b", "casadi", 1, "unfinished"),
    ])
    #expect(!text.contains("is behind"))
  }

  /// JAX differentiates, our plan for given factors does not.
  @Test func gainComparesLikeWithLike() {
    let rows = [
      row("a", "optimum", 1), row("a", "prepared jacobian", 4),
      row("a", "jax jacrev", 8), row("a", "numpy multi_dot", 3),
    ]
    let headline = Headline(results: results("seconds", rows))
    #expect(headline.rows[0].tool?.name == "jax jacrev")
    #expect(headline.rows[0].tool?.gain == 2)
    #expect(headline.rows[0].seconds == 4)
    let alone = Headline(
      results: results("seconds", [rows[0], rows[2]]))
    #expect(alone.rows[0].tool == nil)
  }

  /// Equal prices are no loss, and no gain either.
  @Test func alreadyOptimal() {
    let text = BenchReport(
      results(
        "savings",
        ["forward", "reverse", "optimum"].map {
          "w12,\($0),product fma,workloads,3,measured,1,"
            + ($0 == "forward" ? "9,9,9," : "5,5,5,")
        })
    ).markdown
    #expect(text.contains("In 1 of 1 reverse already is optimal: w12."))
    #expect(text.contains("In 0 of 1 forward already is optimal."))
    #expect(text.contains("| w12 | 9 | 5 | 5 | 1.00× |"))
  }
}
