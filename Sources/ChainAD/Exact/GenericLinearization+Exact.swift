import JacobianChain

extension Tape {
  /// One sweep back from the sum of outputs, in a wide range.
  ///
  /// - Parameter outputs: their steps; 0 for constants.
  /// - Returns: input by input the derivative; nil where no output of these
  ///   depends on the input.
  /// - Complexity: O(steps).
  func wideAdjoints(from outputs: [Int]) -> [Wide?] {
    var adjoints = [Wide?](repeating: nil, count: count + 1)
    func add(_ adjoint: Wide, to step: Int) {
      // Nothing flows into constants.
      guard step != 0 else { return }
      adjoints[step] = adjoints[step].map { $0 + adjoint } ?? adjoint
    }
    for step in outputs { add(Wide(1), to: step) }
    var index = count
    while index > inputCount {
      if let adjoint = adjoints[index] {
        let step = log.pointee.steps[index]
        add(adjoint * Wide(step.leftSlope), to: Int(step.left))
        add(adjoint * Wide(step.rightSlope), to: Int(step.right))
      }
      index -= 1
    }
    return Array(adjoints[1..<inputCount + 1])
  }
}

extension GenericLinearization {
  /// C · s in a wide range; nil where that isn't finite.
  ///
  /// - Parameters:
  ///   - seed: s; nil doesn't move.
  ///   - weights: λ.
  /// - Complexity: one recording and a sweep.
  func wideCurvature(
    along seed: [Wide?], _ weights: [Wide]
  ) throws -> [Wide]? {
    let tape = WideTape()
    let inputs = zip(point, seed).map { tape.input(WideDual($0, $1)) }
    var outputs = [TracedWide](repeating: 0, count: weights.count)
    try program.wide(inputs, parameters.map { TracedWide($0) }, &outputs)
    try Refusal.check(outputs.count, weights.count, "outputs", of: name)
    return tape.curvature(from: outputs, weights: weights)
  }

  /// C in a wide range; nil where that isn't finite.
  ///
  /// - Throws: `ChainError` (`tooLarge`) beyond `ExactPaths.workLimit`.
  /// - Complexity: n recordings and sweeps.
  func exactCurvature(
    _ pattern: Pattern, _ weights: [Wide]
  ) throws -> ExactFactor? {
    try record(.inputs)
    let work = tape.count.multipliedReportingOverflow(by: pattern.columns)
    guard !work.overflow, work.partialValue <= ExactPaths.workLimit else {
      throw ExactPaths.tooLarge
    }
    let places = try pattern.expanded()
    var entries: [ExactFactor.Entry] = []
    for column in 0..<pattern.columns {
      let unit = point.indices.map { $0 == column ? Wide(1) : nil }
      guard let product = try wideCurvature(along: unit, weights) else {
        return nil
      }
      for row in product.indices
      where places.position(row: row, column: column) != nil {
        entries.append(.init(row: row, column: column, value: product[row]))
      }
    }
    return ExactFactor(
      rows: pattern.rows, columns: pattern.columns, entries)
  }

  /// The Jacobian without what isn't there, in a wide range: the same whatever
  /// direction plans take.
  ///
  /// - Parameter source: inputs or parameters.
  /// - Throws: `ChainError` (`tooLarge`) beyond `ExactPaths.workLimit`.
  /// - Complexity: one recording and a sweep for each row colour.
  func exactFactor(
    _ pattern: Pattern, by source: Recording
  ) throws -> ExactFactor {
    try record(source)
    let colouring = pattern.rowColouring
    let work = tape.count.multipliedReportingOverflow(by: colouring.count)
    guard !work.overflow, work.partialValue <= ExactPaths.workLimit else {
      throw ExactPaths.tooLarge
    }
    var rows = [[Int]](repeating: [], count: colouring.count)
    for row in 0..<pattern.rows {
      if let colour = colouring.colour(of: row) { rows[colour].append(row) }
    }
    let places = try pattern.expanded()
    var entries: [ExactFactor.Entry] = []
    for chosen in rows {
      let adjoints = tape.wideAdjoints(
        from: chosen.map { tracedOutputs[$0].step })
      for row in chosen {
        for column in places.row(row) {
          guard let value = adjoints[column] else { continue }
          entries.append(.init(row: row, column: column, value: value))
        }
      }
    }
    return ExactFactor(
      rows: pattern.rows, columns: pattern.columns, entries)
  }
}
