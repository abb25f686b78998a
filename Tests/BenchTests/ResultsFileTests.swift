@testable import ChainBenchResults
import Testing

/// Files of results, as they are written, killed and read again.
@Suite struct ResultsFileTests {
  private let file = ResultsFile(
    header: [
      ResultsFile.Header("suite", "savings"),
      ResultsFile.Header("machine", "2 cores: x86-64, \"AVX\""),
    ],
    measurements: [
      Measurement(
        .init(name: "w01", contestant: "optimum", quantity: "product fma"),
        family: "network", size: 6, samples: [13_320_000]),
      Measurement(
        .init(
          name: "a, \"b\"", contestant: "forward", quantity: "run seconds"),
        samples: [3e-5, 1e-5, 2e-5, 5e-5, 4e-5], note: "\"last\", quoted\""),
      Measurement(
        .init(name: "w02", contestant: "casadi", quantity: "run seconds"),
        outcome: .skipped, samples: [], note: "not\ninstalled"),
    ])

  @Test func roundTrip() throws {
    let read = try ResultsFile(text: file.text)
    #expect(read.header == file.header)
    #expect(read.measurements.count == 3)
    #expect(read.measurements[0] == file.measurements[0])
    #expect(read.measurements[1] == file.measurements[1])
    #expect(read.measurements[1].median == 3e-5)
    #expect(read.measurements[1].low == 2e-5)
    #expect(read.measurements[1].high == 4e-5)
    #expect(read.measurements[2].median.isNaN)
    #expect(read.measurements[2].note == "not installed")
    #expect(read["machine"] == "2 cores: x86-64, \"AVX\"")
    #expect(read.text == file.text)
  }

  /// However long the file was when the run was killed, what is read is a
  /// beginning of it.
  @Test func everyPrefix() throws {
    let text = file.text
    for count in 0...text.count {
      let part = String(text.prefix(count))
      let read = try ResultsFile(text: part)
      let whole = part.split(separator: "\n", omittingEmptySubsequences: false)
        .dropLast().map { $0 + "\n" }.joined()
      #expect(text.hasPrefix(whole))
      #expect(
        read.measurements.map(\.line)
          == Array(
            file.measurements.map(\.line).prefix(read.measurements.count)))
    }
    #expect(
      try ResultsFile(text: String(text.dropLast())).measurements.count == 2)
  }

  @Test(arguments: [
    ("nonsense\n", 1), ("# suite: a\nnonsense\n", 2),
  ])
  func malformed(_ text: String, _ line: Int) {
    #expect(
      throws: ResultsFile.Malformed(
        line: line, expected: "the names of the columns")
    ) { try ResultsFile(text: text) }
  }

  @Test func malformedMeasurement() {
    #expect(throws: ResultsFile.Malformed(line: 4, expected: "a measurement")) {
      try ResultsFile(text: file.opening + "a,b,c\n")
    }
  }
}
