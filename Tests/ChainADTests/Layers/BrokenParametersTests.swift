import ChainAD
import ChainADTestSupport
import JacobianChain
import Testing

/// The suite catches what only functions with parameters can break.
@Suite struct BrokenParametersTests {
  @Test(arguments: [
    (Scaled.Fault.wrongEntries, "scaled/parameters/differences"),
    (.countsAtOnce, "scaled/parameters/before the next move"),
    (.ignoresParameters, "scaled/parameters/differences"),
    (.structureOfAnotherShape, "scaled/parameterStructure"),
  ])
  func eachFaultIsFound(_ fault: Scaled.Fault, _ law: String) {
    do {
      try AdapterConformance(Scaled(fault: fault)).check(at: [[0.5, 2]])
      Issue.record("\(fault) passes")
    } catch {
      #expect(error.location.hasPrefix(law), "\(fault): \(error)")
    }
  }

  @Test func theSameWithoutAFaultPasses() throws {
    try AdapterConformance(Scaled(fault: nil)).check(at: [[0.5, 2], [1, 0]])
  }
}

/// y_i = θ_i² x_i, 2 × 2, with one fault.
struct Scaled: ParametricFunction {
  enum Fault: Sendable {
    case wrongEntries, countsAtOnce, ignoresParameters, structureOfAnotherShape
  }

  let fault: Fault?
  let name = "scaled"
  var inputCount: Int { 2 }
  var outputCount: Int { 2 }
  var abilities: Abilities {
    [.tangent, .adjoint, .entries, .parameterEntries]
  }
  var costs: ElementalCosts { ElementalCosts() }
  var structure: Structure { .diagonal }
  var parameters: [Double] { [1.5, -2] }
  var parameterStructure: Structure {
    fault == .structureOfAnotherShape
      ? .blockDiagonal(count: 2, rows: 1, columns: 2) : .diagonal
  }

  func parametricLinearization() -> any ParametricLinearization {
    Place(fault, parameters)
  }

  private final class Place: ParametricLinearization {
    let fault: Fault?
    var next: [Double]
    var current: [Double]
    var point = [0.0, 0]

    init(_ fault: Fault?, _ parameters: [Double]) {
      self.fault = fault
      (next, current) = (parameters, parameters)
    }

    func setParameters(_ parameters: Span<Double>) {
      guard fault != .ignoresParameters else { return }
      next = [parameters[0], parameters[1]]
      if fault == .countsAtOnce { current = next }
    }

    func move(
      to point: Span<Double>, value: inout MutableSpan<Double>,
      keeping kept: Abilities
    ) throws {
      current = next
      self.point = [point[0], point[1]]
      for i in 0..<2 { value[i] = current[i] * current[i] * point[i] }
    }

    func tangents(
      of seeds: Span<Double>, width: Int, into block: inout MutableSpan<Double>
    ) throws {
      for at in 0..<2 * width {
        block[at] = current[at / width] * current[at / width] * seeds[at]
      }
    }

    func adjoints(
      of seeds: Span<Double>, width: Int, into block: inout MutableSpan<Double>
    ) throws {
      for at in 0..<2 * width {
        block[at] = current[at % 2] * current[at % 2] * seeds[at]
      }
    }

    func entries(into entries: inout MutableSpan<Double>) throws {
      for i in 0..<2 { entries[i] = current[i] * current[i] }
    }

    func parameterEntries(into entries: inout MutableSpan<Double>) throws {
      let factor = fault == .wrongEntries ? 1.0 : 2
      for i in 0..<2 { entries[i] = factor * current[i] * point[i] }
    }
  }
}
