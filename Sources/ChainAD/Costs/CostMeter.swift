import JacobianChain

/// What products with a function's derivative take on this machine at one
/// point: for objectives in nanoseconds, and functions that declare no costs.
struct CostMeter {
  private let clock = ContinuousClock()
  private let place: any Linearization
  private let point: [Double]
  private let outputs: Int

  /// - Parameters:
  ///   - place: of the function; it is moved.
  ///   - point: the function's inputs.
  ///   - outputs: the number of its outputs.
  init(_ place: any Linearization, at point: [Double], outputs: Int) {
    (self.place, self.point, self.outputs) = (place, point, outputs)
  }

  /// Two widths of blocks, whole lanes of the sweeps that go by fours.
  private static let widths = (4, 16)

  /// Nanoseconds of products in a mode: what the function keeps for it on the
  /// way to the point, and a line through blocks of two widths.
  func time(of mode: Mode) throws -> EvaluationTime {
    let (narrow, wide) = Self.widths
    let kept = try time(ofKeeping: mode.ability)
    let (short, long) = (
      try time(of: mode, width: narrow), try time(of: mode, width: wide)
    )
    let slope = max(0, (long - short) / Double(wide - narrow))
    return EvaluationTime(
      fixed: Self.whole(kept + max(0, short - Double(narrow) * slope)),
      perSeed: max(1, Self.whole(slope)))
  }

  /// Nanoseconds of all entries by a compiled elimination.
  ///
  /// - Precondition: the place has one at the point.
  func timeOfElimination(_ place: GenericLinearization) throws -> Int {
    var entries = [Double](repeating: 0, count: outputs * point.count)
    let kept = try time(ofKeeping: .entries)
    let written = nanoseconds {
      var span = entries.mutableSpan
      place.eliminated?.memory.writeEntries(into: &span)
    }
    return max(1, Self.whole(kept + written))
  }

  /// What a move takes longer when something is kept.
  private func time(ofKeeping kept: Abilities) throws -> Double {
    var value = [Double](repeating: 0, count: outputs)
    func move(_ kept: Abilities) throws -> Double {
      try nanoseconds {
        var span = value.mutableSpan
        try place.move(to: point.span, value: &span, keeping: kept)
      }
    }
    let bare = try move([])
    return max(0, try move(kept) - bare)
  }

  /// A block of so many products, where the place stands and keeps them.
  private func time(of mode: Mode, width: Int) throws -> Double {
    let (inner, outer) =
      mode == .tangent ? (point.count, outputs) : (outputs, point.count)
    let seeds = [Double](repeating: 1, count: inner * width)
    var block = [Double](repeating: 0, count: outer * width)
    return try nanoseconds {
      var span = block.mutableSpan
      try place.apply(mode, to: seeds.span, width: width, into: &span)
    }
  }

  /// The fastest of several samples, each long enough for the clock; of what
  /// takes long there are fewer.
  private func nanoseconds(_ body: () throws -> Void) rethrows -> Double {
    try body()
    var best = Double.infinity
    let first = clock.now
    for _ in 0..<7 {
      var count = 0.0
      let start = clock.now
      repeat {
        try body()
        count += 1
      } while clock.now - start < .microseconds(20)
      best = min(best, (clock.now - start) / .nanoseconds(1) / count)
      if clock.now - first > .milliseconds(50) { break }
    }
    return best
  }

  private static func whole(_ nanoseconds: Double) -> Int {
    Int(min(nanoseconds.rounded(), Double(EvaluationTime.most)))
  }
}
