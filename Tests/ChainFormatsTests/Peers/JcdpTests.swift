import JacobianChain
import Testing

@testable import ChainFormats

@Suite("Configurations of jcdp")
struct JcdpTests {
  private func read(_ text: String) throws(ChainError) -> JcdpConfiguration {
    try JcdpConfiguration(parsing: Array(text.utf8), file: "c.in")
  }

  @Test("Every key that says something of a chain")
  func all() throws {
    let read = try read(
      """
      length 1,2,3
      amount 10000
      size_range 5 50
      dag_size_range 1000 10000
      tangent_factor_range 1 1
      adjoint_factor_range 0.5 2.25
      density_range 0.1 0.3
      available_threads 8
      available_memory 700
      matrix_free 1
      time_to_solve 10
      seed 4711
      """)
    #expect(read.lengths == [1, 2, 3])
    #expect(read.dimensions == 5...50 && read.costs == 1000...10_000)
    #expect(read.tangentFactors == 1_000_000...1_000_000)
    #expect(read.adjointFactors == 500_000...2_250_000)
    #expect(read.machines == 8 && read.tapePerStep == 700)
    #expect(read.matrixFree && read.seed == 4711)
    #expect(read.passedOver == ["amount", "density_range", "time_to_solve"])
  }

  @Test("What is left out means what it means to jcdp; 0 is unlimited there")
  func defaults() throws {
    let read = try read("available_memory 0\r\n\navailable_threads 0")
    #expect(read.lengths == [1] && read.dimensions == 1...1)
    #expect(read.costs == 1...1 && !read.matrixFree && read.seed == nil)
    #expect(read.machines == nil && read.tapePerStep == nil)
    #expect(read.passedOver.isEmpty)
  }

  static let bad: [BadInput] = [
    BadInput("", "c.in:1", "nothing"),
    BadInput("size_rang 5 50", "c.in:1", "\"size_range\"?"),
    BadInput("\nthreads 4", "c.in:2", "available_threads"),
    BadInput("# a comment", "c.in:1", "\"#\""),
    BadInput("seed 1\nseed 2", "c.in:2", "a second seed"),
    BadInput("seed", "c.in:1", "no value"),
    BadInput("seed -1", "c.in:1", "\"-1\""),
    BadInput("seed 18446744073709551616", "c.in:1", "18446744073709551615"),
    BadInput("size_range 5", "c.in:1", "the least and the largest"),
    BadInput("size_range 50 5", "c.in:1", "\"50 5\""),
    BadInput("size_range 0 5", "c.in:1", "from 1 to 2^40"),
    BadInput("size_range 1 1099511627777", "c.in:1", "2^40"),
    BadInput("dag_size_range 1 2 3", "c.in:1", "\"1 2 3\""),
    BadInput("tangent_factor_range 1 x", "c.in:1", "from 0 to 1000"),
    BadInput("adjoint_factor_range 2 1.5", "c.in:1", "\"2 1.5\""),
    BadInput("adjoint_factor_range 1 1001", "c.in:1", "1 2.5"),
    BadInput("matrix_free true", "c.in:1", "from 0 to 1"),
    BadInput("available_memory 9223372036854775808", "c.in:1", "9223372036"),
    BadInput("length 1,,2", "c.in:1", "with commas"),
    BadInput("length 0", "c.in:1", "from 1"),
  ]

  @Test(arguments: bad) func refuses(_ input: BadInput) {
    input.expectRefusal { () throws(ChainError) in _ = try read(input.text) }
  }

  @Test("Decimals as whole millionths")
  func millionths() {
    for (text, value) in [
      ("0", 0), ("1", 1_000_000), ("2.5", 2_500_000), ("0.000001", 1),
      ("1000", 1_000_000_000), ("1000.0", 1_000_000_000), ("1e3", nil),
      ("1000.000001", nil), ("1.0000001", nil), (".5", nil), ("1.", nil),
      ("-1", nil), ("", nil), ("1.5.2", nil),
      ("340282366920938463463374607431768211455", nil),
    ] as [(String, Int?)] {
      #expect(Millionths.parse(Array(text.utf8)) == value, "\(text)")
    }
  }

  @Test func mutationsThrowOrParse() {
    let valid = Array(
      "length 1,2\nsize_range 5 50\nadjoint_factor_range 1 2.5\nseed 4".utf8)
    var read = 0
    for seed in 0..<3000 {
      var mutations = Mutations(seed: UInt64(seed))
      do throws(ChainError) {
        _ = try JcdpConfiguration(parsing: mutations.mutate(valid), file: "f")
        read += 1
      } catch {
        #expect(error.location.hasPrefix("f:"), "seed \(seed)")
      }
    }
    #expect(read > 50 && read < 2900)
  }
}
