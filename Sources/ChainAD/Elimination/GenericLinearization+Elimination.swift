import JacobianChain

/// Entries by a compiled elimination, where that takes less than sweeps.
extension GenericLinearization {
  /// Runs the program of the way that the function takes at the point; a way
  /// that is new is recorded and compiled first.
  ///
  /// - Returns: what it left; nil where sweeps are the way, because they take
  ///   less, the function can't be followed, or something isn't finite.
  func eliminate() throws -> ScalarPlaces? {
    if isPastEliminating { return nil }
    if case .some(let outcome) = runKnownWays(from: 0) { return outcome.places }
    // Ways that another thread has met.
    guard let known = program.programs.all else { return giveUp() }
    let seen = ways.count
    for program in known.dropFirst(seen) {
      ways.append(ScalarPlaces(program))
    }
    if case .some(let outcome) = runKnownWays(from: seen) {
      return outcome.places
    }
    return try learn()
  }

  /// What the first program left that knows the way; nil when none does.
  private func runKnownWays(from first: Int) -> Left? {
    for index in first..<ways.count {
      let outcome = ways[index].run(at: point, parameters)
      if outcome == .otherWay { continue }
      // The next point will most likely take the same way.
      ways.swapAt(0, index)
      return Left(places: outcome == .finished ? ways[0] : nil)
    }
    return nil
  }

  /// What a program left; nothing where sweeps have to look.
  private struct Left {
    var places: ScalarPlaces?
  }

  private func giveUp() -> ScalarPlaces? {
    isPastEliminating = true
    ways = []
    return nil
  }

  /// Records and compiles the way that the function takes at the point, and
  /// holds the values against those of `Double`.
  private func learn() throws -> ScalarPlaces? {
    guard let made = try compile() else {
      program.programs.close()
      return giveUp()
    }
    guard try isCheaper(made) else { return giveUp() }
    let way = ScalarPlaces(made)
    let outcome = way.run(at: point, parameters)
    try program.value(point, parameters, &outputs)
    let isRight = outputs.indices.allSatisfy { index in
      let (own, value) = (way.output(index), outputs[index])
      return own.bitPattern == value.bitPattern || own.isNaN && value.isNaN
    }
    guard isRight, outcome != .otherWay else {
      program.programs.close()
      return giveUp()
    }
    program.programs.add(made)
    guard let known = program.programs.all else { return giveUp() }
    if known.count == ways.count + 1 { ways.append(way) }
    return outcome == .finished ? way : nil
  }

  /// The program of the way that the function takes at the point; nil when it
  /// can't be followed or is too long.
  private func compile() throws -> ScalarProgram? {
    let log = OperationLog(limit: Self.longest)
    func inputs(_ values: [Double], from first: Int) -> [Symbolic] {
      values.indices.map {
        Symbolic(values[$0], log, step: log.step(.input(first + $0)))
      }
    }
    let x = inputs(point, from: 0)
    let w = inputs(parameters, from: point.count)
    var y = [Symbolic](repeating: 0, count: program.outputCount)
    try program.symbolic(x, w, &y)
    try Refusal.check(y.count, program.outputCount, "outputs", of: name)
    guard !log.isOpaque else { return nil }
    return ScalarProgramWriter.write(
      log, outputs: y.map { $0.step(in: log) }, inputCount: point.count,
      parameterCount: parameters.count)
  }

  /// Steps of the longest function that is compiled: orders of thousands of
  /// vertices take longer to find than they save.
  private static let longest = 2000

  /// Whether a program takes less than sweeps do: an instruction takes about a
  /// quarter of a step of a sweep (measured: 1.3 ns and 5 to 7).
  ///
  /// A rule by counts alone, so that the same function always takes the same
  /// way, to the bit.
  private func isCheaper(_ program: ScalarProgram) throws -> Bool {
    let sweeper = GenericSweeper(self, .inputs)
    let sweeps: Int
    if case .dense = structure {
      let (m, n) = (sweeper.rows, sweeper.columns)
      sweeps = min(
        sweeper.sweeps(.tangent, seeds: n), sweeper.sweeps(.adjoint, seeds: m))
    } else {
      let recipe = try sweeper.recipe(of: structure, &recipe)
      sweeps = sweeper.sweeps(recipe.mode, seeds: recipe.width)
    }
    return program.instructionCount <= 4 * sweeps * program.stepCount
  }

  /// Writes the entries that a program left, as `structure` stores them.
  func writeEntries(
    of way: ScalarPlaces, into entries: inout MutableSpan<Double>
  ) throws {
    guard case .dense = structure else {
      let stored = try GenericSweeper(self, .inputs)
        .recipe(of: structure, &recipe).stored
      try Refusal.check(entries.count, stored.count, "entries", of: name)
      return way.writeEntries(stored, into: &entries)
    }
    try Refusal.check(
      entries.count, way.program.entries.count, "entries", of: name)
    way.writeEntries(into: &entries)
  }
}
