import ChainReports
import JacobianChain
import Testing

@Suite("Edges")
struct EdgeTests {
  @Test("Names stay text in every format", arguments: ReportFormat.allCases)
  func escaping(format: ReportFormat) throws {
    let evil = "<b>&\"'\\|`]"
    let problem = try Samples.chain(
      [3, 4, 5], names: ["in\(evil)", "out\(evil)"], name: "p\(evil)")
    let text = try Samples.report(problem).rendered(as: format)
    switch format {
    case .html:
      #expect(!text.contains("<b>&"))
      #expect(text.contains("in&lt;b&gt;&amp;&quot;&#39;\\|`]"))
      #expect(text.contains("<title>p&lt;b&gt;"))
    case .markdown:
      #expect(text.contains("### p&#60;b&#62;&#38;\"'&#92;&#124;&#96;&#93;"))
      #expect(text.contains("| out&#60;b"))
    case .dot:
      #expect(text.contains("[label=\"in<b>&amp;\\\"'\\\\|`]\\n4 × 3\"]"))
      #expect(balancedQuotes(text))
    case .json:
      #expect(text.contains("\"p<b>&\\\"'\\\\|`]\""))
    case .text:
      #expect(text.hasPrefix("p\(evil) · 2 factors"))
    }
  }

  /// Whether every line of a DOT file closes the strings it opens.
  private func balancedQuotes(_ text: String) -> Bool {
    text.split(separator: "\n").allSatisfy { line in
      var (isOpen, isEscaped) = (false, false)
      for character in line {
        if isEscaped {
          isEscaped = false
        } else if character == "\\" {
          isEscaped = true
        } else if character == "\"" {
          isOpen.toggle()
        }
      }
      return !isOpen
    }
  }

  @Test("Long names are told apart by their ends", arguments: [true, false])
  func longNames(isText: Bool) throws {
    let names = ["sum-and-product-inner", "sum-and-product-outer"]
    let problem = try Samples.chain([3, 4, 5], names: names)
    let text = try Samples.report(problem).rendered(as: isText ? .text : .html)
    for name in isText
      ? ["sum-and…t-outer·sum-and…t-inner"] : ["sum-an…outer", "sum-an…inner"]
    {
      #expect(text.contains(name), "\(text)")
    }
  }

  @Test("A forbidden baseline is null, not a number")
  func forbidden() throws {
    let problem = try Problem(factors: [
      Factor(name: "a", rows: 4, columns: 5, tangentCost: 20),
      Factor(name: "b", rows: 6, columns: 4, tangentCost: 24),
    ])
    let report = try Samples.report(problem)
    #expect(report.solved.baselines?[.reverse] == nil)
    #expect(report.solved.saving(over: .reverse) == nil)
    #expect(
      report.rendered(as: .text).contains(/\n  reverse +not possible/))
    #expect(report.rendered(as: .markdown).contains("| reverse | not possible"))
    #expect(report.rendered(as: .html).contains("not possible"))
    let json = report.rendered(as: .json).filter { !$0.isWhitespace }
    #expect(json.components(of: "\"reverse\":null") == 2)
  }

  @Test("A free plan has ratios", arguments: ReportFormat.allCases)
  func free(format: ReportFormat) throws {
    let problem = try Problem(
      factors: (0..<3).map {
        Factor(name: "p\($0)", rows: 4, columns: 4, structure: .identity)
      })
    let report = try Samples.report(problem)
    #expect(report.solved.plan.fma == 0)
    #expect(report.solved.saving(over: .forward) == 1)
    let text = report.rendered(as: format)
    #expect(!text.contains("nan") && !text.contains("inf"))
    #expect(!text.contains("NaN") && !text.contains("Infinity"))
  }

  @Test("A saving against a free plan is infinite")
  func infinite() throws {
    let dense = try Samples.report(Samples.chain([2, 2, 2]))
    var report = dense
    report.solved.plan = try Plan(steps: [.given(factor: 0)], targets: [0])
      .priced(for: Samples.chain([2, 2]))
    #expect(report.solved.saving(over: .forward) == .infinity)
  }

  @Test("Prices beyond 64 bits are exact", arguments: ReportFormat.allCases)
  func huge(format: ReportFormat) throws {
    let d = 1 << 40
    let problem = try Samples.chain([d, d, d, d])
    let report = try Samples.report(problem)
    #expect(report.solved.plan.fma == UInt128(1) << 121)
    let text = report.rendered(as: format)
    let digits = "2658455991569831745807614120560689152"
    let bare = text.filter { $0 != " " && $0 != "\u{202F}" }
    #expect(bare.contains(format == .html ? "2.66e36" : digits))
    if format == .json { #expect(text.contains("\"\(digits)\"")) }
  }

  @Test("Several targets", arguments: ReportFormat.allCases)
  func targets(format: ReportFormat) throws {
    let factors = try Samples.autoencoder().factors
    let problem = try Problem(
      factors: factors, targets: [[0, 1, 2], [1, 2], [5]])
    let plan = Plan(
      steps: [
        .given(factor: 0), .given(factor: 1), .given(factor: 2),
        .given(factor: 5), .multiply(outer: 2, inner: 1),
        .multiply(outer: 4, inner: 0),
      ], targets: [5, 4, 3])
    let text = try Samples.report(problem, plan).rendered(as: format)
    switch format {
    case .text, .markdown, .html:
      #expect(
        text.replacing("<wbr>", with: "").contains("(enc3·enc2)·enc1"))
      #expect(
        text.contains("reverse mode with every shared product computed once"))
    case .json:
      #expect(text.contains("\"bracketings\""))
      #expect(!text.contains("\"rows\": 10"))
    case .dot:
      #expect(text.contains("f0 -> f1 [label=\"60\"]"))
      #expect(text.contains("penwidth=2"))
    }
  }

  @Test("One factor", arguments: ReportFormat.allCases)
  func single(format: ReportFormat) throws {
    let report = try Samples.report(Samples.chain([3, 4]))
    #expect(report.verdict == "a single factor, there is nothing to order")
    #expect(report.rendered(as: format).contains("J1"))
  }

  @Test("A value that is used twice is drawn once and priced once")
  func tied() throws {
    let problem = try Problem(
      factors: [Factor(name: "A", rows: 50, columns: 50)],
      targets: [[Int](repeating: 0, count: 1 << 14)])
    var steps: [Step] = [.given(factor: 0)]
    for id in 0..<14 { steps.append(.multiply(outer: id, inner: id)) }
    let report = try Samples.report(problem, Plan(steps: steps, targets: [14]))
    #expect(report.solved.plan.fma == 14 * 125_000)
    let html = report.rendered(as: .html)
    #expect(html.contains(">2×</text>"))
    #expect(html.utf8.count < 100_000)
  }

  @Test("20 000 factors: small reports, no recursion")
  func long() throws {
    let count = 20_000
    let problem = try Samples.chain((0...count).map { 1 + $0 * 7919 % 97 })
    var random = Seeded(state: 11)
    for plan in [nil, Samples.randomPlan(count, &random)] {
      let report = try Samples.report(problem, plan)
      #expect(report.rendered(as: .html).utf8.count < 200_000)
      #expect(report.rendered(as: .text).utf8.count < 20_000)
      #expect(report.rendered(as: .markdown).utf8.count < 60_000)
      #expect(report.rendered(as: .dot).utf8.count < 8_000_000)
    }
  }
}

extension String {
  /// How often a text occurs.
  fileprivate func components(of text: String) -> Int {
    var count = 0
    var rest = self[...]
    while let range = rest.firstRange(of: text) {
      count += 1
      rest = rest[range.upperBound...]
    }
    return count
  }
}
