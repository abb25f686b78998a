import Foundation

/// One thing that the library does, small enough to be read.
struct Example: Sendable {
  let name: String
  let title: String
  /// What is printed; throws when anything isn't as it should be.
  let run: @Sendable () throws -> [String]
}

/// `swift run jacobian-examples [name …]`: all examples, or those named.
@main
enum Examples {
  static let all =
    SumAndProduct.examples + Accumulation.examples + BackPropagation.examples
    + SecondDerivatives.examples + Training.examples

  static func main() {
    let names = CommandLine.arguments.dropFirst()
    for name in names where !all.contains(where: { $0.name == name }) {
      complain(
        "no example \"\(name)\"; there are "
          + all.map(\.name).joined(separator: ", "))
    }
    for example in all where names.isEmpty || names.contains(example.name) {
      do {
        let lines = try example.run()
        print("\(example.name): \(example.title)")
        for line in lines { print("  \(line)") }
      } catch {
        complain("\(example.name): \(error)")
      }
    }
  }

  private static func complain(_ what: String) -> Never {
    FileHandle.standardError.write(Data("jacobian-examples: \(what)\n".utf8))
    exit(65)
  }
}

/// What an example claims and doesn't hold.
struct Broken: Error, CustomStringConvertible {
  let description: String
}

/// The largest difference of two lists of numbers, which must be small.
@discardableResult
func difference(
  _ a: [Double], _ b: [Double], atMost tolerance: Double = 1e-12
) throws -> Double {
  // Neither a largest number nor a difference can be told with NaN or infinity.
  guard a.count == b.count, (a + b).allSatisfy(\.isFinite) else {
    throw Broken(description: "two ways don't come to as many finite numbers")
  }
  let scale = max(1, a.map(abs).max() ?? 0)
  let worst = zip(a, b).map { abs($0 - $1) / scale }.max() ?? 0
  guard worst <= tolerance else {
    throw Broken(description: "two ways to the same numbers differ by \(worst)")
  }
  return worst
}

/// Numbers in a row, short.
func words(_ numbers: [Double]) -> String {
  numbers.map { String(format: "%.4g", $0) }.joined(separator: "  ")
}

/// Reproducible numbers between −1 and 1.
func numbers(_ count: Int, seed: Int = 1) -> [Double] {
  (0..<count).map { sin(Double($0 + 1) * 12.9898 * Double(seed)) }
}
