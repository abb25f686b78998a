import JacobianChain
import RealModule

class CouplingLinearization: LayerLinearization {
  /// s or t at the point: its value and its entries.
  struct Half {
    let function: any ElementalFunction
    let isUnit: Bool
    let place: any Linearization
    let value: Doubles
    let entries: Doubles

    init(
      _ layout: CouplingLayout.Half, _ function: any ElementalFunction,
      _ place: any Linearization
    ) {
      self.function = function
      isUnit = layout.isUnit
      self.place = place
      value = Doubles(count: function.outputCount)
      entries = CouplingLayout.place(for: layout)
    }

    func move(
      to x: Input, _ count: Int, keeping kept: Abilities
    ) throws {
      var span = value.buffer.mutableSpan
      try place.move(
        to: UnsafeBufferPointer(start: x, count: count).span, value: &span,
        keeping: kept)
      guard !kept.isEmpty, !isUnit else { return }
      var stored = entries.buffer.mutableSpan
      try place.entries(into: &stored)
    }
  }

  let shape: LayerShape
  /// x_b ⊙ exp s: ∂y_b/∂s.
  let slopes: Doubles
  let layout: CouplingLayout
  /// Its value is exp s.
  let scale: Half
  private let shift: Half
  private let entries: Doubles
  let passiveCount: Int
  /// Made when second derivatives are wanted for the first time.
  private(set) var bends: CouplingBends?

  init(
    _ shape: LayerShape, _ layout: CouplingLayout,
    _ scale: (any ElementalFunction, any Linearization),
    _ shift: (any ElementalFunction, any Linearization)
  ) {
    self.shape = shape
    self.layout = layout
    self.scale = Half(layout.scale, scale.0, scale.1)
    self.shift = Half(layout.shift, shift.0, shift.1)
    passiveCount = scale.0.inputCount
    slopes = Doubles(count: shape.rows - passiveCount)
    entries = Doubles(count: layout.pattern.entries)
  }

  func evaluate(at x: Input, into y: Output, keeping kept: Abilities) throws {
    let (a, active) = (passiveCount, x + passiveCount)
    let inner: Abilities =
      kept.isEmpty
      ? [] : kept.intersection(.parameterEntries).union(.entries)
    let isCurved = kept.contains(.curvature)
    if isCurved, bends == nil { bends = try CouplingBends(scale, shift) }
    func wanted(_ curvature: InnerCurvature?) -> Abilities {
      isCurved && curvature != nil ? inner.union(.curvature) : inner
    }
    try scale.move(to: x, a, keeping: wanted(bends?.scale))
    try shift.move(to: x, a, keeping: wanted(bends?.shift))
    y.update(from: x, count: a)
    // The factors replace s.
    let (factors, t) = (scale.value.base, shift.value.base)
    for i in 0..<shape.rows - a {
      factors[i] = .exp(factors[i])
      slopes.base[i] = active[i] * factors[i]
      y[a + i] = slopes.base[i] + t[i]
    }
    guard !kept.isEmpty else { return }
    layout.combine(
      slopes.base, scale.entries, shift.entries, into: entries.base)
    for i in 0..<a { entries.base[layout.diagonal[i]] = 1 }
    for i in a..<shape.rows {
      entries.base[layout.diagonal[i]] = factors[i - a]
    }
  }

  func pushForward(_ seeds: Input, _ width: Int, into block: Output) {
    let (pattern, base) = (layout.pattern, entries.base)
    guard width > 1 else {
      for i in 0..<shape.rows {
        var sum = 0.0
        for position in pattern.rowStarts[i]..<pattern.rowStarts[i + 1] {
          sum += base[position] * seeds[pattern.columnIndices[position]]
        }
        block[i] = sum
      }
      return
    }
    block.update(repeating: 0, count: shape.rows * width)
    for i in 0..<shape.rows {
      let row = block + i * width
      for position in pattern.rowStarts[i]..<pattern.rowStarts[i + 1] {
        DenseLoops.add(
          width, base[position],
          seeds + pattern.columnIndices[position] * width, to: row)
      }
    }
  }

  func pullBack(_ seeds: Input, _ width: Int, into block: Output) {
    let (pattern, base, n) = (layout.pattern, entries.base, shape.rows)
    block.update(repeating: 0, count: width * n)
    for r in 0..<width {
      let (seed, row) = (seeds + r * n, block + r * n)
      for i in 0..<n {
        for position in pattern.rowStarts[i]..<pattern.rowStarts[i + 1] {
          row[pattern.columnIndices[position]] += seed[i] * base[position]
        }
      }
    }
  }

  func writeEntries(into entries: Output) {
    entries.update(from: self.entries.base, count: self.entries.count)
  }
}

final class ParametricCouplingLinearization: CouplingLinearization,
  ParametricLayerLinearization
{
  private let scalePlace: any ParametricLinearization
  private let shiftPlace: any ParametricLinearization
  private let parameterLayout: CouplingLayout
  private let ofScale: Doubles
  private let ofShift: Doubles
  private let scaleCount: Int

  init(
    _ shape: LayerShape, _ layout: CouplingLayout,
    _ parameterLayout: CouplingLayout,
    _ scale: (any ParametricFunction, any ParametricLinearization),
    _ shift: (any ParametricFunction, any ParametricLinearization)
  ) {
    (scalePlace, shiftPlace) = (scale.1, shift.1)
    self.parameterLayout = parameterLayout
    scaleCount = scale.0.parameters.count
    ofScale = CouplingLayout.place(for: parameterLayout.scale)
    ofShift = CouplingLayout.place(for: parameterLayout.shift)
    super.init(shape, layout, scale, shift)
  }

  func take(_ parameters: Span<Double>) throws {
    try scalePlace.setParameters(parameters.extracting(0..<scaleCount))
    try shiftPlace.setParameters(
      parameters.extracting(scaleCount..<parameters.count))
  }

  func writeParameterEntries(into entries: Output) throws {
    if !parameterLayout.scale.isUnit {
      var span = ofScale.buffer.mutableSpan
      try scalePlace.parameterEntries(into: &span)
    }
    if !parameterLayout.shift.isUnit {
      var span = ofShift.buffer.mutableSpan
      try shiftPlace.parameterEntries(into: &span)
    }
    parameterLayout.combine(slopes.base, ofScale, ofShift, into: entries)
  }
}
