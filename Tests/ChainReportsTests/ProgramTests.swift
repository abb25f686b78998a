import ChainCatalog
import ChainRandom
import ChainReports
import ChainSolvers
import ChainTestSupport
import Foundation
import JacobianChain
import Testing

/// Plans as source code; Tests/jacobian_chain runs what is Python.
@Suite struct ProgramTests {
  @Test(arguments: CodeLanguage.allCases)
  func threeLinesExplainIt(language: CodeLanguage) throws {
    let program = try Samples.autoencoderReport().code(in: language)
    let lines = program.split(separator: "\n", omittingEmptySubsequences: false)
    let sign = language == .swift ? "// " : "# "
    #expect(lines.prefix(3).allSatisfy { $0.hasPrefix(sign) })
    #expect(!lines[3].hasPrefix(sign))
    #expect(lines[0].contains("4 368 000 fma"))
    #expect(lines[1].contains("forward takes 5.71×"))
    #expect(lines[2].contains("Call jacobian(…)"))
    #expect(program.hasSuffix("\n") && !program.hasSuffix("\n\n"))
  }

  /// Two Jacobians by way of J3·J2. Contraction paths can't share it.
  @Test func whatIsUsedTwiceStandsOnce() throws {
    let problem = try Problem(
      name: "shared",
      factors: Samples.chain([5, 4, 3, 2]).factors
        + [Factor(name: "W", rows: 4, columns: 7)],
      targets: [[0, 1, 2], [3, 1, 2]])
    let report = try Samples.report(
      problem,
      Plan(
        steps: (0..<4).map { .given(factor: $0) } + [
          .multiply(outer: 2, inner: 1), .multiply(outer: 4, inner: 0),
          .multiply(outer: 4, inner: 3),
        ], targets: [5, 6]))
    for language in [CodeLanguage.numpy, .jax, .swift] {
      let program = try report.code(in: language)
      let product = language == .swift ? "multiply(J3, J2)" : "J3 @ J2"
      #expect(program.ranges(of: product).count == 1, "\(language)")
    }
    #expect(throws: ChainError.self) { try report.code(in: .einsum) }
    #expect(throws: Never.self) {
      try Samples.bottleneckReport().code(in: .einsum)
    }
  }

  /// Names that differ only in what no program can have stay apart.
  @Test func namesStayApart() throws {
    let names = ["∂y", "∂y/", "func", "s1", "s1_2", "jacobian"]
    let report = try Samples.report(
      Samples.chain([2, 3, 2, 3, 2, 3, 2], names: names))
    let program = try report.code(in: .swift)
    let start = try #require(program.range(of: "jacobian(\n")).upperBound
    let end = try #require(program.range(of: "\n) ->")).lowerBound
    let arguments = program[start..<end].split(separator: "\n").map {
      $0.trimmingCharacters(in: .whitespaces).prefix { $0 != ":" }
    }
    #expect(
      arguments
        == ["y", "y_2", "func_2", "s1", "s1_2", "jacobian_2"])
    #expect(program.contains("let s1_3 = ") && program.contains("let s2 = "))
  }

  /// A program keeps its results in memory, and makes nothing in parts.
  @Test(
    arguments: [(3200, ChainError.Kind.infeasible), (3300, .unsupported)])
  func limitsThatAProgramCannotKeep(
    memory: Int, kind: ChainError.Kind
  ) throws {
    let problem = try Problem(
      factors: [
        Factor(name: "A", rows: 3, columns: 20),
        Factor(name: "B", rows: 3, columns: 3),
        Factor(name: "C", rows: 20, columns: 3),
      ], limits: Limits(memory: memory))
    let report = Report(
      try Solved(problem, by: Catalog.choose(for: problem)).compared())
    for language in CodeLanguage.allCases {
      let error = #expect(throws: ChainError.self) {
        try report.code(in: language)
      }
      #expect(error?.kind == kind)
    }
  }

  /// Loops, a value that is made before its readers, few seeds at a time.
  @Test(
    arguments: [
      (Chunks([Chunks.Loop(.rows, parts: 2)]), nil, "/chunks"),
      (Chunks([], after: [Chunks.Stage(2)]), nil, "/chunks"),
      (nil, 1, "/seedsAtOnce"),
    ] as [(Chunks?, Int?, String)])
  func plansInPartsAreNoPrograms(
    chunks: Chunks?, seedsAtOnce: Int?, place: String
  ) throws {
    let problem = try Problem(factors: [
      Factor(name: "A", rows: 4, columns: 4, tangentCost: 3),
      Factor(name: "B", rows: 4, columns: 4, tangentCost: 3),
      Factor(name: "C", rows: 4, columns: 4),
    ])
    var plan = Plan(
      steps: [
        .given(factor: 2), .accumulate(factor: 0, mode: .tangent),
        .eliminate(factor: 1, mode: .tangent, operand: 1),
        .multiply(outer: 0, inner: 2),
      ], targets: [3])
    func report() throws -> Report {
      Report(try Solved(problem, plan: plan.priced(for: problem)))
    }
    #expect(throws: Never.self) { try report().code(in: .numpy) }
    (plan.chunks, plan.seedsAtOnce) = (chunks, seedsAtOnce)
    for language in CodeLanguage.allCases {
      let error = #expect(throws: ChainError.self) {
        try report().code(in: language)
      }
      #expect(error?.kind == .unsupported && error?.location == place)
    }
  }

  @Test func pathsCountWhatIsLeft() throws {
    let path = ContractionPath(count: 4, products: [(3, 2), (4, 1), (5, 0)])
    #expect(path.positions == [2, 3, 1, 2, 0, 1])
    #expect(ContractionPath(count: 1, products: []).pairs.isEmpty)
  }

  /// Draws that hold every structure, at hand and only applied.
  static let seeds = Array(UInt64(1)...5)

  private static func isSigned(_ pattern: Pattern) -> Bool {
    switch pattern.structure {
    case .negatedIdentity, .negatedSelection: true
    default: false
    }
  }

  /// What comes out is compiled without a warning, computes the Jacobian, and
  /// evaluates as often as it was priced.
  @Test(arguments: seeds)
  func swiftRuns(seed: UInt64) throws {
    guard let compiler = Self.compiler else { return }
    let (problem, matrices) = try Self.draw(seed)
    let solved = try Solved(problem, by: Catalog.choose(for: problem))
      .compared()
    guard !problem.patterns.contains(where: { Self.isSigned($0) }) else {
      #expect(throws: ChainError.self) {
        try Report(solved).code(in: .swift)
      }
      return
    }
    let program = try Report(solved).code(in: .swift)
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "program-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let source = folder.appending(path: "main.swift")
    try (program + Self.main(solved, matrices, program))
      .write(to: source, atomically: true, encoding: .utf8)
    let binary = folder.appending(path: "main").path
    let built = try Self.run(
      compiler, ["-warnings-as-errors", source.path, "-o", binary])
    try #require(built.status == 0, "\(built.output)\n\(program)")
    let ran = try Self.run(binary, [])
    #expect(ran.status == 0)
    let numbers = ran.output.split(whereSeparator: \.isWhitespace)
      .compactMap { Double($0) }
    let (m, n) = problem.shape(ofTarget: 0)
    let expected = Self.product(problem, matrices)
    try #require(numbers.count == m * n + 1, "\(ran.output)\n\(program)")
    for (found, entry) in zip(numbers, expected) {
      #expect(abs(found - entry) <= 1e-9 * max(1, abs(entry)))
    }
    let evaluations = solved.plan.steps.reduce(0) { sum, step in
      guard case .accumulate(let factor, _) = step.step,
        problem.patterns[factor].structure.isUnit
      else { return sum + step.evaluations }
      return sum
    }
    #expect(Int(numbers[m * n]) == evaluations)
  }

  private static let compiler: String? = {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    return path.split(separator: ":").map { "\($0)/swiftc" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }()

  private static func run(
    _ binary: String, _ arguments: [String]
  ) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(filePath: binary)
    process.arguments = arguments
    let pipe = Pipe()
    (process.standardOutput, process.standardError) = (pipe, pipe)
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: data, as: UTF8.self))
  }

  /// Six 6 × 6 factors, and their matrices, row by row.
  private static func draw(
    _ seed: UInt64
  ) throws -> (Problem, [[Double]]) {
    var generator = SplitMix64(seed: seed)
    let structures = everyStructure(rows: 6, columns: 6).filter {
      if case .submatrix = $0 { false } else { true }
    }
    let factors = (0..<6).map { place in
      let kind = Int(generator.next() % 4)
      return Factor(
        name: "f\(place)", rows: 6, columns: 6,
        structure: structures[
          Int(generator.next() % UInt64(structures.count))],
        isGiven: kind == 0,
        tangentCost: kind == 1 || kind == 3 ? 3 : nil,
        adjointCost: kind == 2 || kind == 3 ? 2 : nil)
    }
    let problem = try Problem(factors: factors)
    let matrices = try problem.patterns.map { pattern in
      var matrix = [Double](repeating: 0, count: 36)
      let places = try pattern.expanded()
      for row in 0..<6 {
        for column in places.columnIndices[
          places.rowStarts[row]..<places.rowStarts[row + 1]]
        {
          matrix[6 * row + column] =
            pattern.structure.isUnit ? 1 : Double(generator.next() % 9) + 1
        }
      }
      return matrix
    }
    return (problem, matrices)
  }

  private static func product(
    _ problem: Problem, _ matrices: [[Double]]
  ) -> [Double] {
    var result = matrices[0]
    for outer in matrices.dropFirst() {
      var next = [Double](repeating: 0, count: 36)
      for row in 0..<6 {
        for k in 0..<6 {
          for column in 0..<6 {
            next[6 * row + column] +=
              outer[6 * row + k] * result[6 * k + column]
          }
        }
      }
      result = next
    }
    return result
  }

  /// Calls the program's function, and prints the Jacobian and how often the
  /// factors were evaluated.
  private static func main(
    _ solved: Solved, _ matrices: [[Double]], _ program: String
  ) throws -> String {
    let head = program.prefix(
      upTo: try #require(program.range(of: "\n) ->")).lowerBound)
    let names = head.split(separator: "\n").drop { !$0.hasPrefix("func") }
      .dropFirst()
    let arguments = try names.map { line in
      let line = line.trimmingCharacters(in: .whitespaces)
      let name = String(line.prefix { $0 != ":" })
      let factor = try #require(Int(String(name.dropFirst().prefix(1))))
      let places = try solved.problem.patterns[factor].expanded()
      let list = "\(matrices[factor])"
      if name.hasSuffix("tangent") { return "\(name): tangent(\(list))" }
      if name.hasSuffix("adjoint") { return "\(name): adjoint(\(list))" }
      let entries = (0..<6).flatMap { row in
        places.columnIndices[
          places.rowStarts[row]..<places.rowStarts[row + 1]
        ].map { matrices[factor][6 * row + $0] }
      }
      return "\(name): \(entries)"
    }
    let isDense = program.contains(") -> Dense {\n")
    let show =
      isDense
      ? "for entry in result.entries { print(entry) }"
      : """
      for row in 0..<6 {
        for column in 0..<6 {
          let places = result.places.starts[row]..<result.places.starts[row + 1]
          let place = places.first { result.places.indices[$0] == column }
          print(place.map { result.entries[$0] } ?? 0)
        }
      }
      """
    return """

      var calls = 0
      func tangent(_ a: [Double]) -> ([Double]) -> [Double] {
        { v in
          calls += 1
          return (0..<6).map { i in (0..<6).reduce(0) { $0 + a[6 * i + $1] * v[$1] } }
        }
      }
      func adjoint(_ a: [Double]) -> ([Double]) -> [Double] {
        { u in
          calls += 1
          return (0..<6).map { j in (0..<6).reduce(0) { $0 + u[$1] * a[6 * $1 + j] } }
        }
      }
      let result = jacobian(\(arguments.joined(separator: ", ")))
      \(show)
      print(calls)

      """
  }
}
