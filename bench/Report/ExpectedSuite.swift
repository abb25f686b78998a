/// What a complete run leaves behind; what is absent of it is said.
struct ExpectedSuite: Sendable {
  /// A quantity and who is measured in it, in the order of tables.
  struct Quantity: Sendable {
    var name: String
    var contestants: [String]
    /// Those that are asked of some cases only, and missed where no case has
    /// them.
    var selective: Set<String> = []
  }

  /// The name of the file, without its ending.
  var name: String
  /// What the file holds, for the sentence that misses it.
  var subject: String
  var quantities: [Quantity]
  /// Lines of the file's header without which its figures can't be placed.
  var header = ExpectedSuite.header

  /// Those of the files that `jchain-bench` writes.
  static let header = [
    "machine", "memory", "system", "swift", "openblas", "build", "commit",
    "date",
  ]

  static let all = [
    ExpectedSuite(
      name: "savings", subject: "fma of forward, reverse, best split, optimum",
      quantities: [.savings]),
    ExpectedSuite(
      name: "seconds", subject: "seconds of plans and of peers",
      quantities: [.seconds]),
    ExpectedSuite(
      name: "execution", subject: "what executing a plan costs beyond dgemm",
      quantities: [.execution]),
    ExpectedSuite(
      name: "functions", subject: "Jacobians of composed functions",
      quantities: [.functions]),
    ExpectedSuite(
      name: "ordering", subject: "ordering time over the number of factors",
      quantities: [.ordering]),
    ExpectedSuite(
      name: "exactness", subject: "how far from the optimum planners land",
      quantities: [.exactness]),
    ExpectedSuite(
      name: "joint", subject: "joint targets and ties",
      quantities: [.joint, .proof]),
    ExpectedSuite(
      name: "machines", subject: "schedules on several machines",
      quantities: [.provenShare, .gap, .scheduling]),
    ExpectedSuite(
      name: "graphs", subject: "orders of elimination on graphs",
      quantities: [.graphPrices, .graphBounds, .graphSeconds]),
    ExpectedSuite(
      name: "parallel", subject: "execution on several workers",
      quantities: [.parallel]),
    ExpectedSuite(
      name: "memory", subject: "peak bytes of plans", quantities: [.memory]),
    ExpectedSuite(
      name: "python", subject: "Jacobians of functions in JAX",
      quantities: .python,
      header: ["machine", "memory", "system", "peers", "commit", "date"]),
  ]
}

extension ExpectedSuite.Quantity {
  static let savings = Self(
    name: "product fma",
    contestants: ["forward", "reverse", "best split", "optimum"])
  static let seconds = Self(
    name: "run seconds",
    contestants: [
      "optimum", "forward", "reverse", "best split", "prepared jacobian",
      "numpy multi_dot", "jax jacfwd", "jax jacrev", "jax by hand", "casadi",
    ],
    selective: [
      "prepared jacobian", "jax jacfwd", "jax jacrev", "jax by hand", "casadi",
    ])
  static let ordering = Self(
    name: "ordering seconds",
    contestants: [
      "hu-shing", "dynamic-programming", "numpy multi_dot",
      "opt_einsum dp", "opt_einsum auto", "opt_einsum greedy",
      "C++ two tables", "C++ rows",
    ])
  static let exactness = Self(
    name: "cost over optimum",
    contestants: [
      "hu-shing", "dynamic-programming", "opt_einsum dp", "opt_einsum auto",
      "opt_einsum greedy", "numpy multi_dot", "forward", "reverse",
      "best split",
    ])
  static let joint = Self(
    name: "plan fma",
    contestants: [
      "separate", "back-propagation", "best baseline", "joint optimum",
    ])
  static let proof = Self(
    name: "proof seconds", contestants: ["shared-products", "integer-program"])
  static let provenShare = Self(
    name: "proven share", contestants: ["branch-and-bound"])
  static let gap = Self(name: "gap", contestants: ["branch-and-bound"])
  static let scheduling = Self(
    name: "schedule seconds", contestants: ["branch-and-bound"])
  static let graphPrices = Self(
    name: "graph fma",
    contestants: [
      "forward", "reverse", "Markowitz", "vertex-elimination",
      "face-elimination",
    ], selective: ["Markowitz", "face-elimination"])
  static let graphBounds = Self(
    name: "lower bound fma",
    contestants: ["vertex-elimination", "face-elimination"],
    selective: ["face-elimination"])
  static let graphSeconds = Self(
    name: "search seconds",
    contestants: ["vertex-elimination", "face-elimination"],
    selective: ["face-elimination"])
  static let parallel = Self(
    name: "run seconds",
    contestants: ["1 worker", "2 workers", "machine limit"],
    selective: ["1 worker", "2 workers", "machine limit"])
  static let memory = Self(
    name: "peak bytes",
    contestants: ["optimum", "forward", "reverse", "best split"])
  static let execution = Self(
    name: "run seconds",
    contestants: ["plan", "prepared plan", "bare dgemm"])
  static let functions = Self(
    name: "jacobian seconds", contestants: ["planned", "forward", "reverse"])
}

extension [ExpectedSuite.Quantity] {
  /// What `bench/python/race.py` measures.
  static let python: Self = [
    .jax("jacobian seconds"),
    Element(name: "gain", contestants: ["jacobian"]),
    .jax("temporary bytes"), .jax("compile seconds"),
    Element(name: "planning seconds", contestants: ["jacobian"]),
  ]
}

extension ExpectedSuite.Quantity {
  /// Of ways to the Jacobian of a function in JAX; not every function has all.
  static func jax(_ name: String) -> Self {
    let others = ["jax jacfwd", "jax jacrev", "by hand", "asdex"]
    return Self(
      name: name, contestants: ["jacobian"] + others, selective: Set(others))
  }
}
