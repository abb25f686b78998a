import ChainBenchResults

/// All files of results of a run, as far as they can be read.
public struct BenchResults: Sendable {
  /// One file: what a suite measured.
  struct Suite: Sendable {
    /// The name of the file, without its ending.
    var name: String
    var header: [ResultsFile.Header]
    /// A key that a run measured again has its last row here.
    var rows: [Measurement]
    /// How many rows a later one replaced.
    var replaced: Int
  }

  /// A file that can't be read, and where reading it stopped.
  struct Malformed: Sendable {
    var file: String
    var line: Int
    var expected: String
  }

  /// In the order of their names.
  let suites: [Suite]
  /// In the order of their names.
  let malformed: [Malformed]

  /// Reads files of results.
  ///
  /// - Parameter files: their texts by the name of the suite. One that can't
  ///   be read becomes a sentence of the report, not an error.
  public init(files: [String: String]) {
    var suites: [Suite] = []
    var malformed: [Malformed] = []
    for (name, text) in files.sorted(by: { $0.key < $1.key }) {
      do throws(ResultsFile.Malformed) {
        let file = try ResultsFile(text: text)
        let rows = Self.lastOfEach(file.measurements)
        suites.append(
          Suite(
            name: name, header: file.header, rows: rows,
            replaced: file.measurements.count - rows.count))
      } catch {
        malformed.append(
          Malformed(
            file: name + ".csv", line: error.line, expected: error.expected))
      }
    }
    (self.suites, self.malformed) = (suites, malformed)
  }

  /// The suite of a name; nil when its file is absent or can't be read.
  func suite(_ name: String) -> Suite? { suites.first { $0.name == name } }

  /// What a suite measured of a quantity; empty without the suite.
  func rows(_ suite: String, _ quantity: String) -> [Measurement] {
    self.suite(suite)?.rows.filter { $0.key.quantity == quantity } ?? []
  }

  private static func lastOfEach(_ rows: [Measurement]) -> [Measurement] {
    var places: [Measurement.Key: Int] = [:]
    var result: [Measurement] = []
    for row in rows {
      if let place = places[row.key] {
        result[place] = row
      } else {
        places[row.key] = result.count
        result.append(row)
      }
    }
    return result
  }
}
