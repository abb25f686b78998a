import Foundation

/// What sentences say of many figures.
enum Statistics {
  /// The lower median, a figure that occurs; nil of none.
  static func median(_ values: [Double]) -> Double? {
    quantile(values, 2)
  }

  /// The value at `quarters` fourths of the way; nil of none.
  static func quantile(_ values: [Double], _ quarters: Int) -> Double? {
    guard !values.isEmpty else { return nil }
    return values.sorted()[(values.count - 1) * quarters / 4]
  }

  /// Pearson's correlation of logarithms; nil below 3 points or without
  /// variation. The values must be positive.
  static func logCorrelation(_ points: [(x: Double, y: Double)]) -> Double? {
    correlation(points.map { (log($0.x), log($0.y)) })
  }

  /// The slope of the line through logarithms: y grows as x to this power.
  /// Nil when x does not vary.
  static func growth(_ points: [(x: Double, y: Double)]) -> Double? {
    let logs = points.map { (x: log($0.x), y: log($0.y)) }
    let (x, y) = (mean(logs.map(\.x)), mean(logs.map(\.y)))
    let spread = logs.reduce(0) { $0 + ($1.x - x) * ($1.x - x) }
    guard logs.count > 1, spread > 1e-12 else { return nil }
    return logs.reduce(0) { $0 + ($1.x - x) * ($1.y - y) } / spread
  }

  private static func correlation(_ points: [(Double, Double)]) -> Double? {
    guard points.count >= 3 else { return nil }
    let (x, y) = (mean(points.map(\.0)), mean(points.map(\.1)))
    var (xx, yy, xy) = (0.0, 0.0, 0.0)
    for point in points {
      xx += (point.0 - x) * (point.0 - x)
      yy += (point.1 - y) * (point.1 - y)
      xy += (point.0 - x) * (point.1 - y)
    }
    guard xx > 1e-12, yy > 1e-12 else { return nil }
    return xy / (xx * yy).squareRoot()
  }

  private static func mean(_ values: [Double]) -> Double {
    values.reduce(0, +) / Double(values.count)
  }
}
