import ChainBenchResults

/// Who is held against whom, in figures where less is better.
struct Rivalry: Sendable {
  var suite: String
  var quantity: ExpectedSuite.Quantity
  /// Ours.
  var own: String
  /// Which others are compared: peers and other ways of ours.
  var isRival: @Sendable (String) -> Bool

  static let all: [Rivalry] =
    [
      Rivalry(
        suite: "seconds", quantity: .seconds, own: "optimum",
        isRival: { $0 != "prepared jacobian" }),
      // What it does beyond the product, JAX and CasADi do, too.
      Rivalry(
        suite: "seconds", quantity: .seconds, own: "prepared jacobian",
        isRival: { Peer.differentiates($0) }),
      Rivalry(
        suite: "execution", quantity: .execution, own: "plan",
        isRival: { $0 == "bare dgemm" }),
      Rivalry(
        suite: "execution", quantity: .execution, own: "prepared plan",
        isRival: { $0 == "bare dgemm" }),
      Rivalry(
        suite: "functions", quantity: .functions, own: "planned",
        isRival: { _ in true }),
      Rivalry(
        suite: "python", quantity: .jax("jacobian seconds"), own: "jacobian",
        isRival: { _ in true }),
      Rivalry(
        suite: "ordering", quantity: .ordering, own: "hu-shing",
        isRival: { _ in true }),
    ]
    + ["dynamic-programming", "shared-products"].map { own in
      Rivalry(
        suite: "ordering", quantity: .ordering, own: own,
        isRival: {
          !["hu-shing", "dynamic-programming", "shared-products"].contains($0)
        })
    }
    + ["hu-shing", "dynamic-programming"].map { own in
      Rivalry(
        suite: "exactness", quantity: .exactness, own: own,
        isRival: { _ in true })
    } + [
      Rivalry(
        suite: "joint", quantity: .joint, own: "joint optimum",
        isRival: { _ in true }),
      Rivalry(
        suite: "joint", quantity: .proof, own: "shared-products",
        isRival: { _ in true }),
      Rivalry(
        suite: "parallel", quantity: .parallel, own: "2 workers",
        isRival: { $0 != "machine limit" }),
      Rivalry(
        suite: "memory", quantity: .memory, own: "optimum",
        isRival: { _ in true }),
    ]

  /// A case that is lost.
  struct Loss {
    var name: String
    var rival: String
    /// Ours over theirs.
    var ratio: Double
    /// Whether the quartiles meet, so that another run may say otherwise.
    var isClose: Bool
    /// What the rival's answer costs over the optimum, when it isn't that.
    var price: Double?
  }

  /// How it went.
  struct Outcome {
    /// How many cases could be compared, by rival.
    var compared: [String: Int] = [:]
    var losses: [Loss] = []
  }

  /// All comparisons that the results allow.
  func outcome(_ results: BenchResults) -> Outcome {
    let pivot = Pivot(quantity, results.rows(suite, quantity.name))
    var outcome = Outcome()
    for rival in pivot.contestants where rival != own && isRival(rival) {
      for item in pivot.cases {
        guard let ours = pivot[item.name, own], let mine = ours.figure,
          let theirs = pivot[item.name, rival], let other = theirs.figure
        else { continue }
        outcome.compared[rival, default: 0] += 1
        // Prices are equal but for rounding, or not.
        guard mine > other * (1 + 1e-9) else { continue }
        outcome.losses.append(
          Loss(
            name: item.name, rival: rival, ratio: mine / other,
            isClose: ours.low <= theirs.high, price: theirs.price))
      }
    }
    return outcome
  }
}

/// What is known of peers.
enum Peer {
  /// Contestants of the suite seconds that are ours.
  static let ours = [
    "optimum", "forward", "reverse", "best split", "prepared jacobian",
  ]

  /// Those in which somebody who knows the shapes has chosen the order.
  static let experts: Set = ["jax by hand"]

  /// Whether it starts from a function, not from given factors.
  static func differentiates(_ name: String) -> Bool {
    name.hasPrefix("jax") || name == "casadi"
  }

  /// Which contestant of ours does the same work.
  static func counterpart(_ name: String) -> String {
    differentiates(name) ? "prepared jacobian" : "optimum"
  }
}
