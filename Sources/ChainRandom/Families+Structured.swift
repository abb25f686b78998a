import JacobianChain

extension Family {
  /// Chains as they occur: one of four kinds, with sizes at which a product
  /// takes microseconds to milliseconds.
  static func structured(
    _ count: Int, _ generator: inout SplitMix64
  ) -> [Factor] {
    var chain = StructuredChain(columns: generator.integer(in: 20...600))
    switch generator.integer(in: 0...3) {
    case 0: chain.addStepper(count, &generator)
    case 1: chain.addBands(count, &generator)
    case 2: chain.addAutoencoder(count, &generator)
    default: chain.addLowRanks(count, &generator)
    }
    return chain.factors
  }
}

/// A chain that grows outwards.
private struct StructuredChain {
  private(set) var factors: [Factor] = []
  private var columns: Int

  init(columns: Int) { self.columns = columns }

  private mutating func add(
    _ rows: Int, _ structure: Structure = .dense
  ) {
    factors.append(
      Factor(
        name: "f\(factors.count + 1)", rows: rows, columns: columns,
        structure: structure))
    columns = rows
  }

  /// A small code, lifted onto a field that goes through banded steps and is
  /// seen by sensors.
  mutating func addStepper(_ count: Int, _ generator: inout SplitMix64) {
    let code = generator.integer(in: 4...40)
    let field = generator.integer(in: 200...2000)
    let width = generator.integer(in: 1...2)
    let sensors = generator.integer(in: 10...field / 2)
    for index in 0..<count {
      switch index {
      case 0: add(code)
      case 1: add(code, .diagonal)
      case 2: add(field)
      case count - 1:
        add(
          sensors,
          .selection((0..<sensors).map { $0 * field / sensors }))
      default: add(field, .banded(lower: width, upper: width))
      }
    }
  }

  /// Bands of several widths between dense ends.
  mutating func addBands(_ count: Int, _ generator: inout SplitMix64) {
    let field = generator.integer(in: 100...1000)
    let outputs = generator.integer(in: 1...200)
    for index in 0..<count {
      if index == 0 {
        add(field)
      } else if index == count - 1 {
        add(outputs)
      } else {
        add(
          field,
          .banded(
            lower: generator.integer(in: 0...4),
            upper: generator.integer(in: 0...4)))
      }
    }
  }

  /// Dense layers with a diagonal activation after each, narrow in the middle.
  mutating func addAutoencoder(_ count: Int, _ generator: inout SplitMix64) {
    let narrow = generator.integer(in: 4...32)
    for index in 0..<count {
      if !index.isMultiple(of: 2) {
        add(columns, .diagonal)
      } else {
        let isMiddle = index / 2 == count / 4
        add(isMiddle ? narrow : generator.integer(in: 50...600))
      }
    }
  }

  /// Down to a small rank and up again, with a diagonal between.
  mutating func addLowRanks(_ count: Int, _ generator: inout SplitMix64) {
    for index in 0..<count {
      switch index % 3 {
      case 0: add(generator.integer(in: 5...60))
      case 1: add(generator.integer(in: 100...1000))
      default: add(columns, .diagonal)
      }
    }
  }
}
