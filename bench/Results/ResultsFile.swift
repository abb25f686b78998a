import Foundation

/// The measurements of one suite as a file: lines `# name: value` that say on
/// what and of what, then CSV (RFC 4180), a line a measurement.
///
/// Lines are appended as soon as they are known and the file is never
/// rewritten, so a run that is killed keeps all but the line it was writing.
public struct ResultsFile: Sendable {
  /// What the header says: machine, versions, commit, date, suite.
  public var header: [Header]
  /// In the order of the file.
  public var measurements: [Measurement]

  /// One line of the header.
  public struct Header: Hashable, Sendable {
    /// What it says something of: "machine".
    public var name: String
    /// What it says.
    public var value: String

    /// Creates a line; neither part may hold a line break.
    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// The names of the columns.
  static let columns = [
    "case", "contestant", "quantity", "family", "size", "outcome", "samples",
    "median", "low", "high", "note",
  ]

  /// Creates a file without measurements.
  public init(header: [Header], measurements: [Measurement] = []) {
    self.header = header
    self.measurements = measurements
  }

  /// Reads a file. A last line without its end, which a kill leaves behind, is
  /// not counted.
  ///
  /// - Throws: `Malformed`, with the line, when anything else can't be read.
  public init(text: String) throws(Malformed) {
    (header, measurements) = ([], [])
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    lines.removeLast()
    var hasColumns = false
    for (index, line) in lines.enumerated() {
      if !hasColumns, line.hasPrefix("# "),
        let colon = line.range(of: ": ")
      {
        header.append(
          Header(
            String(line[..<colon.lowerBound].dropFirst(2)),
            String(line[colon.upperBound...])))
      } else if !hasColumns {
        guard line == Self.columns.joined(separator: ",") else {
          throw Malformed(line: index + 1, expected: "the names of the columns")
        }
        hasColumns = true
      } else {
        guard let measurement = Measurement(Self.fields(line)) else {
          throw Malformed(line: index + 1, expected: "a measurement")
        }
        measurements.append(measurement)
      }
    }
  }

  /// The header and the names of the columns, to begin a file with.
  public var opening: String {
    header.map { "# \($0.name): \($0.value)\n" }.joined()
      + Self.columns.joined(separator: ",") + "\n"
  }

  /// The whole file.
  public var text: String { opening + measurements.map(\.line).joined() }

  /// A line of the header; nil when there is none.
  public subscript(name: String) -> String? {
    header.first { $0.name == name }?.value
  }

  /// What can't be read.
  public struct Malformed: Error, Hashable {
    /// The line, from 1.
    public var line: Int
    /// What should stand there.
    public var expected: String

    /// Creates an error.
    public init(line: Int, expected: String) {
      self.line = line
      self.expected = expected
    }
  }

  /// The fields of one line; quoted ones may hold commas and doubled quotes.
  private static func fields(_ line: Substring) -> [String] {
    var fields = [""]
    var isQuoted = false
    var last: Character = ","
    for character in line {
      switch character {
      case "\"":
        // The second of two inside a quoted field stands for one.
        if !isQuoted, last == "\"" { fields[fields.count - 1] += "\"" }
        isQuoted.toggle()
      case "," where !isQuoted: fields.append("")
      default: fields[fields.count - 1].append(character)
      }
      last = character
    }
    return fields
  }
}

extension Measurement {
  /// - Parameter fields: in the order of the columns; nil for anything else.
  fileprivate init?(_ fields: [String]) {
    guard fields.count == ResultsFile.columns.count,
      let outcome = Outcome(rawValue: fields[5]),
      let samples = Int(fields[6]),
      fields[4].isEmpty || Int(fields[4]) != nil
    else { return nil }
    let numbers = fields[7...9].map { $0.isEmpty ? .nan : Double($0) }
    guard let median = numbers[0], let low = numbers[1], let high = numbers[2]
    else { return nil }
    self.init(
      Key(name: fields[0], contestant: fields[1], quantity: fields[2]),
      family: fields[3], size: Int(fields[4]), outcome: outcome, samples: [],
      note: fields[10])
    self.samples = samples
    (self.median, self.low, self.high) = (median, low, high)
  }

  /// The line of a results file, with its end.
  public var line: String {
    func text(_ number: Double) -> String {
      guard number.isFinite else { return "" }
      return Int(exactly: number).map(String.init) ?? "\(number)"
    }
    let fields = [
      key.name, key.contestant, key.quantity, family,
      size.map(String.init) ?? "", outcome.rawValue, String(samples),
      text(median), text(low), text(high), note,
    ]
    return fields.map { field in
      let flat = field.split(whereSeparator: \.isNewline).joined(separator: " ")
      return flat.contains { $0 == "," || $0 == "\"" }
        ? "\"" + flat.replacing("\"", with: "\"\"") + "\"" : flat
    }.joined(separator: ",") + "\n"
  }
}
