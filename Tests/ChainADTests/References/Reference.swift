import Foundation
import Testing

/// A line of `Fixtures/references.csv`: derivatives of a function at a point,
/// made in high precision by `make_references.py` and rounded once.
struct Reference: Sendable, CustomStringConvertible {
  var name: String
  var inputs: [Double]
  var values: [Double]
  /// The Jacobian, row by row.
  var slopes: [Double]
  /// The upper triangle of the Hessian, row by row.
  var bends: [Double]

  var description: String {
    "\(name) at \(inputs.map { "\($0)" }.joined(separator: ", "))"
  }

  /// ∂²f/∂x_i∂x_j.
  func bend(_ i: Int, _ j: Int) -> Double {
    let (n, row, column) = (inputs.count, min(i, j), max(i, j))
    return bends[row * n - row * (row - 1) / 2 + column - row]
  }

  /// The lines of a function.
  static func rows(_ name: String) throws -> [Reference] {
    try #require(try all.get()[name], "no rows for \(name)")
  }

  /// Every line, by the name of its function.
  static let all = Result { try Dictionary(grouping: read(), by: \.name) }

  private static func read() throws -> [Reference] {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appending(
        components: "Fixtures", "references.csv")
    return try String(contentsOf: file, encoding: .ascii)
      .split(separator: "\n").map { line in
        let fields = line.split(separator: ";")
        func numbers(_ field: Int) throws -> [Double] {
          try fields[field].split(separator: " ").map {
            guard let number = Double($0) else { throw Malformed(line: line) }
            return number
          }
        }
        guard fields.count == 5 else { throw Malformed(line: line) }
        return Reference(
          name: String(fields[0]), inputs: try numbers(1),
          values: try numbers(2), slopes: try numbers(3),
          bends: try numbers(4))
      }
  }

  private struct Malformed: Error { var line: Substring }
}
