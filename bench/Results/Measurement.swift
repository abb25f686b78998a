/// One figure of a benchmark run: a line of a results file.
public struct Measurement: Hashable, Sendable {
  /// What was measured, once per results file.
  public struct Key: Hashable, Sendable {
    /// What the work is: "w01-autoencoder-600", "uniform q=1000".
    public var name: String
    /// Who did it: "optimum", "forward", "numpy multi_dot".
    public var contestant: String
    /// What is counted, with its unit: "product fma", "ordering seconds".
    public var quantity: String

    /// Creates a key; none of the parts may be empty.
    public init(name: String, contestant: String, quantity: String) {
      self.name = name
      self.contestant = contestant
      self.quantity = quantity
    }
  }

  /// How it went.
  public enum Outcome: String, CaseIterable, Sendable {
    /// The figure counts: the answer was checked.
    case measured
    /// Not tried; the note says why.
    case skipped
    /// Stopped at its limit; the figure is what had been reached.
    case unfinished
    /// The answer was wrong; the note says how, and the figure doesn't count.
    case wrong
  }

  /// What was measured.
  public var key: Key
  /// What cases of one curve have in common: "uniform"; empty for none.
  public var family: String
  /// Where on the curve: factors, machines; nil for none.
  public var size: Int?
  /// How it went.
  public var outcome: Outcome
  /// How many samples there were.
  public var samples: Int
  /// The median; NaN when there is no figure.
  public var median: Double
  /// The first quartile; NaN when there is no figure.
  public var low: Double
  /// The third quartile; NaN when there is no figure.
  public var high: Double
  /// One line; empty for none.
  public var note: String

  /// Creates a measurement of samples taken elsewhere.
  public init(
    _ key: Key, family: String = "", size: Int? = nil,
    outcome: Outcome = .measured, samples: [Double], note: String = ""
  ) {
    self.key = key
    self.family = family
    self.size = size
    self.outcome = outcome
    self.samples = samples.count
    let sorted = samples.sorted()
    median = Self.quantile(sorted, 2)
    low = Self.quantile(sorted, 1)
    high = Self.quantile(sorted, 3)
    self.note = note
  }

  /// The sample at `quarters` fourths of the way; NaN when there is none.
  private static func quantile(_ sorted: [Double], _ quarters: Int) -> Double {
    sorted.isEmpty ? .nan : sorted[(sorted.count - 1) * quarters / 4]
  }
}
