import ChainAD
import JacobianChain
import RealModule
import Testing

/// The layers over the points of the fixture: values and slopes to 4 ulp, bends
/// to 1e-13, by every way that a layer offers; beside it, for softmax, what one
/// rounding of each x_i − max x makes.
@Suite("Layers against references") struct LayerReferenceTests {
  /// Each with as many inputs as its fixture has rows.
  static let layers: [String: @Sendable (Int) throws -> any CurvedFunction] = [
    "tanh": { try Layer.tanh(count: $0) },
    "sigmoid": { try Layer.sigmoid(count: $0) },
    "relu": { try Layer.relu(count: $0) },
    "softplus": { try Layer.softplus(count: $0) },
    "sin": { try Layer.sin(count: $0) },
    "exp": { try Layer.exp(count: $0) },
  ]

  @Test("pointwise", arguments: layers.keys.sorted())
  func pointwise(_ name: String) throws {
    let rows = try Reference.rows(name)
    let n = rows.count
    let make = try #require(Self.layers[name])
    let layer = try make(n)
    let found = try Derivatives(
      layer, at: rows.map { $0.inputs[0] }, keeping: [.entries, .curvature])
    let ones = [Double](repeating: 1, count: n)
    let slopes = [
      try found.entries(count: n), try found.tangents(ones, width: 1),
      try found.adjoints(ones, width: 1),
    ]
    let bends = try bends(of: layer, found, ones)
    var misses = Misses()
    for (i, row) in rows.enumerated() {
      misses.hold(found.value[i], row.values[0], ulps: 4, "\(row), value")
      for slope in slopes {
        misses.hold(slope[i], row.slopes[0], ulps: 4, "\(row), slope")
      }
      misses.hold(
        bends[i], row.bends[0], ulps: 16, forced: 1e-13 * abs(row.bends[0]),
        "\(row), bend")
    }
    misses.report()
  }

  /// The diagonal; relu has none.
  private func bends(
    of layer: any CurvedFunction, _ found: Derivatives, _ ones: [Double]
  ) throws -> [Double] {
    guard layer.curvature != .zero else { return ones.map { _ in 0 } }
    return try found.curvatureEntries(weights: ones, count: ones.count)
  }

  @Test("a cell of one unit is tanh")
  func cell() throws {
    let rows = try Reference.rows("tanh")
    let cell = try Layer.recurrentCell(count: 1, weights: [1], bias: [0])
    var found = try Derivatives(cell, at: [0], keeping: [.entries, .curvature])
    var misses = Misses()
    for row in rows {
      try found.move(to: row.inputs, keeping: [.entries, .curvature])
      for slope in [
        try found.entries(), try found.byTangents(), try found.byAdjoints(),
      ] {
        misses.hold(slope[0], row.slopes[0], ulps: 4, "\(row), slope")
      }
      for bend in [
        try found.curvature(weights: [1]),
        try found.curvatureEntries(weights: [1], count: 1),
      ] {
        misses.hold(
          bend[0], row.bends[0], ulps: 16, forced: 1e-13 * abs(row.bends[0]),
          "\(row), bend")
      }
    }
    misses.report()
  }

  @Test("softmax, entries and products")
  func softmax() throws {
    var misses = Misses()
    for row in try Reference.rows("softmax") {
      let n = row.inputs.count
      let found = try Derivatives(
        try Layer.softmax(count: n), at: row.inputs,
        keeping: [.entries, .curvature])
      let jacobians = [
        try found.entries(), try found.byTangents(), try found.byAdjoints(),
      ]
      let weights = Array([1.0, -2, 3].prefix(n))
      let hessians = [
        try found.curvature(weights: weights),
        try found.curvatureEntries(weights: weights, count: n * n),
      ]
      // By how much x_i − max x is rounded.
      let largest = row.inputs.max() ?? 0
      let shifts = row.inputs.map { abs(($0 - largest) * 0x1p-53) }
      let shift = shifts.reduce(0, +)
      for i in 0..<n {
        misses.hold(
          found.value[i], row.values[i], ulps: 4,
          forced: shift * row.values[i], "\(row), value \(i)")
        for j in 0..<n {
          let (slope, bend) = (row.slopes[i * n + j], row.bend(i, j))
          for jacobian in jacobians {
            misses.hold(
              jacobian[i * n + j], slope, ulps: 4,
              forced: 2 * shift * abs(slope), "\(row), slope \(i), \(j)")
          }
          for hessian in hessians {
            misses.hold(
              hessian[i * n + j], bend, ulps: 16,
              forced: (1e-13 + 3 * shift) * abs(bend), "\(row), bend \(i), \(j)"
            )
          }
        }
      }
    }
    misses.report()
  }
}
