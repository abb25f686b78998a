import ChainAD
import ChainRandom
import JacobianChain

/// A composed function whose shapes are those of a file in
/// `problems/workloads`, and a point to differentiate it at. Weights and
/// points are drawn from a seed.
public struct Workload: Sendable {
  /// What it is, and how large.
  public let name: String
  /// The function.
  public let function: ComposedFunction
  /// n inputs.
  public let point: [Double]

  init(
    _ name: String, _ functions: [any ElementalFunction],
    _ generator: inout SplitMix64
  ) throws(ChainError) {
    self.name = name
    function = try ComposedFunction(functions)
    point = generator.uniform(function.inputCount)
  }
}

extension Workload {
  /// Layers of `sizes` with tanh after each but the last: W1, W2.
  public static func autoencoder(_ sizes: [Int]) throws(ChainError) -> Workload
  {
    var generator = SplitMix64(seed: 1)
    var functions: [any ElementalFunction] = []
    for (n, m) in zip(sizes, sizes.dropFirst()) {
      if !functions.isEmpty { functions.append(try Layer.tanh(count: n)) }
      functions.append(try generator.affine("layer", n, m))
    }
    return try Workload("autoencoder \(sizes[0])", functions, &generator)
  }

  /// An embedding, one cell that is unrolled, a readout: W3.
  public static func recurrence(
    inputs: Int, units: Int, steps: Int
  ) throws(ChainError) -> Workload {
    var generator = SplitMix64(seed: 3)
    let embedding = try generator.affine("embed", inputs, units)
    let cell = try generator.cell(units)
    return try Workload(
      "recurrence \(steps)",
      [embedding] + Array(repeating: cell, count: steps)
        + [try generator.affine("readout", units, inputs)], &generator)
  }

  /// Parameters → modes → cells of Burgers' equation, time steps, evenly
  /// spaced sensors: W4.
  public static func sensors(
    parameters: Int, modes: Int, cells: Int, steps: Int, sensors: Int
  ) throws(ChainError) -> Workload {
    var generator = SplitMix64(seed: 4)
    return try Workload(
      "sensors \(sensors)",
      [
        try generator.affine("encode", parameters, modes),
        try generator.affine("lift", modes, cells),
      ] + Array(repeating: try burgers(cells), count: steps) + [
        try Layer.selection(
          name: "sensors", from: cells,
          (0..<sensors).map { $0 * cells / sensors })
      ], &generator)
  }

  /// Time steps of Burgers' equation alone: W5.
  public static func tridiagonal(
    cells: Int, steps: Int
  ) throws(ChainError) -> Workload {
    var generator = SplitMix64(seed: 5)
    return try Workload(
      "tridiagonal \(steps)",
      Array(repeating: try burgers(cells), count: steps), &generator)
  }

  /// A coupling flow; from layer to layer the halves change their places: W7.
  public static func flow(
    size: Int, layers: Int
  ) throws(ChainError) -> Workload {
    var generator = SplitMix64(seed: 7)
    var functions: [any ElementalFunction] = []
    let half = size / 2
    let turn = try Layer.selection(
      name: "turn", from: size, (0..<size).map { ($0 + half) % size })
    for layer in 0..<layers {
      if layer > 0 { functions.append(turn) }
      functions.append(
        try Layer.coupling(
          scale: try generator.cell(half),
          shift: try generator.affine("shift", half, half)))
    }
    return try Workload("flow \(size)", functions, &generator)
  }

  /// Joints, links, a point on the last of them and a camera: W10.
  public static func robotArm(joints: Int) throws(ChainError) -> Workload {
    var generator = SplitMix64(seed: 10)
    let dense = ElementalCosts.Cost.declared(36)
    let links = (1..<joints).map { index in
      Elemental.generic(
        name: "link", costs: ElementalCosts(tangent: dense, adjoint: dense),
        Link(axis: index % 3))
    }
    return try Workload(
      "robot arm \(joints)",
      [try generator.affine("joints", joints, 6)] + links + [
        try generator.affine("point", 6, 3),
        Elemental.generic(
          name: "camera",
          costs: ElementalCosts(tangent: .declared(6), adjoint: .declared(6)),
          Camera()),
      ], &generator)
  }

  /// Convolutions with residual blocks around the inner ones, and the softmax
  /// of a few scores: the layers that no numbered workload has.
  public static func convolutions(
    length: Int, channels: Int, classes: Int
  ) throws(ChainError) -> Workload {
    var generator = SplitMix64(seed: 11)
    let inner = try generator.convolution(channels, channels, length)
    let size = inner.outputCount
    return try Workload(
      "convolutions \(length)",
      [
        try generator.convolution(1, channels, length),
        try Layer.softplus(count: size), try Layer.residual(inner),
        try Layer.tanh(count: size),
        try generator.affine("scores", size, classes),
        try Layer.softmax(count: classes),
      ], &generator)
  }

  /// Dense layers so small that only overhead is left.
  public static func small(
    size: Int, layers: Int
  ) throws(ChainError) -> Workload {
    var generator = SplitMix64(seed: 12)
    var functions: [any ElementalFunction] = []
    for _ in 0..<layers {
      functions.append(try generator.affine("layer", size, size))
    }
    return try Workload("small \(size) x \(layers)", functions, &generator)
  }

  /// Stable for states up to 1.
  private static func burgers(_ cells: Int) throws(ChainError)
    -> some CurvedFunction
  {
    let spacing = 1 / Double(cells + 1)
    return try Layer.burgers(
      count: cells, viscosity: 0.5 * spacing, spacing: spacing,
      timeStep: 0.4 * spacing)
  }
}

extension Workload {
  /// As large as the files say.
  public static func atFullSize() throws(ChainError) -> [Workload] {
    [
      try autoencoder([600, 60, 40, 10, 40, 60, 600]),
      try autoencoder([3072, 1024, 256, 32, 256, 1024, 3072]),
      try recurrence(inputs: 2000, units: 64, steps: 64),
      try sensors(
        parameters: 1000, modes: 16, cells: 2048, steps: 64, sensors: 1000),
      try tridiagonal(cells: 2046, steps: 15),
      try flow(size: 256, layers: 8),
      try robotArm(joints: 7), try robotArm(joints: 32),
      try convolutions(length: 512, channels: 8, classes: 10),
      try small(size: 4, layers: 10),
    ]
  }

  /// The same shapes, small.
  public static func reduced() throws(ChainError) -> [Workload] {
    [
      try autoencoder([60, 12, 8, 3, 8, 12, 60]),
      try recurrence(inputs: 40, units: 6, steps: 8),
      try sensors(
        parameters: 30, modes: 4, cells: 64, steps: 8, sensors: 30),
      try tridiagonal(cells: 62, steps: 15),
      try flow(size: 16, layers: 4),
      try robotArm(joints: 7), try robotArm(joints: 32),
      try convolutions(length: 24, channels: 3, classes: 5),
      try small(size: 4, layers: 10),
    ]
  }
}
