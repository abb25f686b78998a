import JacobianChain

/// The steps that do something, numbered from 1: entries at hand are no work.
struct StepList {
  /// One line of a step table.
  struct Row {
    /// The number by which drawings refer to the step.
    var number: Int
    /// What is computed.
    var product: ProductName
    /// The pattern of the result.
    var pattern: Pattern
    /// How: "product", "sum", or a mode and its number of evaluations.
    var action: Action
    /// The price.
    var fma: UInt128
    /// The share of the plan's price, 0 to 1.
    var share: Double

    /// Whether the step evaluates a function.
    var isEvaluation: Bool {
      switch action {
      case .product, .sum: false
      case .evaluations: true
      }
    }
  }

  /// How a step gets its result.
  enum Action {
    case product
    case sum
    case evaluations(Mode, Int)

    /// "tangent × 16 evaluations".
    var long: String {
      switch self {
      case .product: "product"
      case .sum: "sum"
      case .evaluations(let mode, let count):
        "\(mode.rawValue) × \(counted(count, "evaluation"))"
      }
    }

    /// "tangent × 16".
    var short: String {
      switch self {
      case .product: "product"
      case .sum: "sum"
      case .evaluations(let mode, let count): "\(mode.rawValue) × \(count)"
      }
    }
  }

  private let report: Report
  /// The step ids of the plan that are numbered, in order.
  let ids: [Int]

  init(_ report: Report) {
    self.report = report
    ids = report.solved.plan.plan.steps.indices.filter {
      !report.solved.plan.isGiven($0)
    }
  }

  /// The number of each step by its id.
  var numbers: [Int: Int] {
    Dictionary(uniqueKeysWithValues: zip(ids, 1...))
  }

  /// The row of the step with this 0-based position.
  subscript(position: Int) -> Row {
    let id = ids[position]
    let step = report.solved.plan.steps[id]
    let action: Action =
      switch step.step {
      case .given, .multiply: .product
      case .add: .sum
      case .accumulate(_, let mode), .eliminate(_, let mode, _):
        .evaluations(mode, step.evaluations)
      }
    return Row(
      number: position + 1,
      product: ProductName(
        of: id, in: report.solved.plan, report.solved.problem),
      pattern: step.pattern, action: action, fma: step.fma,
      share: report.share(of: step.fma))
  }

  /// The first and last rows, and how many are left out between them.
  func excerpt(_ limit: Int) -> (head: [Row], omitted: Int, tail: [Row]) {
    guard ids.count > limit else {
      return (ids.indices.map { self[$0] }, 0, [])
    }
    let half = limit / 2
    let tail = ids.count - half..<ids.count
    return (
      (0..<half).map { self[$0] }, ids.count - 2 * half, tail.map { self[$0] }
    )
  }
}

extension Report {
  /// The part of the plan's price, 0 to 1; 0 of a free plan.
  func share(of fma: UInt128) -> Double {
    solved.plan.fma == 0 ? 0 : Double(fma) / Double(solved.plan.fma)
  }
}

extension Pattern {
  /// "600 × 10".
  var shape: String { "\(rows) × \(columns)" }
}
