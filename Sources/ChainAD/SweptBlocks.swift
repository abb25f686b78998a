import JacobianChain

/// Numbers times a power of two of any size: the largest of them is near 1.
struct SweptBlock {
  let numbers: [Double]
  /// log₂ of what they are multiplied by; below all others where they are 0.
  let exponent: Int

  /// - Parameter numbers: times 2^`exponent`; some may not be finite.
  init(_ numbers: [Double], _ exponent: Int = 0) {
    let largest = numbers.reduce(0) { max($0, $1.magnitude) }
    let shift = largest.isNormal ? Int(largest.exponent) : 0
    self.numbers = numbers.scaled(by: -shift)
    self.exponent = largest == 0 ? Self.nothing : exponent + shift
  }

  private static let nothing = -(1 << 40)

  /// The numbers as multiples of 2^`exponent`; what is too small is 0.
  func numbers(by exponent: Int) -> [Double] {
    numbers.scaled(by: self.exponent - exponent)
  }
}

extension [Double] {
  /// All of them times 2^exponent.
  fileprivate func scaled(by exponent: Int) -> [Double] {
    guard exponent != 0 else { return self }
    return map {
      Double(sign: $0.sign, exponent: exponent, significand: $0.magnitude)
    }
  }
}

/// A block of tangents, or of adjoints, at each value that one has come to.
struct SweptBlocks {
  let graph: FunctionGraph
  /// Tangents are size × width, adjoints width × size, row by row.
  let isTangent: Bool
  let width: Int
  private var blocks: [SweptBlock?]

  init(_ graph: FunctionGraph, isTangent: Bool, width: Int) {
    self.graph = graph
    self.isTangent = isTangent
    self.width = width
    blocks = [SweptBlock?](repeating: nil, count: graph.vertices.count)
  }

  subscript(value: Int) -> SweptBlock? { blocks[value] }

  /// The components of some values.
  func size(_ values: [Int]) -> Int {
    values.reduce(0) { $0 + graph.vertices[$1].size }
  }

  mutating func add(_ block: SweptBlock?, to value: Int, _ sign: Double = 1) {
    guard let block else { return }
    let zeros = [Double](repeating: 0, count: block.numbers.count)
    let own = blocks[value] ?? SweptBlock(zeros)
    let exponent = max(own.exponent, block.exponent)
    blocks[value] = SweptBlock(
      zip(own.numbers(by: exponent), block.numbers(by: exponent)).map {
        $0 + sign * $1
      }, exponent)
  }

  /// The blocks of values side by side; 0 where nothing has come to.
  func joined(_ values: [Int]) -> SweptBlock {
    let exponent = values.compactMap { blocks[$0]?.exponent }.max() ?? 0
    let all = values.map {
      blocks[$0]?.numbers(by: exponent)
        ?? [Double](repeating: 0, count: graph.vertices[$0].size * width)
    }
    if isTangent { return SweptBlock(Array(all.joined()), exponent) }
    let rows = (0..<width).flatMap { row in
      zip(values, all).flatMap { value, block in
        let size = graph.vertices[value].size
        return block[row * size..<(row + 1) * size]
      }
    }
    return SweptBlock(rows, exponent)
  }

  /// Adds to each value its part of a block that lies over all of them.
  mutating func split(_ block: SweptBlock, over values: [Int]) {
    let total = size(values)
    let numbers = block.numbers
    var first = 0
    for value in values {
      let size = graph.vertices[value].size
      let range = first..<first + size
      first += size
      let part =
        isTangent
        ? Array(numbers[range.lowerBound * width..<range.upperBound * width])
        : (0..<width).flatMap { row in
          numbers[row * total..<(row + 1) * total].dropFirst(range.lowerBound)
            .prefix(size)
        }
      add(SweptBlock(part, block.exponent), to: value)
    }
  }
}
