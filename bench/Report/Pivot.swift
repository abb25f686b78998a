import ChainBenchResults

/// Measurements of one quantity as a table: cases down, contestants across.
struct Pivot {
  /// What all contestants of a row worked on.
  struct Case: Hashable {
    var name: String
    var family: String
    var size: Int?
  }

  let quantity: String
  /// In the order in which the file names them first.
  let cases: [Case]
  /// The expected ones that have rows, then all others in the file's order.
  let contestants: [String]
  private let rows: [Measurement.Key: Measurement]

  init(_ quantity: ExpectedSuite.Quantity, _ measurements: [Measurement]) {
    self.init(quantity.name, quantity.contestants, measurements)
  }

  init(
    _ quantity: String, _ expected: [String], _ measurements: [Measurement]
  ) {
    self.quantity = quantity
    var cases: [Case] = []
    var found: [String] = []
    var rows: [Measurement.Key: Measurement] = [:]
    var names: Set<String> = []
    for row in measurements {
      if names.insert(row.key.name).inserted {
        cases.append(
          Case(name: row.key.name, family: row.family, size: row.size))
      }
      if !found.contains(row.key.contestant) {
        found.append(row.key.contestant)
      }
      rows[row.key] = row
    }
    self.cases = cases
    self.rows = rows
    contestants =
      expected.filter(found.contains) + found.filter { !expected.contains($0) }
  }

  /// The row, whatever its outcome; nil when the file has none.
  subscript(name: String, contestant: String) -> Measurement? {
    rows[.init(name: name, contestant: contestant, quantity: quantity)]
  }

  /// The median, where one was measured and checked.
  func value(_ name: String, _ contestant: String) -> Double? {
    self[name, contestant].flatMap(\.figure)
  }

  /// The cases of one family.
  func family(_ name: String) -> [Case] { cases.filter { $0.family == name } }

  /// The families in the order of their first cases.
  var families: [String] { cases.map(\.family).unique }
}

extension Measurement {
  /// The median, where it counts.
  var figure: Double? {
    outcome == .measured && median.isFinite ? median : nil
  }

  /// Whether there is something to draw: a figure, or how far it came.
  var isDrawn: Bool {
    (outcome == .measured || outcome == .unfinished) && median.isFinite
  }
}

extension Sequence where Element: Hashable {
  /// The elements without repetitions, in the order of their first places.
  var unique: [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
