import ChainADTestSupport
import ChainRandom
import ChainTestSupport
import ChainWorkloads
import JacobianChain
import RealModule
import Testing

@testable import ChainAD

/// Entries by compiled eliminations: those of tangents and adjoints, whatever
/// way a function takes.
@Suite("Compiled eliminations") struct EliminationTests {
  /// The entries at a point and whether a program found them; checks that
  /// values are the same to the bit, and entries to rounding.
  @discardableResult
  private func compare(
    _ function: any ElementalFunction, _ place: any Linearization,
    at point: [Double], within bound: Double = 1e-12
  ) throws -> Bool {
    let usual = try Derivatives(function, at: point)
    var own = Derivatives(function, place)
    try own.move(to: point, keeping: .entries)
    let entries = try own.entries()
    let (name, expected) = (function.name, try usual.byAdjoints())
    for (a, b) in zip(own.value, usual.value) {
      #expect(
        a.bitPattern == b.bitPattern || a.isNaN && b.isNaN, "\(name), \(point)")
    }
    let scale = expected.reduce(0) { max($0, $1.isFinite ? abs($1) : 0) }
    for (a, b) in zip(entries, expected) {
      #expect(
        a == b || a.isNaN && b.isNaN
          || abs(a - b) <= bound * max(scale, abs(b)),
        "\(name) at \(point): \(a), by adjoints \(b)")
    }
    return (place as! GenericLinearization).eliminated != nil
  }

  @Test("the published functions", arguments: ScalarTask.all.indices)
  func tasks(_ index: Int) throws {
    let task = ScalarTask.all[index]
    let place = task.function.linearization()
    for step in 0..<20 {
      let point = task.point.map { $0 * (1 + 0.01 * Double(step)) }
      #expect(try compare(task.function, place, at: point))
    }
    // All of it without a kink is one way.
    #expect((place as! GenericLinearization).ways.count == 1)
  }

  @Test("machine code and interpreter agree, bit for bit")
  func machineCode() throws {
    for task in ScalarTask.all {
      let place = task.function.linearization() as! GenericLinearization
      try compare(task.function, place, at: task.point)
      let program = try #require(place.eliminated?.program)
      #if arch(x86_64) && (os(Linux) || os(macOS))
        #expect(program.machine != nil)
      #endif
      let (own, other) = (
        ScalarPlaces(program), ScalarPlaces(program, usesMachineCode: false)
      )
      for factor in [1, 0.9, 1.1] {
        let point = task.point.map { $0 * factor }
        let results = [own, other].map { places in
          var found = [Double](
            repeating: 0,
            count: task.function.inputCount * task.function.outputCount)
          #expect(places.memory.run(at: point.span) == .finished)
          var span = found.mutableSpan
          places.memory.writeEntries(into: &span)
          return found
        }
        #expect(results[0] == results[1], "\(task.name)")
      }
    }
  }

  @Test("orders take fewer multiplications than forward mode")
  func orders() throws {
    // Where units are free, as the data set counts AlphaGrad's own traces.
    let forward = ["RoeFlux_1d": 362, "RobotArm_6DOF": 227]
    for task in ScalarTask.all {
      guard let known = forward[task.name] else { continue }
      let place = task.function.linearization() as! GenericLinearization
      try compare(task.function, place, at: task.point)
      let count = try #require(place.eliminated?.program.multiplicationCount)
      #expect(count < known, "\(task.name): \(count)")
    }
  }

  @Test("equal functions, equal programs")
  func sameEveryTime() throws {
    for size in [3, 9, 20] {
      let programs = try (0..<2).map { _ in
        let function = Elemental.generic(
          name: "mixture", Mixture(inputCount: size, outputCount: 4))
        let place = function.linearization() as! GenericLinearization
        try compare(function, place, at: scattered(size))
        return try #require(place.eliminated?.program.code)
      }
      #expect(programs[0] == programs[1])
    }
  }

  @Test("every function of the library", arguments: Referenced.rows.keys)
  func functions(_ declaration: String) throws {
    let points = [0.3, -0.7, 0, 1, 2.5, -3, 40, -800, 1e-200, 1e200]
    var found = 0
    for row in Referenced.rows[declaration]! {
      let function = Elemental.generic(name: row, Referenced(row))
      let place = function.linearization()
      for x in points {
        for y in function.inputCount == 2 ? points : [0] {
          let point = [x, y].prefix(function.inputCount)
          found +=
            try compare(function, place, at: Array(point), within: 1e-14)
            ? 1 : 0
        }
      }
    }
    #expect(found > 0 || declaration == "reciprocal")
  }

  /// Branches on values: other formulas, other numbers of steps.
  struct Branching: ScalarFunction {
    let inputCount = 3
    let outputCount = 2
    func callAsFunction<T: Scalar>(_ x: [T]) -> [T] {
      var y = x[0] < x[1] ? x[0] * x[2] : .exp(x[1]) - x[2]
      if x[2] == 1 { y += 5 * x[0] }
      var steps = 0
      while y * y > 2 && steps < 3 {
        y = y / 2
        steps += 1
      }
      return [y, abs(y - x[0]) + max(y, x[1])]
    }
  }

  @Test("a branch that goes another way is noticed")
  func branches() throws {
    let function = Elemental.generic(name: "branching", Branching())
    let place = function.linearization()
    var random = SplitMix64(seed: 1)
    var byPrograms = 0
    for _ in 0..<300 {
      let point = (0..<3).map { _ in
        [0, 1, 2, -1.5, 0.25][random.integer(in: 0...4)]
      }
      byPrograms += try compare(function, place, at: point) ? 1 : 0
    }
    // More ways than are kept: in the end none is.
    #expect(byPrograms > 5 && byPrograms < 300)
    #expect((place as! GenericLinearization).ways.isEmpty)
  }

  /// As many ways as are kept: which one, is decided by the sign of each input.
  struct Signs: ScalarFunction {
    let inputCount = 3
    let outputCount = 3
    func callAsFunction<T: Scalar>(_ x: [T]) -> [T] {
      x.map { $0 < 0 ? $0 * $0 : .sin($0) }
    }
  }

  @Test("some ways are known side by side")
  func ways() throws {
    let function = Elemental.generic(name: "signs", Signs())
    let (place, other) = (function.linearization(), function.linearization())
    for round in 0..<24 {
      let point = (0..<3).map { round >> $0 & 1 == 0 ? 0.5 : -0.5 }
      #expect(try compare(function, place, at: point))
    }
    #expect((place as! GenericLinearization).ways.count == 8)
    // What one has learned, all know.
    #expect(try compare(function, other, at: [1, 1, 1]))
    #expect((other as! GenericLinearization).ways.count == 8)
  }

  @Test("kinks, and points beside them", arguments: KinkTests.Spelling.allCases)
  func kinks(_ spelling: KinkTests.Spelling) throws {
    let function = Elemental.generic(
      name: "\(spelling)", KinkTests.Function(spelling: spelling))
    let place = function.linearization()
    for x in [0, 1, -0.0, -1, 0, 2] {
      #expect(try compare(function, place, at: [x]))
    }
  }

  /// Looks at its number itself.
  struct Peeking: ScalarFunction {
    let inputCount = 1
    let outputCount = 1
    var ownSlope = false
    func callAsFunction<T: Scalar>(_ x: [T]) -> [T] {
      ownSlope
        ? [.elemental(x[0], value: x[0].primal, slope: 3)]
        : [x[0] * T(x[0].primal)]
    }
  }

  @Test("what can't be followed isn't compiled", arguments: [false, true])
  func opaque(_ ownSlope: Bool) throws {
    let function = Elemental.generic(
      name: "peeking", Peeking(ownSlope: ownSlope))
    let place = function.linearization()
    for x in [1.0, 2, 3] {
      #expect(try !compare(function, place, at: [x]))
    }
  }

  /// A Newton iteration for a root: long, and with as many steps as it takes.
  struct Long: ScalarFunction {
    let steps: Int
    let inputCount = 2
    let outputCount = 2
    func callAsFunction<T: Scalar>(_ x: [T]) -> [T] {
      var (a, b) = (x[0], x[1])
      for _ in 0..<steps { (a, b) = (a + 0.01 * b, b - 0.01 * .sin(a)) }
      return [a, b]
    }
  }

  @Test("long functions", arguments: [70, 300, 3000])
  func long(_ steps: Int) throws {
    let function = Elemental.generic(name: "pendulum", Long(steps: steps))
    try compare(function, function.linearization(), at: [0.3, 0.2])
  }

  @Test("a band, as its structure stores it")
  func structures() throws {
    let stencil = Stencil(inputCount: 30, outputCount: 30, lower: 2, upper: 1)
    let structure = Structure.banded(lower: 2, upper: 1)
    let function = Elemental.generic(
      name: "stencil", structure: structure, stencil)
    let count = Int(
      try Pattern(rows: 30, columns: 30, structure: structure, at: "")
        .nonzeros)
    let usual = try Derivatives(function, at: scattered(30))
    let own = try Derivatives(
      function, at: scattered(30), keeping: .entries)
    #expect((own.place as! GenericLinearization).eliminated != nil)
    #expect(
      agree(
        try own.entries(count: count), try usual.entries(count: count),
        within: 1e-15))
  }

  struct Parametric: ParametricScalarFunction {
    let inputCount = 2
    let outputCount = 2
    let parameters = [2.0, -1]
    func callAsFunction<T: Scalar>(_ x: [T], _ w: [T]) -> [T] {
      [w[0] * x[0] * x[1], .sin(w[1] * x[0]) + w[0]]
    }
  }

  @Test("parameters may change")
  func parameters() throws {
    let function = Elemental.generic(
      name: "parametric", Parametric())
    var own = try Derivatives(function, at: [3, 4], keeping: .entries)
    let place = own.place as! GenericLinearization
    #expect(place.eliminated != nil)
    #expect(
      agree(
        try own.entries(), [8, 6, -.cos(-3), 0], within: 1e-15))
    try place.setParameters([5.0, 2].span)
    try own.move(to: [3, 4], keeping: .entries)
    #expect(place.eliminated != nil && place.ways.count == 1)
    #expect(
      agree(try own.entries(), [20, 15, 2 * .cos(6), 0], within: 1e-15))
  }

  @Test("functions are values for all threads")
  func threads() async throws {
    let function = Elemental.generic(name: "branching", Branching())
    let points = (0..<40).map { scattered(3, from: 5 * $0) }
    let expected = try points.map {
      try Derivatives(function, at: $0).byAdjoints()
    }
    try await withThrowingTaskGroup(of: [[Double]].self) { group in
      for _ in 0..<8 {
        group.addTask {
          var place = try Derivatives(function, at: points[0])
          return try points.map {
            try place.move(to: $0, keeping: .entries)
            return try place.entries()
          }
        }
      }
      for try await found in group {
        for (a, b) in zip(found, expected) {
          #expect(agree(a, b, within: 1e-13))
        }
      }
    }
  }
}
