import JacobianChain
import Testing

@testable import ChainFormats

/// Files of other formats in the place of JSON are called by their names.
@Suite struct ForeignFileTests {
  @Test(arguments: [
    (Array("PK\u{3}\u{4}\u{14}".utf8), "zip", "numpy.save"),
    ([0x93] + Array("NUMPY\u{1}".utf8), "NumPy", ".npy"),
    (Array("%%MatrixMarket matrix".utf8), "MatrixMarket", ".mtx"),
    ([0x1F, 0x8B, 0x08], "gzip", "gunzip"),
    ([0x89] + Array("HDF\r\n".utf8), "HDF5", ".npy"),
    (Array("MATLAB 5.0 MAT-file".utf8), "MATLAB", ".npy"),
    ([0xFF, 0xFE, 0x7B, 0], "UTF-16", "UTF-8"),
    ([0xFE, 0xFF, 0, 0x7B], "UTF-16", "UTF-8"),
  ])
  func areNamed(_ bytes: [UInt8], _ name: String, _ advice: String) throws {
    let problem = try Problem(factors: [Factor(name: "A", rows: 2, columns: 3)])
    let readers: [() throws -> Void] = [
      { _ = try JSONValue(parsing: bytes, file: "f") },
      { _ = try ProblemFile(parsing: bytes, file: "f", directory: nil) },
      { _ = try PlanFile.parse(bytes, file: "f", problem: problem) },
    ]
    for read in readers {
      let error = try #require(throws: ChainError.self) { try read() }
      #expect(error.location == "f:1:1")
      #expect(error.kind == .malformed)
      #expect(error.found.contains(name), "\(error)")
      #expect(error.advice.contains(advice), "\(error)")
    }
  }

  @Test(arguments: ["P", "PK", "MATLAB", "%%Matrix", "NUMPY"])
  func othersAreNot(_ text: String) throws {
    let error = try #require(throws: ChainError.self) {
      try JSONValue(parsing: Array(text.utf8), file: "f")
    }
    #expect(error.found == "\"\(text.first!)\"")
  }
}
