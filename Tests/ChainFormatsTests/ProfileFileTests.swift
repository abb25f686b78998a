import ChainFormats
import ChainTestSupport
import Foundation
import JacobianChain
import Testing

@Suite struct ProfileFiles {
  @Test(arguments: 0..<10)
  func whatIsWrittenReadsBack(_ seed: UInt64) throws {
    let profile = try randomProfile(seed: seed)
    let text = ProfileFile.text(of: profile)
    let back = try ProfileFile.parse(Array(text.utf8), file: "p.json")
    #expect(back == profile)
    #expect(ProfileFile.text(of: back) == text)
  }

  @Test func theBuiltInOneReadsBack() throws {
    let text = ProfileFile.text(of: .builtIn)
    #expect(
      try ProfileFile.parse(Array(text.utf8), file: "p.json") == .builtIn)
  }

  private static let good = """
    {"format": "jacobian-chain-profile/1", "unit": "ns", "processor": "p", \
    "kernels": "k", "blas": "own", "build": "b", "tables": {\(tables)}}
    """
  private static let table = """
    {"rows": [1, 2], "shared": [1], "columns": [1], "nanoseconds": [3, 4.5]}
    """
  private static let tables = Work.Kernel.allCases.map {
    "\"\($0.rawValue)\": \(table)"
  }.joined(separator: ", ")

  private static func bad(
    _ part: String, _ other: String, _ location: String, _ fact: String
  ) -> BadInput {
    // The last table, and whatever stands before all.
    let range = good.range(of: part, options: .backwards)!
    return BadInput(
      good.replacingCharacters(in: range, with: other),
      "p.json: " + location, fact)
  }

  @Test(arguments: [
    bad("profile/1", "profile/2", "/format", "profile/1"),
    bad("\"ns\"", "\"ps\"", "/unit", "\"ns\""),
    bad("\"k\"", "7", "/kernels", "a string"),
    bad("\"build\": \"b\", ", "", "/build", "no such key"),
    bad("\"reload\"", "\"reloads\"", "/tables/reloads", "reload"),
    bad("4.5", "-4.5", "/tables/reload/nanoseconds/1", "above 0"),
    bad("4.5", "0", "/tables/reload/nanoseconds/1", "above 0"),
    bad("4.5", "1e300", "/tables/reload/nanoseconds/1", "10^15"),
    bad("4.5", "\"4\"", "/tables/reload/nanoseconds/1", "a number"),
    bad("4.5", "4, 5", "/tables/reload/nanoseconds", "2 numbers"),
    bad("[1, 2]", "[2, 1]", "/tables/reload/rows/1", "above the one before"),
    bad("[1, 2]", "[]", "/tables/reload/rows", "at least one"),
    bad("[1, 2]", "3", "/tables/reload/rows", "numbers"),
  ])
  func refuses(_ input: BadInput) {
    input.expectRefusal { () throws(ChainError) in
      _ = try ProfileFile.parse(Array(input.text.utf8), file: "p.json")
    }
  }

  @Test func aMissingTableIsNamed() throws {
    let text = Self.good.replacing("\"bands\": \(Self.table), ", with: "")
    BadInput(text, "p.json: /tables/bands", "no such key").expectRefusal {
      () throws(ChainError) in
      _ = try ProfileFile.parse(Array(text.utf8), file: "p.json")
    }
  }
}
