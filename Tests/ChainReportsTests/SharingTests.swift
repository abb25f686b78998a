import ChainReports
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
    #expect(report.optimum.fma == 77_600)
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
    #expect(report.baselines.reverse?.fma == 51_200)
    #expect(report.optimum.fma == 36_800)
    #expect(
      report.verdict
        == "better than back-propagation, which costs 1.39× as much: "
        + "4 Jacobians from 5 steps")
    #expect(report.status == "optimal")
  }
}
