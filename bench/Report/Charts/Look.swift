import ChainReports

/// How a contestant looks, in every figure alike: colour, marker and dashes
/// all differ, so that none of them alone has to be told apart.
struct Look: Hashable {
  enum Colour: String, CaseIterable {
    case blue, orange, vermillion, purple, sky, green, ink
  }

  enum Shape: CaseIterable {
    case circle, up, down, diamond, square, right, left, cross, plus, star
  }

  var colour: Colour
  var shape: Shape

  init(_ colour: Colour, _ shape: Shape) {
    (self.colour, self.shape) = (colour, shape)
  }

  /// Roles that never meet in one figure share a look.
  private static let known: [String: Look] = [
    "optimum": Look(.blue, .circle), "joint optimum": Look(.blue, .circle),
    "plan": Look(.blue, .circle), "planned": Look(.blue, .circle),
    "hu-shing": Look(.blue, .circle), "2 workers": Look(.blue, .circle),
    "branch-and-bound": Look(.blue, .circle),
    "fma": Look(.blue, .circle),
    "seconds of the best tool": Look(.green, .right),
    "seconds of an expert's order": Look(.purple, .star),
    "forward": Look(.orange, .up), "separate": Look(.orange, .up),
    "1 worker": Look(.orange, .up),
    "reverse": Look(.vermillion, .down),
    "back-propagation": Look(.vermillion, .down),
    "bare dgemm": Look(.vermillion, .down),
    "best split": Look(.purple, .diamond),
    "best baseline": Look(.purple, .diamond),
    "machine limit": Look(.purple, .diamond),
    "prepared jacobian": Look(.sky, .square),
    "prepared plan": Look(.sky, .square),
    "dynamic-programming": Look(.sky, .square),
    "shared-products": Look(.purple, .left),
    "integer-program": Look(.green, .square),
    "numpy multi_dot": Look(.green, .right),
    "opt_einsum dp": Look(.sky, .cross),
    "opt_einsum auto": Look(.ink, .plus),
    "opt_einsum greedy": Look(.green, .star),
    "jax jacfwd": Look(.orange, .cross), "jax jacrev": Look(.vermillion, .plus),
    "jax by hand": Look(.purple, .star), "casadi": Look(.ink, .square),
    "branch-and-bound, jcdp p=2": Look(.blue, .circle),
    "branch-and-bound, jcdp p=3": Look(.green, .right),
    "branch-and-bound, jcdp p=4": Look(.purple, .diamond),
    "published, branch and bound": Look(.orange, .cross),
    "C++ two tables": Look(.vermillion, .left),
    "C++ rows": Look(.orange, .plus),
  ]

  /// Looks for all, known or not; no two are alike, up to seventy.
  static func looks(for contestants: [String]) -> [String: Look] {
    var looks = known.filter { contestants.contains($0.key) }
    var taken = Set(looks.values)
    // Neighbours differ in both; 7 colours and 10 shapes meet in all pairs.
    let (colours, shapes) = (Colour.allCases, Shape.allCases)
    var spare = (0..<colours.count * shapes.count).reversed().map { place in
      Look(colours[place % colours.count], shapes[place % shapes.count])
    }[...]
    for name in contestants where looks[name] == nil {
      while let look = spare.popFirst() {
        guard taken.insert(look).inserted else { continue }
        looks[name] = look
        break
      }
      // Alike, but seen, when seventy are not enough.
      if looks[name] == nil { looks[name] = Look(.ink, .star) }
    }
    return looks
  }

  /// The dashes of a curve.
  var dash: String {
    switch shape {
    case .circle: ""
    case .up: "7 3"
    case .down: "2 3"
    case .diamond: "9 3 2 3"
    case .square: "5 2"
    case .right: "1 3"
    case .left: "10 4"
    case .cross: "4 4"
    case .plus: "6 2 2 2 2 2"
    case .star: "12 3 3 3"
    }
  }
}

extension SVG {
  /// A marker; open ones stand for figures of a run that did not finish.
  mutating func marker(
    _ look: Look, _ x: Double, _ y: Double, isOpen: Bool = false
  ) {
    func polygon(_ points: [(Double, Double)]) -> String {
      "M"
        + points.map { "\(n(x + $0.0)) \(n(y + $0.1))" }
        .joined(separator: "L") + "Z"
    }
    func strokes(_ lines: [(Double, Double)]) -> String {
      lines.map {
        "M\(n(x - $0.0)) \(n(y - $0.1))L\(n(x + $0.0)) \(n(y + $0.1))"
      }.joined()
    }
    let (data, style): (String, String) =
      switch look.shape {
      case .circle:
        (
          "M\(n(x - 4.2)) \(n(y))a4.2 4.2 0 1 0 8.4 0a4.2 4.2 0 1 0 -8.4 0Z",
          "mark"
        )
      case .up: (polygon([(0, -4.8), (4.7, 3.6), (-4.7, 3.6)]), "mark")
      case .down: (polygon([(0, 4.8), (4.7, -3.6), (-4.7, -3.6)]), "mark")
      case .right: (polygon([(4.8, 0), (-3.6, 4.7), (-3.6, -4.7)]), "mark")
      case .left: (polygon([(-4.8, 0), (3.6, 4.7), (3.6, -4.7)]), "mark")
      case .diamond:
        (polygon([(0, -5.2), (5.2, 0), (0, 5.2), (-5.2, 0)]), "mark")
      case .square:
        (polygon([(-4, -4), (4, -4), (4, 4), (-4, 4)]), "mark")
      case .cross: (strokes([(3.9, 3.9), (3.9, -3.9)]), "stroke")
      case .plus: (strokes([(5, 0), (0, 5)]), "stroke")
      case .star: (strokes([(5, 0), (2.5, 4.4), (2.5, -4.4)]), "stroke")
      }
    // Strokes have no inside: a ring around them says that they are open.
    if isOpen, style == "stroke" {
      path(
        "M\(n(x - 6.5)) \(n(y))a6.5 6.5 0 1 0 13 0a6.5 6.5 0 1 0 -13 0Z",
        class: "mark open \(look.colour.rawValue)")
    }
    path(
      data,
      class: style + (isOpen && style == "mark" ? " open" : "")
        + " \(look.colour.rawValue)")
  }
}
