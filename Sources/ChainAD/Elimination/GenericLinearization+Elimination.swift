import JacobianChain

/// Entries by a compiled elimination, where that takes less than sweeps.
extension GenericLinearization {
  /// Runs the program of the way that the function takes at the point; a way
  /// that is new is recorded and compiled first.
  ///
  /// - Returns: whether the first of the ways has the entries; sweeps find them
  ///   where they take less, the function can't be followed, or something isn't
  ///   finite.
  @inline(__always)
  func eliminate(at point: Span<Double>) throws -> Bool {
    if let firstWay {
      if !parameters.isEmpty { firstWay.give(parameters, behind: point.count) }
      let outcome = firstWay.run(at: point)
      if outcome != .otherWay { return outcome == .finished }
    }
    return try eliminateElsewhere(at: point)
  }

  /// The same where the first way isn't the one.
  private func eliminateElsewhere(at point: Span<Double>) throws -> Bool {
    if isPastEliminating { return false }
    if let outcome = runKnownWays(from: 1, at: point) {
      return outcome == .finished
    }
    // Ways that another thread has met.
    guard let known = program.programs.all else { return giveUp() }
    let seen = ways.count
    for program in known.dropFirst(seen) {
      ways.append(ScalarPlaces(program))
    }
    if let outcome = runKnownWays(from: seen, at: point) {
      return outcome == .finished
    }
    return try learn(at: point)
  }

  /// What came of the first program that knows the way, which is the first one
  /// of all from then on; nil when none does.
  private func runKnownWays(
    from first: Int, at point: Span<Double>
  ) -> ScalarMemory.Outcome? {
    for index in ways.indices.dropFirst(first) {
      ways[index].memory.give(parameters, behind: point.count)
      let outcome = ways[index].memory.run(at: point)
      if outcome == .otherWay { continue }
      // The next point will most likely take the same way.
      ways.swapAt(0, index)
      return outcome
    }
    return nil
  }

  private func giveUp() -> Bool {
    isPastEliminating = true
    ways = []
    return false
  }

  /// Records and compiles the way that the function takes at the point, and
  /// holds the values against those of `Double`.
  private func learn(at point: Span<Double>) throws -> Bool {
    guard let made = try compile() else {
      program.programs.close()
      return giveUp()
    }
    guard try isCheaper(made) else { return giveUp() }
    let way = ScalarPlaces(made)
    way.memory.give(parameters, behind: point.count)
    let outcome = way.memory.run(at: point)
    try program.value(self.point, parameters, &outputs)
    let isRight = outputs.indices.allSatisfy { index in
      let (own, value) = (way.memory.output(index), outputs[index])
      return own.bitPattern == value.bitPattern || own.isNaN && value.isNaN
    }
    guard isRight, outcome != .otherWay else {
      program.programs.close()
      return giveUp()
    }
    program.programs.add(made)
    guard let known = program.programs.all else { return giveUp() }
    for other in known.dropFirst(ways.count) {
      let isOwn = other.code == made.code
      ways.append(isOwn ? way : ScalarPlaces(other))
      if isOwn { ways.swapAt(0, ways.count - 1) }
    }
    return outcome == .finished && ways.first === way
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

  /// Writes the entries that the first way has, as `structure` stores them.
  @inline(__always)
  func writeEliminated(into entries: inout MutableSpan<Double>) throws {
    let way = firstWay!
    guard isDense else {
      let stored = try GenericSweeper(self, .inputs)
        .recipe(of: structure, &recipe).stored
      try Refusal.check(entries.count, stored.count, "entries", of: name)
      return way.writeEntries(stored, into: &entries)
    }
    try Refusal.check(entries.count, way.entryCount, "entries", of: name)
    way.writeEntries(into: &entries)
  }

  /// What has the entries at the point; nil where sweeps find them.
  var eliminated: ScalarPlaces? { isEliminated ? ways[0] : nil }
}
