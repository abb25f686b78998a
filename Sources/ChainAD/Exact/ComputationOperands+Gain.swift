import ChainRandom
import JacobianChain

extension ComputationOperands {
  /// log₂ of the largest entry of a factor; of a function written once that of
  /// the greatest product of its operations' slopes.
  ///
  /// Of what can only be applied it is estimated by products with random
  /// vectors, and is 8 too small once in 60 000 times.
  ///
  /// - Complexity: O(entries), or that of two products.
  func gain(ofFactor index: Int) throws -> Double {
    let pattern = computation.solved.problem.patterns[index]
    switch computation.roles[index] {
    case .unit: return 0
    case .seeds: return computation.seeds.gain
    case .function(let k): return try trajectory.gain(of: k, pattern)
    case .part(let k, let part):
      return try trajectory.gain(of: k, part.pattern)
    case .transpose(let k):
      return try trajectory.gain(
        of: k, computation.planned.transposed[index]!)
    case .parameters(let k):
      if let place = trajectory.linearizations[k] as? GenericLinearization {
        return try place.gain(by: .parameters)
      }
      return try gain(ofEntries: index, pattern)
    case .curvature(let k):
      guard
        case .entries = trajectory.graph.nodes[k].function!.knownCurvature
      else {
        return try .gain(
          length: pattern.columns, ofResult: pattern.rows
        ) { seeds, width, block in
          try apply(
            .tangent, ofFactor: index, to: seeds, width: width, into: &block)
        }
      }
      return try gain(ofEntries: index, pattern)
    case .curvaturePart(let k, let part):
      return try wholeCurvature(of: k, part.pattern).entries.buffer.gain
    }
  }

  private func gain(
    ofEntries index: Int, _ pattern: Pattern
  ) throws -> Double {
    if let unit = pattern.structure.unit { return unit.roughLogarithm }
    var values = [Double](
      repeating: 0, count: Int(clamping: pattern.storedEntries))
    var span = values.mutableSpan
    try entries(ofFactor: index, into: &span)
    return values.gain
  }
}

extension Trajectory {
  /// log₂ of the largest entry of J_k; found once at a point.
  func gain(of k: Int, _ pattern: Pattern) throws -> Double {
    if let known = gains[k], known.move == moves { return known.gain }
    let gain = try foundGain(of: k, pattern)
    gains[k] = (moves, gain)
    return gain
  }

  private func foundGain(of k: Int, _ pattern: Pattern) throws -> Double {
    if let unit = pattern.structure.unit { return unit.roughLogarithm }
    let (place, function) = (linearizations[k]!, graph.nodes[k].function!)
    if let place = place as? GenericLinearization {
      return try place.gain(by: .inputs)
    }
    if function.abilities.contains(.entries) {
      return try wholeEntries(of: k, pattern).entries.buffer.gain
    }
    let mode = function.abilities.modes[0]
    let (length, height) =
      mode == .tangent
      ? (pattern.columns, pattern.rows) : (pattern.rows, pattern.columns)
    return try .gain(length: length, ofResult: height) {
      seeds, width, block in
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
  fileprivate var gain: Double {
    let largest = reduce(into: 0 as UInt64) {
      $0 = Swift.max($0, $1.magnitude.bitPattern)
    }
    return Double(bitPattern: largest).roughLogarithm
  }
}

extension Double {
  /// log₂ of about the largest entry of what can only be applied.
  ///
  /// Numbers that are spread evenly over [−2, −1] and [1, 2] cancel each other
  /// to 2^−8 of the largest term in one of 2^8 products.
  fileprivate static func gain(
    length: Int, ofResult height: Int,
    _ product: (
      _ seeds: Span<Double>, _ width: Int, _ block: inout MutableSpan<Double>
    ) throws -> Void
  ) throws -> Double {
    let width = 2
    var random = SplitMix64(seed: 1)
    let seeds = (0..<length * width).map { _ in
      let number = random.uniform()
      return number < 0 ? number - 1 : number + 1
    }
    var block = [Double](repeating: 0, count: height * width)
    var span = block.mutableSpan
    try product(seeds.span, width, &span)
    return block.gain
  }
}
