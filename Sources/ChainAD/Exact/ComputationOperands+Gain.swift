import ChainRandom
import JacobianChain

extension ComputationOperands {
  /// How large a factor is; of a function written once the greatest product of
  /// its operations' slopes counts.
  ///
  /// What can only be applied is measured by products with random vectors, 8
  /// too low once in 60 000 times.
  ///
  /// - Complexity: O(entries), or that of two products.
  func gain(ofFactor index: Int) throws(ChainError) -> Gain {
    do {
      return try foundGain(ofFactor: index)
    } catch {
      throw failure(error, computation.roles[index])
    }
  }

  private func foundGain(ofFactor index: Int) throws -> Gain {
    let pattern = computation.solved.problem.patterns[index]
    switch computation.roles[index] {
    case .unit: return Gain(entries: 0)
    case .seeds: return Gain(entries: computation.seeds.gain)
    case .function(let k): return try trajectory.gain(of: k, pattern)
    case .part(let k, let part):
      return try trajectory.gain(of: k, part.pattern)
    case .transpose(let k):
      return try trajectory.gain(
        of: k, computation.planned.transposed[index]!)
    case .parameters(let k):
      if let place = trajectory.linearizations[k] as? GenericLinearization {
        return Gain(entries: try place.gain(by: .parameters))
      }
      return Gain(
        entries: try largest(pattern) {
          try entries(ofFactor: index, into: &$0)
        })
    case .curvature(let k):
      return try gain(ofCurvature: k) {
        try largestOfCurvature(k, index, pattern)
      }
    case .curvaturePart(let k, let part):
      return try gain(ofCurvature: k) {
        try largest(part.pattern) { try writeCurvature(of: k, into: &$0) }
      }
    }
  }

  /// The weights of a curvature may have been lost, and second derivatives
  /// multiply them.
  private func gain(
    ofCurvature k: Int, _ largest: () throws -> Double
  ) throws -> Gain {
    let weights = computation.weights[k]!
    defer { computation.weights[k] = weights }
    let entries = try largest()
    computation.weights[k] = .random(weights.count)
    let inside = try max(0, largest())
    return Gain(
      entries: entries,
      inside: inside + (try computation.adjoints?.lostLift(trajectory) ?? 0))
  }

  private func largestOfCurvature(
    _ k: Int, _ index: Int, _ pattern: Pattern
  ) throws -> Double {
    if case .entries = trajectory.graph.nodes[k].function!.knownCurvature {
      return try largest(pattern) { try entries(ofFactor: index, into: &$0) }
    }
    return try .largest(of: pattern.columns, pattern.rows) {
      seeds, width, block in
      try apply(
        .tangent, ofFactor: index, to: seeds, width: width, into: &block)
    }
  }

  private func largest(
    _ pattern: Pattern,
    _ write: (inout MutableSpan<Double>) throws -> Void
  ) throws -> Double {
    if let unit = pattern.structure.unit { return unit.logarithm }
    var values = [Double](
      repeating: 0, count: Int(clamping: pattern.storedEntries))
    var span = values.mutableSpan
    try write(&span)
    return values.gain
  }
}

extension Trajectory {
  /// How large J_k is; found once at a point, or for the parameters on which it
  /// depends alone.
  func gain(of k: Int, _ pattern: Pattern) throws -> Gain {
    let isConstant = graph.nodes[k].function!.hasConstantEntries
    let stamp = isConstant ? -parameterVersions[k] : moves
    if let known = gains[k], known.stamp == stamp { return known.gain }
    let place = linearizations[k]!
    let gain = Gain(
      entries: try largest(k, place, pattern),
      inside: max(0, (place as? any LayeredLinearization)?.gainInside ?? 0))
    gains[k] = (stamp, gain)
    return gain
  }

  private func largest(
    _ k: Int, _ place: any Linearization, _ pattern: Pattern
  ) throws -> Double {
    if let unit = pattern.structure.unit { return unit.logarithm }
    if let place = place as? GenericLinearization {
      return try place.gain(by: .inputs)
    }
    let abilities = graph.nodes[k].function!.abilities
    if abilities.contains(.entries) {
      return try wholeEntries(of: k, pattern).entries.buffer.gain
    }
    let mode = abilities.modes[0]
    let (length, height) =
      mode == .tangent
      ? (pattern.columns, pattern.rows) : (pattern.rows, pattern.columns)
    return try .largest(of: length, height) { seeds, width, block in
      try place.apply(mode, to: seeds, width: width, into: &block)
    }
  }
}

extension GenericLinearization {
  /// log₂ of the greatest product of slopes by inputs or by parameters.
  fileprivate func gain(by source: Recording) throws -> Double {
    try record(source)
    return tape.gain(to: tracedOutputs)
  }
}

extension Sequence<Double> {
  /// log₂ of the largest magnitude.
  var gain: Double {
    let largest = reduce(into: 0 as UInt64) {
      $0 = Swift.max($0, $1.magnitude.bitPattern)
    }
    return Double(bitPattern: largest).logarithm
  }
}

extension Double {
  /// log₂ of about the largest entry of what can only be applied.
  fileprivate static func largest(
    of length: Int, _ height: Int,
    _ product: (
      _ seeds: Span<Double>, _ width: Int, _ block: inout MutableSpan<Double>
    ) throws -> Void
  ) throws -> Double {
    let width = 2
    let seeds = [Double].random(length * width)
    var block = [Double](repeating: 0, count: height * width)
    var span = block.mutableSpan
    try product(seeds.span, width, &span)
    return block.gain
  }
}

extension [Double] {
  /// Numbers that are spread evenly over [−2, −1] and [1, 2], always the same:
  /// they cancel each other to 2^−8 of the largest term in one of 2^8 products.
  fileprivate static func random(_ count: Int) -> [Double] {
    var random = SplitMix64(seed: 1)
    return (0..<count).map { _ in
      let number = random.uniform()
      return number < 0 ? number - 1 : number + 1
    }
  }
}
