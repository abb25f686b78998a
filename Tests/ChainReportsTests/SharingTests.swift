import ChainRandom
@testable import ChainReports
import ChainTestSupport
import JacobianChain
import Testing

@Suite("Several targets and shared values")
struct SharingTests {
  @Test(
    "Who only needs back-propagation is told so",
    arguments: [ReportFormat.text, .markdown, .html, .dot])
  func backPropagation(format: ReportFormat) throws {
    let problem = HandChecked.joint[0].problem
    let report = try Samples.report(problem)
    #expect(report.solved.plan.fma == 77_600)
    #expect(
      report.verdict
        == "reverse mode with every shared product computed once, "
        + "back-propagation, is already optimal for these targets")
    let text = report.rendered(as: format)
    if format != .text { #expect(text.contains(report.verdict)) }
    #expect(text.contains("back-propagation"))
  }

  @Test("What a plan saves against back-propagation is said")
  func vectorOutput() throws {
    let report = try Samples.bottleneckReport()
    #expect(report.solved.baselines?[.reverse]?.fma == 51_200)
    #expect(report.solved.plan.fma == 36_800)
    #expect(
      report.verdict
        == "better than back-propagation, which costs 1.39× as much: "
        + "4 Jacobians from 5 steps")
    #expect(report.status == "optimal")
  }

  @Test("Values used more than once are listed, others not")
  func shared() throws {
    let joint = try Samples.report(HandChecked.joint[0].problem)
    #expect(
      joint.rendered(as: .text).contains("  shared    J4·J3 2×, J4·J3·J2 2×\n"))
    #expect(
      joint.rendered(as: .markdown)
        .contains("shared: J4·J3 2×, J4·J3·J2 2×"))
    #expect(joint.rendered(as: .dot).contains("used 2×"))
    for format in [ReportFormat.text, .markdown, .html, .dot] {
      let single = try Samples.autoencoderReport().rendered(as: format)
      #expect(!single.contains("used 2×") && !single.contains("shared:"))
      #expect(!single.contains("  shared ") && !single.contains("class=\"uses"))
    }
  }

  @Test("No two values of a drawing overlap, and each stands once")
  func drawing() throws {
    for family in [Family.comb, .window, .recurrence, .powers, .periodic] {
      for (factors, seed) in [(3, 1), (9, 2), (14, 3)] {
        let problem = try family.problem(factors: factors, seed: UInt64(seed))
        let report = try Samples.report(problem)
        let html = report.rendered(as: .html)
        let boxes = Self.boxes(html)
        let place = "\(family) \(factors)"
        let steps = report.solved.plan.plan.steps
        let isDrawn = html.contains("Every value stands once")
        #expect(
          isDrawn == !boxes.isEmpty || problem.targets.count == 1, "\(place)")
        guard isDrawn else { continue }
        #expect(boxes.count == steps.count, "\(place)")
        for (index, box) in boxes.enumerated() {
          for other in boxes[..<index] {
            let apart =
              box.x + box.width <= other.x || other.x + other.width <= box.x
              || box.y + box.height <= other.y
              || other.y + other.height <= box.y
            #expect(apart, "\(place)")
          }
        }
      }
    }
  }

  @Test("A plan too large to be looked at says so")
  func limit() throws {
    let problem = try Family.window.problem(factors: 60, seed: 1)
    let html = try Samples.report(problem).rendered(as: .html)
    #expect(html.contains("Not drawn: the plan has"))
    #expect(!html.contains("<svg"))
  }

  @Test("No two edges of a drawing merge: each reader has a line of its own")
  func edges() throws {
    for family in [Family.comb, .window, .recurrence, .powers, .periodic] {
      let problem = try family.problem(factors: 9, seed: 2)
      guard let graph = PlanGraph(try Samples.report(problem)) else { continue }
      for (index, node) in graph.nodes.enumerated() where node.kind == .line {
        #expect(node.above.count == 1 && node.below.count == 1, "\(family)")
        #expect(graph.nodes[node.source].layer < node.layer)
        #expect(graph.layers[node.layer].contains(index))
      }
    }
  }

  @Test("Factors of a long chain stand in rows of eight, products in a tree")
  func longChain() throws {
    let problem = try Samples.chain((0...66).map { 3 + $0 % 7 })
    let dot = try Samples.report(problem).rendered(as: .dot)
    let rows = dot.split(separator: "\n").filter {
      $0.contains("{ rank=same f")
    }
    #expect(rows.count == 9)
    #expect(rows.allSatisfy { $0.split(separator: " f").count <= 9 })
    #expect(!dot.contains(/f[0-9]+ -> s/))
    // A tree: each of the 65 products but the last is read once.
    #expect(dot.matches(of: #/  s[0-9]+ -> s[0-9]+/#).count == 64)
    let short = try Samples.report(Samples.chain([2, 3, 4]))
    #expect(short.rendered(as: .dot).contains(/f0 -> s/))
  }

  @Test("Arrows of DOT never run in circles")
  func acyclic() throws {
    let problem = HandChecked.joint[1].problem
    let dot = try Samples.report(problem).rendered(as: .dot)
    #expect(!dot.contains("f0 -> f0"))
    #expect(dot.contains("f0 -> s"))
  }

  private struct Box {
    var x, y, width, height: Double
  }

  /// What the nodes of a drawing cover, the frames of targets not counted.
  private static func boxes(_ html: String) -> [Box] {
    html.split(separator: "<rect class=\"tint\" ").dropFirst().map { text in
      let values = text.prefix { $0 != ">" }.split(separator: "\"")
      func number(_ index: Int) -> Double { Double(values[index]) ?? .nan }
      return Box(
        x: number(1), y: number(3), width: number(5), height: number(7))
    }
  }
}
