import JacobianChain

/// A short chain with its brackets drawn below it; the numbers in the joins
/// are those of the step table.
///
///      10     200     3
///        outer · inner
///          └───1───┘
struct TextDendrogram {
  /// The drawing, line by line.
  let lines: [String]

  private static let depthLimit = 10
  private static let indent = 12

  /// nil when there are several targets, when the chain is wider than a
  /// line, or when there is nothing to see.
  init?(_ report: Report, width: Int) {
    let targets = report.solved.problem.targets
    guard targets.count == 1, (2...16).contains(targets[0].count) else {
      return nil
    }
    let word = targets[0]
    let outline = Outline(report, foldsRuns: false)
    let factors = word.reversed().map { report.solved.problem.factors[$0] }
    let names = factors.map(\.name.printable)
    guard names.allSatisfy({ $0.count == $0.columns }) else { return nil }
    let dimensions =
      ["\(factors[0].rows)"] + factors.map { "\($0.columns)" }

    // Interfaces first: a name has to fit between two of them, and so have
    // the dimensions that stand above them.
    var interfaces = [Self.indent + dimensions[0].count / 2]
    for (index, name) in names.enumerated() {
      let pair = dimensions[index].count + dimensions[index + 1].count
      interfaces.append(
        interfaces[index] + max(name.count + 3, (pair + 1) / 2 + 2))
    }
    let end = interfaces[names.count] + dimensions[names.count].count
    guard end <= width else { return nil }

    var canvas = Canvas()
    for (dimension, x) in zip(dimensions, interfaces) {
      canvas.put(dimension, centre: x, row: 0)
    }
    let centres = names.indices.map { index in
      let (left, right) = (interfaces[index], interfaces[index + 1])
      return (left + right + 1 - names[index].count) / 2
        + names[index].count / 2
    }
    for (index, name) in names.enumerated() {
      canvas.put(name, centre: centres[index], row: 1)
      if index > 0 { canvas.put("·", centre: interfaces[index], row: 1) }
    }

    let numbers = StepList(report).numbers
    // Children come after their parents, so backwards they are placed first.
    var place = [(x: Int, row: Int)](
      repeating: (0, 1), count: outline.nodes.count)
    let hasLeafSteps = outline.nodes.contains {
      if case .accumulate = $0.kind { true } else { false }
    }
    for (index, node) in outline.nodes.enumerated().reversed() {
      let number = node.step.flatMap { numbers[$0] }.map { "\($0)" }
      if case .reused = node.kind, node.span.count > 1 {
        // The bracket of the whole value, whose insides are drawn elsewhere.
        let ends = (
          centres[word.count - node.span.upperBound],
          centres[word.count - 1 - node.span.lowerBound]
        )
        let row = hasLeafSteps ? 3 : 2
        canvas.join(ends.0, ends.1, row: row)
        place[index] = ((ends.0 + ends.1) / 2, row)
        canvas.put(number ?? "┴", centre: place[index].x, row: row)
        continue
      }
      guard node.children.count == 2 else {
        // Position 0 of the word is innermost and stands on the right.
        let x = centres[word.count - 1 - node.span.lowerBound]
        place[index] = (x, hasLeafSteps ? 2 : 1)
        if hasLeafSteps { canvas.put(number ?? "│", centre: x, row: 2) }
        continue
      }
      let (outer, inner) = (place[node.children[0]], place[node.children[1]])
      let row = max(outer.row, inner.row) + 1
      guard row <= Self.depthLimit else { return nil }
      for child in [outer, inner] where child.row + 1 < row {
        for y in child.row + 1..<row {
          canvas.put("│", centre: child.x, row: y)
        }
      }
      canvas.join(outer.x, inner.x, row: row)
      let x = (outer.x + inner.x) / 2
      canvas.put(number ?? "┴", centre: x, row: row)
      place[index] = (x, row)
    }
    lines = canvas.lines
  }
}

/// A grid of characters that grows as it is drawn on.
private struct Canvas {
  private var rows: [[Character]] = []

  mutating func put(_ text: String, centre: Int, row: Int) {
    var column = centre - text.count / 2
    for character in text {
      set(character, column, row)
      column += 1
    }
  }

  mutating func join(_ left: Int, _ right: Int, row: Int) {
    for column in left...right { set("─", column, row) }
    set("└", left, row)
    set("┘", right, row)
  }

  private mutating func set(_ character: Character, _ column: Int, _ row: Int) {
    while rows.count <= row { rows.append([]) }
    while rows[row].count <= column { rows[row].append(" ") }
    rows[row][column] = character
  }

  var lines: [String] { rows.map { String($0) } }
}
