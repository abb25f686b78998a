import Foundation

/// What a direction of a chart means.
struct Axis {
  enum Scale { case linear, logarithmic }

  /// With the unit: "seconds, median and quartiles".
  var title: String
  var unit: Unit
  var scale = Scale.logarithmic

  /// Whether a value has a place: none of zero on a logarithmic axis, and
  /// nothing that only a broken file can hold.
  func hasPlace(for value: Double) -> Bool {
    abs(value) < 1e100 && (scale == .linear || value > 1e-100)
  }

  /// A value's neighbour where there is nothing better to draw.
  func end(_ value: Double, or median: Double) -> Double {
    hasPlace(for: value) ? value : median
  }
}

/// An axis with its values laid out over pixels.
struct Projection {
  let axis: Axis
  let low: Double
  let high: Double
  let start: Double
  let end: Double

  /// - Parameters:
  ///   - values: what has to be seen; those without a place are left out.
  ///   - margin: pixels that stay free at both ends.
  init(
    _ axis: Axis, _ values: [Double], from start: Double, to end: Double,
    margin: Double = 0
  ) {
    self.axis = axis
    (self.start, self.end) = (start, end)
    let free = 1 + 2 * margin / max(abs(end - start) - 2 * margin, 1)
    let values = values.filter(axis.hasPlace)
    let (low, high) = (values.min() ?? 1, values.max() ?? 1)
    switch axis.scale {
    case .logarithmic:
      // A third of a decade at least, or noise looks like a difference.
      let wanted = max(log10(high) - log10(low), 1.0 / 3)
      let middle = (log10(high) + log10(low)) / 2
      self.low = pow(10, middle - wanted * 0.54 * free)
      self.high = pow(10, middle + wanted * 0.54 * free)
    case .linear:
      let spread = high - low
      let pad =
        spread > 0
        ? spread * (0.56 * free - 0.5) : max(abs(high) * 0.1, 0.5)
      self.low = low - pad
      self.high = high + pad
    }
  }

  /// The pixel of a value.
  func place(_ value: Double) -> Double {
    let share =
      switch axis.scale {
      case .logarithmic:
        (log10(value) - log10(low)) / (log10(high) - log10(low))
      case .linear: (value - low) / (high - low)
      }
    return start + (end - start) * min(max(share, 0), 1)
  }

  /// As many round values as have room and labels of their own, if any two
  /// have.
  ///
  /// - Parameter room: pixels that one label takes.
  func ticks(room: Double) -> [Double] {
    var best: [Double] = []
    for candidate in candidates {
      let places = candidate.map(place)
      let gaps = zip(places, places.dropFirst()).map { abs($1 - $0) }
      let labels = Set(candidate.map(axis.unit.tick))
      if candidate.count >= 2, labels.count == candidate.count,
        gaps.allSatisfy({ $0 >= room })
      {
        return candidate
      }
      if best.isEmpty, !candidate.isEmpty { best = [candidate[0]] }
    }
    return best
  }

  /// From fine to coarse.
  private var candidates: [[Double]] {
    switch axis.scale {
    case .logarithmic:
      let decades = Int(floor(log10(low)))...Int(floor(log10(high)))
      let fine = [
        [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8], [1, 1.5, 2, 3, 5, 7],
        [1, 2, 5], [1, 3],
      ].map { mantissas in
        decades.flatMap { decade in
          mantissas.map { $0 * pow(10, Double(decade)) }
        }
      }
      let coarse = [1, 2, 3, 4, 5, 6, 9, 12].map { step in
        decades.filter { $0 % step == 0 }.map { pow(10, Double($0)) }
      }
      return (fine + coarse).map { $0.filter { low <= $0 && $0 <= high } }
    case .linear:
      let start = Int(floor(log10(high - low))) - 1
      return (start...start + 2).flatMap { decade in
        [1.0, 2, 5].compactMap { mantissa -> [Double]? in
          let step = mantissa * pow(10, Double(decade))
          // There is no half of a thing.
          if case .count = axis.unit, step < 1 { return nil }
          return Array(
            stride(
              from: (low / step).rounded(.up), through: high / step, by: 1)
          ).map { $0 * step }
        }
      }
    }
  }
}
