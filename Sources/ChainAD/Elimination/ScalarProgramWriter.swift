import CChainKernels

/// Writes the program of a recorded function: each step that is needed once,
/// then the eliminations in an order, then the entries.
///
/// What is known already isn't computed: ±1 times a number is a name for it,
/// products of constants are constants, signs are carried along.
struct ScalarProgramWriter {
  /// A number that is at hand: ± what lies in a place, or a constant.
  enum Number {
    case constant(Double)
    case place(Int, isNegative: Bool)
  }

  /// What adds up to an arc: ± a product of two places, or of one.
  private struct Addend {
    var left: Int
    /// −1 for none.
    var right: Int
    var isNegative: Bool
  }

  private enum Term {
    case constant(Double)
    case addend(Addend)
  }

  /// A partial derivative that grows as vertices are eliminated.
  private struct Sum {
    var constant = 0.0
    var addends: [Addend] = []

    mutating func add(_ term: Term) {
      switch term {
      case .constant(let value): constant += value
      case .addend(let addend): addends.append(addend)
      }
    }
  }

  private var code: [UInt16] = []
  private var instructionCount = 0
  private var multiplicationCount = 0
  private var placeCount: Int
  private var places: [UInt64: Int] = [:]
  private var constants: [(place: UInt16, value: Double)] = []
  /// The place of each step, −1 before it has one.
  private var placeOfStep: [Int] = []

  private init(inputCount: Int) { placeCount = inputCount }

  /// The program of a log.
  ///
  /// - Parameters:
  ///   - outputs: the step of each output.
  ///   - inputCount: the inputs that are differentiated by, n.
  ///   - parameterCount: those that come after them, and aren't.
  /// - Returns: nil when it takes more places than instructions can name, or
  ///   too many multiplications, or when a product of constants leaves the
  ///   range of doubles: that is said here or never.
  static func write(
    _ log: OperationLog, outputs: [Int], inputCount: Int, parameterCount: Int
  ) -> ScalarProgram? {
    var writer = Self(inputCount: inputCount + parameterCount)
    var before = range_flags_begin()
    let graph = AccumulationGraph(
      log, outputs: outputs, inputCount: inputCount)
    guard !range_flags_end(before), let order = graph.eliminationOrder()
    else { return nil }
    before = range_flags_begin()
    writer.writeValues(log, outputs, graph)
    let entries = writer.writeEliminations(graph, order)
    guard !range_flags_end(before),
      writer.placeCount <= ScalarProgram.placeLimit
    else { return nil }
    writer.code.append(UInt16(SCALAR_END.rawValue))
    return ScalarProgram(
      code: writer.code, placeCount: writer.placeCount,
      constants: writer.constants,
      outputs: outputs.map { UInt16(writer.placeOfStep[$0]) },
      entries: entries.map { UInt16($0) }, stepCount: graph.count,
      instructionCount: writer.instructionCount,
      multiplicationCount: writer.multiplicationCount,
      machine: ScalarProgram.MachineCode(writer.code))
  }

  /// Writes an instruction that makes a number.
  private mutating func emit(
    _ instruction: scalar_instruction, _ operands: Int...
  ) -> Int {
    let place = placeCount
    placeCount += 1
    instructionCount += 1
    code.append(UInt16(instruction.rawValue))
    // Beyond the limit nobody reads it.
    code.append(UInt16(truncatingIfNeeded: place))
    for operand in operands {
      code.append(UInt16(truncatingIfNeeded: operand))
    }
    return place
  }

  private mutating func place(ofConstant value: Double) -> Int {
    if let known = places[value.bitPattern] { return known }
    let place = placeCount
    placeCount += 1
    places[value.bitPattern] = place
    constants.append((UInt16(truncatingIfNeeded: place), value))
    return place
  }

  // MARK: Values

  private mutating func writeValues(
    _ log: OperationLog, _ outputs: [Int], _ graph: AccumulationGraph
  ) {
    let steps = log.steps
    var isNeeded = [Bool](repeating: false, count: steps.count)
    for output in outputs { isNeeded[output] = true }
    for check in log.checks {
      isNeeded[check.left] = true
      isNeeded[check.right] = true
    }
    for arc in graph.arcs {
      switch arc.slope {
      case .constant: break
      case .step(let step), .negative(let step): isNeeded[step] = true
      }
    }
    for step in steps.indices.reversed() where isNeeded[step] {
      let (a, b, c) = steps[step].operands
      for operand in [a, b, c] where operand >= 0 { isNeeded[operand] = true }
    }
    var checks: [Int: [OperationLog.Check]] = [:]
    for check in log.checks {
      checks[max(check.left, check.right), default: []].append(check)
    }
    placeOfStep = [Int](repeating: -1, count: steps.count)
    for step in steps.indices where isNeeded[step] {
      placeOfStep[step] = write(steps[step])
      for check in checks[step] ?? [] {
        instructionCount += 1
        let relation =
          switch check.relation {
          case .less: SCALAR_LESS
          case .equal: SCALAR_EQUAL
          }
        code.append(UInt16(relation.rawValue))
        code.append(UInt16(truncatingIfNeeded: placeOfStep[check.left]))
        code.append(UInt16(truncatingIfNeeded: placeOfStep[check.right]))
        code.append(check.holds ? 1 : 0)
      }
    }
  }

  /// Writes one step; the place of its value.
  private mutating func write(_ step: OperationLog.Step) -> Int {
    let (a, b, c) = step.operands
    func place(_ operand: Int) -> Int {
      operand < 0 ? 0 : placeOfStep[operand]
    }
    switch step.operation {
    case .input(let index): return index
    case .constant(let bits):
      return self.place(ofConstant: Double(bitPattern: bits))
    case .add: return emit(SCALAR_ADD, place(a), place(b))
    case .subtract: return emit(SCALAR_SUBTRACT, place(a), place(b))
    case .multiply: return emit(SCALAR_MULTIPLY, place(a), place(b))
    case .divide: return emit(SCALAR_DIVIDE, place(a), place(b))
    case .negate: return emit(SCALAR_NEGATE, place(a))
    case .squareRoot: return emit(SCALAR_ROOT, place(a))
    case .flat: return self.place(ofConstant: 0)
    case .tie: return place(a)
    case .call(let function):
      return emit(
        SCALAR_CALL, Int(function.rawValue), place(a), place(b), place(c))
    }
  }

  // MARK: Eliminations

  /// Writes what eliminates all vertices between inputs and outputs.
  ///
  /// - Returns: the place of each entry, row by row.
  private mutating func writeEliminations(
    _ graph: AccumulationGraph, _ order: [Int]
  ) -> [Int] {
    var arcs = [[Int: Sum]](repeating: [:], count: graph.count)
    var tails = [Set<Int>](repeating: [], count: graph.count)
    for arc in graph.arcs {
      arcs[arc.from][arc.to, default: Sum()].add(term(arc.slope))
      tails[arc.to].insert(arc.from)
    }
    for vertex in order {
      let heads = arcs[vertex].keys.sorted()
      let outward = heads.map { settle(arcs[vertex][$0]!) }
      for tail in tails[vertex].sorted() {
        let inward = settle(arcs[tail][vertex]!)
        arcs[tail][vertex] = nil
        for (head, outer) in zip(heads, outward) {
          arcs[tail][head, default: Sum()].add(product(inward, outer))
          tails[head].insert(tail)
        }
      }
      for head in heads { tails[head].remove(vertex) }
      arcs[vertex] = [:]
      tails[vertex] = []
    }
    return graph.outputs.flatMap { output in
      (0..<graph.inputCount).map { input in
        guard let output, let sum = arcs[input][output] else {
          return place(ofConstant: 0)
        }
        switch settle(sum) {
        case .constant(let value): return place(ofConstant: value)
        case .place(let place, isNegative: false): return place
        case .place(let place, isNegative: true):
          return emit(SCALAR_NEGATE, place)
        }
      }
    }
  }

  private func term(_ slope: Slope) -> Term {
    switch slope {
    case .constant(let value): .constant(value)
    case .step(let step):
      .addend(
        Addend(left: placeOfStep[step], right: -1, isNegative: false))
    case .negative(let step):
      .addend(Addend(left: placeOfStep[step], right: -1, isNegative: true))
    }
  }

  /// The product of two arcs.
  private mutating func product(_ a: Number, _ b: Number) -> Term {
    switch (a, b) {
    case (.constant(let x), .constant(let y)): return .constant(x * y)
    case (.constant(let factor), .place(let place, let isNegative)),
      (.place(let place, let isNegative), .constant(let factor)):
      if factor.magnitude == 1 {
        return .addend(
          Addend(
            left: place, right: -1, isNegative: isNegative != (factor < 0)))
      }
      multiplicationCount += 1
      return .addend(
        Addend(
          left: self.place(ofConstant: factor), right: place,
          isNegative: isNegative))
    case (.place(let x, let isNegative), .place(let y, let isOther)):
      multiplicationCount += 1
      return .addend(
        Addend(left: x, right: y, isNegative: isNegative != isOther))
    }
  }

  /// Writes the sum that an arc is.
  private mutating func settle(_ sum: Sum) -> Number {
    var addends = sum.addends
    if addends.isEmpty { return .constant(sum.constant) }
    if sum.constant != 0 {
      addends.append(
        Addend(
          left: place(ofConstant: sum.constant), right: -1,
          isNegative: false))
    }
    // A sum without anything positive is the negative of one.
    let isNegative = addends.allSatisfy(\.isNegative)
    if isNegative {
      for index in addends.indices { addends[index].isNegative = false }
    }
    // What needs no instruction to begin with comes first.
    func rank(_ addend: Addend) -> Int {
      (addend.isNegative ? 2 : 0) + (addend.right < 0 ? 0 : 1)
    }
    let ordered = (0..<4).flatMap { wanted in
      addends.filter { rank($0) == wanted }
    }
    var rest = ordered[...]
    let first = rest.removeFirst()
    var place = first.left
    if first.right >= 0 {
      if let second = rest.first, rank(second) == 1 {
        rest.removeFirst()
        place = emit(
          SCALAR_TWO_PRODUCTS, first.left, first.right, second.left,
          second.right)
      } else {
        place = emit(SCALAR_MULTIPLY, first.left, first.right)
      }
    }
    for addend in rest {
      place =
        addend.right < 0
        ? emit(
          addend.isNegative ? SCALAR_SUBTRACT : SCALAR_ADD, place, addend.left)
        : emit(
          addend.isNegative ? SCALAR_SUBTRACT_PRODUCT : SCALAR_ADD_PRODUCT,
          addend.left, addend.right, place)
    }
    return .place(place, isNegative: isNegative)
  }
}
