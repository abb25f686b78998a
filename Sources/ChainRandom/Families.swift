import JacobianChain

/// The seeded families of random chains and graphs: `jchain generate FAMILY`.
///
/// A family draws with `SplitMix64` and integer arithmetic only, so a seed
/// names the same problem on every platform, for good. A new family is a new
/// case, a summary, and a line in `draw`.
package enum Family: String, Hashable, Sendable, CaseIterable {
  case uniform
  case widths
  case hourglass
  case sorted
  case ties
  case huge
  case matrixFree = "matrix-free"
  case jcdp
  case banded
  case structured
  case mixed
  case comb
  case combWidths = "comb-widths"
  case window
  case powers
  case periodic
  case recurrence
  case stencil
  case layered
  case windowGraph = "window-graph"

  /// One line for lists and help texts: how an instance is drawn.
  package var summary: String {
    switch self {
    case .uniform: "dense and given, interfaces 1…1000"
    case .widths: "dense and given, interfaces powers of two 16…4096"
    case .hourglass: "dense and given, wide ends (…4096) and a narrow middle"
    case .sorted:
      "dense and given, interfaces 1…1000 in rising or falling order"
    case .ties: "dense and given, interfaces from a set of three"
    case .huge: "dense and given, interfaces 1…10^9"
    case .matrixFree:
      "dense, tangents and adjoints of 1000…10000 fma, interfaces 5…50"
    case .jcdp:
      "like the generator of jcdp: interfaces 5…50, tape, tangents and "
        + "adjoints 1000…10000, unless the options marked jcdp say otherwise"
    case .banded: "tridiagonal steps of one size 50…500 between dense ends"
    case .structured:
      "steppers with sensors, bands, autoencoders with activations, or low "
        + "ranks, given, with interfaces 4…2000"
    case .mixed:
      "every structure, given, matrix-free or both, interfaces 1…12"
    case .comb:
      "targets: the output of dense layers by the input and by the parameters "
        + "of every layer; widths and parameter counts 1…100"
    case .combWidths: "like comb, with powers of two 16…1024"
    case .window:
      "targets: every window of a fifth of a dense chain, interfaces 1…100"
    case .powers: "a power of one dense square factor of size 1…100"
    case .periodic: "a loop of three dense factors, interfaces 1…100"
    case .recurrence:
      "targets: out · A^t · W for every t, back-propagation through time; "
        + "sizes 1…100"
    case .stencil:
      "graph: as many points as steps, each mixed with one to three "
        + "neighbours on either side, on a line or a ring"
    case .layered:
      "graph: layers of 1…4 vertices of 1…16 components, skips past layers"
    case .windowGraph:
      "graph: vertices of 1…4 components that read up to three before them, "
        + "most of them near"
    }
  }

  /// Draws the instance with `factors` factors that belongs to `seed`. For the
  /// combs `factors` counts layers; each of them has two factors. For the
  /// families that repeat factors it counts the length of the word, or the
  /// targets of a recurrence; for graphs steps, layers or vertices beyond the
  /// inputs.
  ///
  /// - Throws: `ChainError` when `factors` is below 1, or beyond what one
  ///   problem can hold, and for settings that the family doesn't know.
  /// - Complexity: O(factors · log factors), plus Σ lengths of the targets.
  package func problem(
    factors: Int, seed: UInt64, settings: DrawSettings = DrawSettings()
  ) throws(ChainError) -> Problem {
    guard (1...limit).contains(factors) else {
      throw ChainError(
        .malformed, at: "--factors",
        expected: "a number from 1 to \(limit)",
        found: "\(factors)", advice: "ask for a number in that range")
    }
    try settings.check(for: self)
    var generator = SplitMix64(seed: seed)
    let drawn = draw(factors, settings, &generator)
    let command =
      ["jchain generate \(rawValue) --factors \(factors)"]
      + ["--seed \(seed)"] + settings.options
    let name = "\(rawValue)-\(factors)-seed-\(seed)"
    let source = command.joined(separator: " ") + ": \(summary)"
    if let (vertices, arcs) = drawn.graph {
      return try Problem(
        name: name, source: source, factors: drawn.factors,
        graph: Graph(vertices: vertices, arcs: arcs),
        matrixFree: settings.matrixFree ?? true, limits: settings.limits)
    }
    return try Problem(
      name: name, source: source, factors: drawn.factors,
      targets: drawn.targets, matrixFree: settings.matrixFree ?? true,
      limits: settings.limits)
  }

  /// The most factors of one instance.
  package static let factorLimit = 10_000_000

  /// The most factors (layers) of an instance with several targets or with
  /// repeated factors: lengths add up to the square.
  package static let targetFactorLimit = 2_000

  /// The most steps of a stencil, which has their square of points.
  package static let stencilLimit = 500

  /// The most layers or vertices of other graphs.
  package static let graphLimit = 20_000

  private var limit: Int {
    switch self {
    case .uniform, .widths, .hourglass, .sorted, .ties, .huge, .matrixFree,
      .jcdp, .banded, .structured, .mixed:
      Self.factorLimit
    case .comb, .combWidths, .window, .powers, .periodic, .recurrence:
      Self.targetFactorLimit
    case .stencil: Self.stencilLimit
    case .layered, .windowGraph: Self.graphLimit
    }
  }

  /// What a seed draws: the factors, and the targets unless the whole chain is
  /// the only one, or a graph.
  struct Draw {
    var factors: [Factor]
    var targets: [[Int]]?
    var graph: (vertices: [Graph.Vertex], arcs: [Graph.Arc])?

    init(
      _ factors: [Factor], targets: [[Int]]? = nil,
      graph: (vertices: [Graph.Vertex], arcs: [Graph.Arc])? = nil
    ) {
      self.factors = factors
      self.targets = targets
      self.graph = graph
    }
  }

  private func draw(
    _ count: Int, _ settings: DrawSettings, _ generator: inout SplitMix64
  ) -> Draw {
    switch self {
    case .uniform: Draw(Self.uniform(count, 1...1000, &generator))
    case .widths: Draw(Self.widths(count, &generator))
    case .hourglass: Draw(Self.hourglass(count, &generator))
    case .sorted: Draw(Self.sorted(count, &generator))
    case .ties: Draw(Self.ties(count, &generator))
    case .huge: Draw(Self.uniform(count, 1...1_000_000_000, &generator))
    case .matrixFree: Draw(Self.matrixFree(count, &generator))
    case .jcdp: Draw(Self.jcdp(count, settings, &generator))
    case .banded: Draw(Self.banded(count, &generator))
    case .structured: Draw(Self.structured(count, &generator))
    case .mixed: Draw(MixedFactors().draw(count, using: &generator))
    case .comb: Self.comb(count, 1...100, &generator) { $0 }
    case .combWidths: Self.comb(count, 4...10, &generator) { 1 << $0 }
    case .window: Self.window(count, &generator)
    case .powers: Self.powers(count, &generator)
    case .periodic: Self.periodic(count, &generator)
    case .recurrence: Self.recurrence(count, &generator)
    case .stencil: Self.stencil(count, &generator)
    case .layered: Self.layered(count, &generator)
    case .windowGraph: Self.windowGraph(count, &generator)
    }
  }
}
