import Testing

@testable import jacobian_examples

/// Every example holds what it claims, and has something to say.
@Suite struct ExampleTests {
  @Test(arguments: Examples.all.map(\.name))
  func runs(_ name: String) throws {
    let example = try #require(Examples.all.first { $0.name == name })
    let lines = try example.run()
    #expect(!lines.isEmpty)
    #expect(lines.allSatisfy { $0.count <= 78 || name == "graph" })
  }

  @Test func namesAreOnce() {
    #expect(Set(Examples.all.map(\.name)).count == Examples.all.count)
  }

  /// An example would notice if it were wrong.
  @Test func differencesAreNoticed() {
    #expect(throws: Broken.self) { try difference([1, 2], [1, 2.1]) }
    #expect(throws: Broken.self) { try difference([1, 2], [1]) }
  }
}
