import JacobianChain

/// Contiguous doubles to read.
typealias Input = UnsafePointer<Double>
/// Contiguous doubles to write.
typealias Output = UnsafeMutablePointer<Double>

/// Doubles that a linearisation owns from its construction to its end.
final class Doubles {
  let base: Output
  let count: Int

  init(count: Int) {
    self.count = count
    base = Output.allocate(capacity: count)
    base.initialize(repeating: 0, count: count)
  }

  convenience init(_ values: [Double]) {
    self.init(count: values.count)
    base.update(from: values, count: count)
  }

  var buffer: UnsafeMutableBufferPointer<Double> {
    UnsafeMutableBufferPointer(start: base, count: count)
  }

  deinit { base.deallocate() }

  /// Memory for so many doubles, which hold anything.
  static func grow(_ memory: inout Doubles, _ count: Int) -> Output {
    if memory.count < count { memory = Doubles(count: count) }
    return memory.base
  }
}

/// What the spans of the calls have to measure.
struct LayerShape {
  var name: String
  /// m outputs and n inputs.
  var rows: Int
  var columns: Int
  /// Doubles that the entries take.
  var entries: Int
  var parameters = 0
  var parameterEntries = 0
}

/// A linearisation on pointers: the layers write their formulas, the spans
/// are measured once, here.
protocol LayerLinearization: Linearization {
  var shape: LayerShape { get }
  /// As `move`, for n and m doubles.
  func evaluate(at x: Input, into y: Output, keeping kept: Abilities) throws
  /// As `tangents`, for n × width and m × width doubles.
  func pushForward(_ seeds: Input, _ width: Int, into block: Output) throws
  /// As `adjoints`, for width × m and width × n doubles.
  func pullBack(_ seeds: Input, _ width: Int, into block: Output) throws
  /// As `entries`.
  func writeEntries(into entries: Output) throws
}

extension LayerLinearization {
  func move(
    to point: Span<Double>, value: inout MutableSpan<Double>,
    keeping kept: Abilities
  ) throws {
    try measure(point.count, shape.columns, "point")
    try measure(value.count, shape.rows, "value")
    try withPointers(point, &value) {
      try evaluate(at: $0, into: $1, keeping: kept)
    }
  }

  func tangents(
    of seeds: Span<Double>, width: Int, into block: inout MutableSpan<Double>
  ) throws {
    try measure(seeds.count, shape.columns * width, "tangents/seeds")
    try measure(block.count, shape.rows * width, "tangents/block")
    guard width > 0 else { return }
    try withPointers(seeds, &block) {
      try pushForward($0, width, into: $1)
    }
  }

  func adjoints(
    of seeds: Span<Double>, width: Int, into block: inout MutableSpan<Double>
  ) throws {
    try measure(seeds.count, shape.rows * width, "adjoints/seeds")
    try measure(block.count, shape.columns * width, "adjoints/block")
    guard width > 0 else { return }
    try withPointers(seeds, &block) {
      try pullBack($0, width, into: $1)
    }
  }

  func entries(into entries: inout MutableSpan<Double>) throws {
    try measure(entries.count, shape.entries, "entries")
    guard shape.entries > 0 else { return }
    try entries.withUnsafeMutableBufferPointer {
      if let base = $0.baseAddress { try writeEntries(into: base) }
    }
  }

  /// Refuses a span of another length.
  @inline(__always)
  func measure(_ found: Int, _ expected: Int, _ part: String) throws {
    guard found == expected else {
      throw ChainError.layer(
        shape.name, part, expected: "\(expected) doubles", found: "\(found)",
        advice: "the function is \(shape.rows) × \(shape.columns); blocks are "
          + "row by row")
    }
  }
}

/// A layer's linearisation with parameters.
protocol ParametricLayerLinearization: LayerLinearization,
  ParametricLinearization
{
  /// As `setParameters`, for p of them.
  func take(_ parameters: Span<Double>) throws
  /// As `parameterEntries`.
  func writeParameterEntries(into entries: Output) throws
}

extension ParametricLayerLinearization {
  func setParameters(_ parameters: Span<Double>) throws {
    try measure(parameters.count, shape.parameters, "parameters")
    try take(parameters)
  }

  func parameterEntries(into entries: inout MutableSpan<Double>) throws {
    try measure(entries.count, shape.parameterEntries, "parameterEntries")
    guard shape.parameterEntries > 0 else { return }
    try entries.withUnsafeMutableBufferPointer {
      if let base = $0.baseAddress { try writeParameterEntries(into: base) }
    }
  }
}

/// The parameters at the point, and those that count from the next move on.
final class ParameterStore {
  private let current: Doubles
  private let next: Doubles
  private var isStale = false

  init(_ parameters: [Double]) {
    current = Doubles(parameters)
    next = Doubles(count: parameters.count)
  }

  /// The parameters at the point.
  var base: Input { Input(current.base) }

  /// - Precondition: as many as there are.
  func take(_ parameters: Span<Double>) {
    precondition(parameters.count == next.count)
    parameters.withUnsafeBufferPointer {
      if let base = $0.baseAddress {
        next.base.update(from: base, count: next.count)
      }
    }
    isStale = true
  }

  /// Called by every move.
  func settle() {
    guard isStale else { return }
    current.base.update(from: next.base, count: next.count)
    isStale = false
  }
}

/// Both spans as pointers; neither may be empty.
@inline(__always)
func withPointers(
  _ input: Span<Double>, _ output: inout MutableSpan<Double>,
  _ body: (Input, Output) throws -> Void
) throws {
  try input.withUnsafeBufferPointer { input in
    try output.withUnsafeMutableBufferPointer { output in
      if let input = input.baseAddress, let output = output.baseAddress {
        try body(input, output)
      }
    }
  }
}

extension ChainError {
  /// A refusal that names the layer and the part of it.
  static func layer(
    _ name: String, _ part: String, expected: String, found: String,
    advice: String
  ) -> ChainError {
    ChainError(
      .malformed, at: "\(name)/\(part)", expected: expected, found: found,
      advice: advice)
  }

  /// Refuses fewer than one of something.
  static func guardPositive(
    _ count: Int, _ name: String, _ part: String
  ) throws(ChainError) {
    guard count >= 1 else {
      throw layer(
        name, part, expected: "at least 1", found: "\(count)",
        advice: "a layer has at least one input and one output")
    }
  }

  /// Refuses a list that isn't as long as the shape says.
  static func guardCount(
    _ found: Int, _ expected: Int, _ name: String, _ part: String,
    _ advice: String
  ) throws(ChainError) {
    guard found == expected else {
      throw layer(
        name, part, expected: "\(expected) doubles", found: "\(found)",
        advice: advice)
    }
  }
}
