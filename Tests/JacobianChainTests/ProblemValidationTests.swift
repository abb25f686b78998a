import JacobianChain
import Testing

@Suite("Problems: what is refused, and where")
struct ProblemValidationTests {
  /// A refusal: what is built, and the error's kind, path and found part.
  struct Refusal: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let kind: ChainError.Kind
    let path: String
    let found: String
    let build: @Sendable () throws -> Problem
  }

  private static func refusal(
    _ name: String, _ kind: ChainError.Kind = .malformed, at path: String,
    found: String, _ build: @escaping @Sendable () throws -> Problem
  ) -> Refusal {
    Refusal(
      testDescription: name, kind: kind, path: path, found: found, build: build)
  }

  private static func single(
    _ rows: Int, _ columns: Int, _ structure: Structure = .dense
  ) throws -> Problem {
    try Problem(factors: [
      Factor(name: "a", rows: rows, columns: columns, structure: structure)
    ])
  }

  private static let pair = [
    Factor(name: "a", rows: 3, columns: 2),
    Factor(name: "b", rows: 4, columns: 3),
  ]

  static let shapes = [
    refusal("rows 0", at: "/factors/0/rows", found: "0") { try single(0, 2) },
    refusal("columns −1", at: "/factors/0/columns", found: "-1") {
      try single(2, -1)
    },
    refusal("smallest integer", at: "/factors/0/rows", found: "\(Int.min)") {
      try single(.min, 2)
    },
    refusal(
      "rows 2^40 + 1", at: "/factors/0/rows", found: "1099511627777"
    ) { try single(1 << 40 + 1, 2) },
    refusal("diagonal", at: "/factors/0/structure", found: "2 × 3") {
      try single(2, 3, .diagonal)
    },
    refusal("identity", at: "/factors/0/structure", found: "3 × 2") {
      try single(3, 2, .identity)
    },
    refusal(
      "lower", at: "/factors/0/structure/banded/lower", found: "-1"
    ) { try single(2, 2, .banded(lower: -1, upper: 0)) },
    refusal(
      "upper", at: "/factors/0/structure/banded/upper", found: "\(Int.max)"
    ) { try single(2, 2, .banded(lower: 1, upper: .max)) },
    refusal(
      "blocks 0", at: "/factors/0/structure/blockDiagonal/count", found: "0"
    ) { try single(2, 2, .blockDiagonal(count: 0, rows: 1, columns: 1)) },
    refusal(
      "blocks too few", at: "/factors/0/structure/blockDiagonal",
      found: "2 blocks of 2 × 2"
    ) { try single(5, 4, .blockDiagonal(count: 2, rows: 2, columns: 2)) },
    refusal(
      "blocks that wrap", at: "/factors/0/structure/blockDiagonal",
      found: "1099511627776 blocks of 1099511627776 × 1"
    ) {
      try single(
        1, 1, .blockDiagonal(count: 1 << 40, rows: 1 << 40, columns: 1))
    },
    refusal(
      "selection count", at: "/factors/0/structure/selection", found: "1"
    ) { try single(2, 2, .selection([0])) },
    refusal(
      "selection index", at: "/factors/0/structure/selection/1", found: "2"
    ) { try single(2, 2, .selection([0, 2])) },
    refusal(
      "selection negative", at: "/factors/0/structure/selection/0",
      found: "-1"
    ) { try single(2, 2, .selection([-1, 0])) },
    refusal(
      "sparse shape", at: "/factors/0/structure/sparse", found: "1 × 2"
    ) {
      let one = try SparsePattern(
        rows: 1, columns: 2, rowIndices: [0], columnIndices: [1])
      return try single(2, 2, .sparse(one))
    },
    refusal("sparse row", at: "/rowIndices/1", found: "2") {
      _ = try SparsePattern(
        rows: 2, columns: 2, rowIndices: [0, 2], columnIndices: [0, 0])
      return try single(1, 1)
    },
    refusal("sparse column", at: "/columnIndices/0", found: "-1") {
      _ = try SparsePattern(
        rows: 2, columns: 2, rowIndices: [0], columnIndices: [-1])
      return try single(1, 1)
    },
    refusal("sparse lengths", at: "/columnIndices", found: "2") {
      _ = try SparsePattern(
        rows: 2, columns: 2, rowIndices: [0], columnIndices: [0, 1])
      return try single(1, 1)
    },
    refusal("sparse 2^40 rows", .tooLarge, at: "/factors", found: "\(1 << 40)")
    {
      _ = try SparsePattern(
        rows: 1 << 40, columns: 1, rowIndices: [], columnIndices: [])
      return try single(1, 1)
    },
  ]

  static let chains = [
    refusal("no factors", at: "/factors", found: "an empty list") {
      try Problem(factors: [])
    },
    refusal("no name", at: "/factors/0/name", found: "an empty string") {
      try Problem(factors: [Factor(name: "", rows: 1, columns: 1)])
    },
    refusal("same name", at: "/factors/1/name", found: "a second \"a\"") {
      try Problem(factors: [pair[0], pair[0]])
    },
    refusal(
      "neighbours", at: "/factors/1/columns", found: "2 columns in \"b\""
    ) {
      try Problem(factors: [pair[0], Factor(name: "b", rows: 1, columns: 2)])
    },
    refusal("tangent −1", at: "/factors/0/tangent", found: "-1") {
      try Problem(factors: [
        Factor(name: "a", rows: 1, columns: 1, tangentCost: -1)
      ])
    },
    refusal("adjoint −1", at: "/factors/0/adjoint", found: "-1") {
      try Problem(factors: [
        Factor(name: "a", rows: 1, columns: 1, adjointCost: -1)
      ])
    },
    refusal("tape −1", at: "/factors/0/tape", found: "-1") {
      try Problem(factors: [Factor(name: "a", rows: 1, columns: 1, tape: -1)])
    },
    refusal(
      "nothing known", at: "/factors/0/given",
      found: "given: false and neither tangent nor adjoint"
    ) {
      try Problem(factors: [
        Factor(name: "a", rows: 1, columns: 1, isGiven: false)
      ])
    },
    refusal("no targets", at: "/targets", found: "an empty list") {
      try Problem(factors: pair, targets: [])
    },
    refusal("empty target", at: "/targets/1", found: "an empty list") {
      try Problem(factors: pair, targets: [[0], []])
    },
    // Paths count as in the file, outermost first.
    refusal("unknown factor", at: "/targets/0/0", found: "2") {
      try Problem(factors: pair, targets: [[0, 1, 2]])
    },
    refusal("negative factor", at: "/targets/0/1", found: "-1") {
      try Problem(factors: pair, targets: [[-1, 1]])
    },
    refusal(
      "target order", at: "/targets/0/0", found: "2 columns in \"a\""
    ) { try Problem(factors: pair, targets: [[1, 0]]) },
    refusal("tapePerStep 0", at: "/limits/tapePerStep", found: "0") {
      try Problem(factors: pair, limits: Limits(tapePerStep: 0))
    },
    refusal("tapeTotal 0", at: "/limits/tapeTotal", found: "0") {
      try Problem(factors: pair, limits: Limits(tapeTotal: 0))
    },
    refusal("machines −2", at: "/limits/machines", found: "-2") {
      try Problem(factors: pair, limits: Limits(machines: -2))
    },
    refusal(
      "prices beyond 2^128", .tooLarge, at: "/targets/0",
      found: "257 factors with dimensions up to 1099511627776"
    ) {
      let n = Problem.dimensionLimit
      return try Problem(
        factors: [Factor(name: "a", rows: n, columns: n)],
        targets: [Array(repeating: 0, count: 257)])
    },
  ]

  @Test(
    "Refused with kind, path, what was found, and advice",
    arguments: shapes + chains)
  func refused(_ refusal: Refusal) throws {
    let error = #expect(throws: ChainError.self) { try refusal.build() }
    let refused = try #require(error)
    #expect(refused.kind == refusal.kind)
    #expect(refused.location == refusal.path)
    #expect(refused.found == refusal.found)
    #expect(!refused.expected.isEmpty && !refused.advice.isEmpty)
    #expect(refused.description.contains(refusal.path))
  }

  @Test(
    "Infeasible names factor, limit, and the tape it would take",
    arguments: [
      ("tapePerStep", Limits(tapePerStep: 9)),
      ("tapeTotal", Limits(tapeTotal: 9)),
    ])
  func infeasible(_ name: String, _ limits: Limits) throws {
    let factors = [
      Factor(name: "a", rows: 3, columns: 2),
      Factor(name: "solve", rows: 2, columns: 3, adjointCost: 5, tape: 10),
    ]
    let error = #expect(throws: ChainError.self) {
      try Problem(factors: factors, limits: limits)
    }
    #expect(error?.kind == .infeasible)
    #expect(error?.location == "/factors/1")
    #expect(error?.expected.contains("\"solve\"") == true)
    #expect(error?.found.contains("\(name) = 9") == true)
    #expect(error?.advice.contains("\(name) to 10") == true)
    // A factor that no target uses may be out of reach.
    #expect(throws: Never.self) {
      try Problem(factors: factors, targets: [[0]], limits: limits)
    }
  }

  @Test("The largest values that are allowed are accepted")
  func accepted() throws {
    let n = Problem.dimensionLimit
    let problem = try Problem(
      factors: [
        Factor(name: "a", rows: n, columns: n, structure: .diagonal),
        Factor(
          name: "b", rows: n, columns: n, structure: .banded(lower: n, upper: 0)
        ),
        Factor(
          name: "c", rows: 1, columns: n, tangentCost: .max, adjointCost: .max,
          tape: .max),
      ],
      limits: Limits(tapePerStep: .max, tapeTotal: .max, machines: .max))
    #expect(problem.chain == [0, 1, 2])
    #expect(try Baselines(of: problem)[.reverse] != nil)
  }
}
