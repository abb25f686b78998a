import RealModule

/// As `TracedDual`, with one direction and exponents of any size.
@usableFromInline
struct TracedWide: ActiveScalar {
  /// The value and how it moves.
  @usableFromInline let number: WideDual
  /// nil for a constant.
  private let tape: WideTape?
  /// The step that made it; 0 for a constant.
  let step: Int

  init(_ number: WideDual, _ tape: WideTape?, step: Int) {
    (self.number, self.tape, self.step) = (number, tape, step)
  }

  /// A constant, on no tape.
  @usableFromInline
  init(_ constant: Double) { self.init(WideDual(constant), nil, step: 0) }

  /// The value alone.
  @usableFromInline var primal: Double { number.primal }

  /// φ(x), recorded with φ′ and how it moves.
  @usableFromInline
  static func elemental(
    _ x: TracedWide, value: WideDual, slope: WideDual
  ) -> TracedWide {
    guard let tape = x.tape else { return TracedWide(value.primal) }
    return tape.append(
      value, .init(operand: x.step, slope), .init(operand: 0, 0))
  }

  /// φ(x, y), recorded with both slopes and how they move.
  @usableFromInline
  static func elemental(
    _ x: TracedWide, _ y: TracedWide, value: WideDual,
    slopes: (WideDual, WideDual)
  ) -> TracedWide {
    guard let tape = x.tape ?? y.tape else { return TracedWide(value.primal) }
    return tape.append(
      value, .init(operand: x.step, slopes.0),
      .init(operand: y.step, slopes.1))
  }

  /// Not called: who uses it is refused second derivatives before.
  @usableFromInline
  static func elemental(
    _ x: TracedWide, value: Double, slope: Double
  ) -> TracedWide {
    elemental(x, value: WideDual(value), slope: WideDual(slope))
  }

  /// Not called either.
  @usableFromInline
  static func elemental(
    _ x: TracedWide, _ y: TracedWide, value: Double, slopes: (Double, Double)
  ) -> TracedWide {
    elemental(
      x, y, value: WideDual(value),
      slopes: (WideDual(slopes.0), WideDual(slopes.1)))
  }
}

/// As `CurvedTape`, with one direction and exponents of any size.
@usableFromInline
final class WideTape {
  /// An operand of a step, 0 for a constant, and the slope by it.
  struct Edge {
    let operand: Int
    let slope: WideDual

    init(operand: Int, _ slope: WideDual) {
      (self.operand, self.slope) = (operand, slope)
    }
  }

  /// Step 0 stands for all constants.
  private var steps: [(Edge, Edge)] = [(WideTape.none, WideTape.none)]
  private var inputCount = 0

  private static var none: Edge { Edge(operand: 0, 0) }

  /// A number that adjoints are wanted of; inputs come before all else.
  func input(_ number: WideDual) -> TracedWide {
    inputCount += 1
    return append(number, Self.none, Self.none)
  }

  func append(_ number: WideDual, _ left: Edge, _ right: Edge) -> TracedWide {
    steps.append((left, right))
    return TracedWide(number, self, step: steps.count - 1)
  }

  /// How λ · J changes along the direction, input by input; nil where that
  /// isn't finite.
  ///
  /// - Parameter weights: λ.
  /// - Complexity: O(steps).
  func curvature(
    from outputs: [TracedWide], weights: Span<Double>
  ) -> [Double]? {
    var adjoints = [(value: Wide?, tangent: Wide?)](
      repeating: (nil, nil), count: steps.count)
    for index in outputs.indices {
      let step = outputs[index].step
      adjoints[step].value = adjoints[step].value + Wide(weights[index])
    }
    for index in (inputCount + 1..<steps.count).reversed() {
      let adjoint = adjoints[index]
      guard let value = adjoint.value else { continue }
      // Nothing flows into constants.
      for edge in [steps[index].0, steps[index].1] where edge.operand != 0 {
        let (operand, slope) = (edge.operand, Wide(edge.slope.primal))
        adjoints[operand].value = adjoints[operand].value + value * slope
        adjoints[operand].tangent =
          adjoints[operand].tangent + adjoint.tangent * slope
          + edge.slope.tangent * value
      }
    }
    let found = adjoints[1..<inputCount + 1].map { $0.tangent ?? Wide(0) }
    return found.allSatisfy(\.isFinite) ? found.map(\.rounded) : nil
  }
}
