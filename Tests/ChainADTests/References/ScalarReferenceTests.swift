import Foundation
import JacobianChain
import RealModule
import Testing

@testable import ChainAD

/// Every function that `ActiveScalar` has, over ±[1e-300, 1e300], against
/// derivatives made in high precision.
///
/// Inputs are exact doubles, so that a derivative could be the nearest double
/// whatever the condition of the function is. What is allowed:
///
/// * slopes: 4 ulp of the reference (4 · 2^−1074 below the normal numbers);
/// * bends: 1e-13 relative, and 16 · 2^−1074;
/// * where the true derivative is beyond the largest double: ±∞; of second
///   derivatives by two numbers also NaN, where one of them is;
///
/// and beside it, by name, in `forced`:
///
/// * ψ, the slope of ln Γ, and Γ · ψ near the zeros of ψ below 0: what one
///   rounding of the argument makes;
/// * ∂²xʸ/∂x∂y = xʸ⁻¹ · (1 + y · ln x) where the two terms cancel: what one
///   rounding of each makes.
@Suite("Derivatives against references") struct ScalarReferenceTests {
  static let names = Referenced.rows.values.flatMap { $0 }.sorted()

  @Test("slopes to 4 ulp, by tangents and adjoints", arguments: names)
  func slopes(_ name: String) throws {
    let function = Referenced(name)
    let rows = try Reference.rows(name)
    var misses = Misses()
    for row in rows {
      let n = row.inputs.count
      let forward = function(
        row.inputs.indices.map { i in
          var tangent = SIMD2<Double>.zero
          tangent[i] = 1
          return Dual(row.inputs[i], tangent: tangent)
        })[0].tangent
      let backward = reverse(row.inputs) { function($0)[0] }.slopes
      for i in 0..<n {
        for (mode, found) in [
          ("forward", forward[i]), ("reverse", backward[i]),
        ] {
          misses.hold(
            found, row.slopes[i], ulps: 4, forced: Self.forced(row),
            "\(row), slope \(i), \(mode)")
        }
      }
    }
    misses.report()
  }

  @Test("bends to 1e-13, forward over reverse", arguments: names)
  func bends(_ name: String) throws {
    let function = HessianSamples.generic(name, Referenced(name))
    let rows = try Reference.rows(name)
    var misses = Misses()
    for row in rows {
      let n = row.inputs.count
      let derivatives = try Derivatives(
        function, at: row.inputs, keeping: .curvature)
      let hessian = try derivatives.curvature(weights: [1])
      let isFinite = row.bends.allSatisfy(\.isFinite)
      for i in 0..<n {
        for j in 0..<n {
          let expected = row.bend(i, j)
          if !isFinite {
            let found = hessian[i * n + j]
            #expect(
              expected.isFinite || found == expected || n > 1 && found.isNaN,
              "\(row), bend \(i), \(j): \(found)")
            continue
          }
          let forced =
            name == "power" && i != j ? Self.rounding(ofMixedPower: row) : 0
          misses.hold(
            hessian[i * n + j], expected, ulps: 16,
            forced: forced + 1e-13 * abs(expected), "\(row), bend \(i), \(j)")
        }
      }
    }
    misses.report()
  }

  private static func forced(_ row: Reference) -> Double {
    guard ["gamma", "logGamma"].contains(row.name), row.inputs[0] < 0,
      row.bends[0].isFinite
    else { return 0 }
    return abs(row.bends[0]) * row.inputs[0].ulp / 2
  }

  private static func rounding(ofMixedPower row: Reference) -> Double {
    let (x, y) = (row.inputs[0], row.inputs[1])
    let scale = y == 0 ? 1 / x : row.slopes[0] / y
    let forced = scale * (1 + abs(y * .log(x))) * 0x1p-52
    return forced.isFinite ? forced : 0
  }

  @Test("no function without rows, no rows without a function")
  func complete() throws {
    let declared = try Self.declared()
    #expect(
      declared.subtracting(Referenced.withoutRows) == Set(Referenced.rows.keys))
    for name in Self.names {
      #expect(try Reference.rows(name).count > 5, "\(name)")
    }
    let others = Set(try Reference.all.get().keys).subtracting(Self.names)
    #expect(others == ["relu", "softmax"])
  }

  /// How all the others are written down.
  private static let recorders: Set = ["elemental", "unit"]

  /// The functions and properties that extensions of `ActiveScalar` declare.
  private static func declared() throws -> Set<String> {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../../Sources/ChainAD/Scalars").standardized
    var found: Set<String> = []
    for file in try FileManager.default.contentsOfDirectory(
      at: folder, includingPropertiesForKeys: nil)
    where file.lastPathComponent.hasPrefix("ActiveScalar+")
      || file.lastPathComponent == "ActiveScalar.swift"
    {
      let source = try String(contentsOf: file, encoding: .utf8)
      for match in source.matches(
        of: /static (?:prefix )?func ([^ (<]+) ?\(([^)]*)\)/)
      where match.2.contains("Self") && !recorders.contains(String(match.1)) {
        let isOperator = match.1.first?.isLetter == false
        let parameters = match.2.split(separator: ",").map { parameter in
          let words = parameter.split { ": \n".contains($0) }
          return (isOperator ? "_" : words[0]) + ":"
            + (words.last == "Int" ? "Int" : "")
        }
        found.insert("\(match.1)(\(parameters.joined()))")
      }
      for match in source.matches(of: /(?:static )?var (\w+): Self/) {
        found.insert(String(match.1))
      }
    }
    return found
  }
}
