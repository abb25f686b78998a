import ChainAD
import ChainADTestSupport
import JacobianChain
import Testing

/// The suite catches functions that break one law each.
@Suite struct BrokenFunctionTests {
  @Test(arguments: Fault.allCases)
  func eachFaultIsFound(_ fault: Fault) {
    do {
      try AdapterConformance(Broken(fault: fault)).check(
        at: [[0.5, 0.25, 2], [1, -1, 3]])
      Issue.record("\(fault) passes")
    } catch {
      #expect(
        error.location.hasPrefix("broken/" + fault.law),
        "\(fault) is reported at \(error.location)")
    }
  }

  /// Whatever of the abilities an engine has.
  @Test func theSameWithoutAFaultPasses() throws {
    for rawValue in 0..<8 {
      try AdapterConformance(
        Broken(fault: nil, abilities: Abilities(rawValue: rawValue))
      ).check(at: [[0.5, 0.25, 2], [1, -1, 3]])
    }
  }

  @Test func pointsOfAnotherLengthAreRefused() throws {
    let function = Broken(fault: nil)
    #expect(throws: ChainError.self) {
      try AdapterConformance(function).check(at: [[1, 2]])
    }
    #expect(throws: ChainError.self) {
      try AdapterConformance(function).check(at: [])
    }
  }
}

enum Fault: CaseIterable, Sendable {
  case wrongAdjoint, bothWrong, entryOutside, wrongEntry, shortOfOutputs
  case accumulates, wrongBlock, forgetsPoint, valueDependsOnKept, affineTangent
  case structureOfAnotherShape, throwing

  /// The law under which it is found.
  var law: String {
    switch self {
    case .wrongAdjoint, .wrongEntry: "entries"
    case .bothWrong: "differences"
    case .entryOutside: "structure"
    case .shortOfOutputs: "value"
    case .accumulates, .throwing: "tangents"
    case .wrongBlock: "blocks"
    case .forgetsPoint: "repetition"
    case .valueDependsOnKept: "values"
    case .affineTangent: "linearity"
    case .structureOfAnotherShape: "structure"
    }
  }
}

/// y_i = x_i², 3 × 3 and diagonal, with one fault.
private struct Broken: ElementalFunction {
  let fault: Fault?
  let name = "broken"
  var inputCount: Int { 3 }
  var outputCount: Int { 3 }
  var abilities: Abilities = [.tangent, .adjoint, .entries]
  var costs: ElementalCosts { ElementalCosts(tape: 3) }
  var structure: Structure {
    fault == .structureOfAnotherShape ? .selection([0, 1]) : .diagonal
  }

  func linearization() -> any Linearization { Place(fault) }

  private final class Place: Linearization {
    struct Refusal: Error {}
    let fault: Fault?
    var slopes: [Double] = []

    init(_ fault: Fault?) { self.fault = fault }

    func move(
      to point: Span<Double>, value: inout MutableSpan<Double>,
      keeping kept: Abilities
    ) throws {
      for i in 0..<(fault == .shortOfOutputs ? 2 : 3) {
        value[i] = point[i] * point[i]
        if fault == .valueDependsOnKept, kept.isEmpty { value[i] += 1e-3 }
      }
      if fault == .forgetsPoint, !slopes.isEmpty { return }
      let factor = fault == .bothWrong ? 3.0 : 2
      slopes = (0..<3).map { factor * point[$0] }
    }

    func tangents(
      of seeds: Span<Double>, width: Int, into block: inout MutableSpan<Double>
    ) throws {
      if fault == .throwing { throw Refusal() }
      for i in 0..<3 {
        for c in 0..<width {
          let source = fault == .wrongBlock && width > 1 ? 0 : c
          let product = slopes[i] * seeds[i * width + source]
          let at = i * width + c
          block[at] = fault == .accumulates ? block[at] + product : product
          if fault == .affineTangent { block[at] += 1 }
          if fault == .entryOutside, i == 0 {
            block[at] += 0.5 * seeds[2 * width + c]
          }
        }
      }
    }

    func adjoints(
      of seeds: Span<Double>, width: Int, into block: inout MutableSpan<Double>
    ) throws {
      for r in 0..<width {
        for i in 0..<3 {
          let slope = fault == .wrongAdjoint && i == 1 ? -slopes[i] : slopes[i]
          block[r * 3 + i] = slope * seeds[r * 3 + i]
        }
      }
    }

    func entries(into entries: inout MutableSpan<Double>) throws {
      for i in 0..<3 { entries[i] = slopes[i] }
      if fault == .wrongEntry { entries[2] += 1e-6 }
    }
  }
}
