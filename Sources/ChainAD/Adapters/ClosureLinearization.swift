import JacobianChain

/// The point that closures are asked at, and memory to hand them seeds.
final class ClosureLinearization: GivenCurvaturePlace {
  let function: ClosureFunction
  var point: [Double]
  var hasPoint = false
  var seeds: [Double] = []

  init(_ function: ClosureFunction) {
    self.function = function
    point = Array(repeating: 0, count: function.inputCount)
  }

  func move(
    to point: Span<Double>, value: inout MutableSpan<Double>,
    keeping kept: Abilities
  ) throws {
    try move(to: point, value: &value, by: function.value)
  }

  func tangents(
    of seeds: Span<Double>, width: Int, into block: inout MutableSpan<Double>
  ) throws {
    guard let tangent = function.tangent else {
      throw Refusal.missing("tangents", function.name)
    }
    try take(seeds, function.inputCount * width)
    try deliver(try tangent(point, self.seeds, width), "tangents", into: &block)
  }

  func adjoints(
    of seeds: Span<Double>, width: Int, into block: inout MutableSpan<Double>
  ) throws {
    guard let adjoint = function.adjoint else {
      throw Refusal.missing("adjoints", function.name)
    }
    try take(seeds, function.outputCount * width)
    try deliver(try adjoint(point, self.seeds, width), "adjoints", into: &block)
  }

  func entries(into entries: inout MutableSpan<Double>) throws {
    guard let given = function.entries else {
      throw Refusal.missing("entries", function.name)
    }
    try Refusal.checkPoint(hasPoint, function.name)
    try deliver(try given(point), "entries", into: &entries)
  }

  private func take(_ seeds: Span<Double>, _ count: Int) throws {
    try Refusal.checkPoint(hasPoint, function.name)
    try Refusal.check(seeds.count, count, "seeds", of: function.name)
    self.seeds.removeAll(keepingCapacity: true)
    for index in seeds.indices { self.seeds.append(seeds[index]) }
  }
}
