import ChainReports
import Foundation
import JacobianChain
import Testing

@Suite("JSON report")
struct JSONReportTests {
  /// The keys of the outermost object, in order.
  private func keys(_ json: String) -> [String] {
    var keys: [String] = []
    var (depth, isString, isEscaped) = (0, false, false)
    var text = ""
    for character in json {
      if isString {
        if isEscaped {
          isEscaped = false
        } else if character == "\\" {
          isEscaped = true
        } else if character == "\"" {
          isString = false
          continue
        }
        text.append(character)
        continue
      }
      switch character {
      case "\"":
        isString = true
        text = ""
      case "{", "[": depth += 1
      case "}", "]": depth -= 1
      case ":" where depth == 1: keys.append(text)
      default: continue
      }
    }
    return keys
  }

  @Test("Keys, their order, and what is absent")
  func order() throws {
    let all = try Samples.autoencoderReport(
      run: Samples.run(), stopReason: .nodeLimit)
    #expect(
      keys(all.rendered(as: .json)) == [
        "format", "problem", "solver", "reason", "objective", "unit",
        "status", "stopReason", "cost", "lowerBound", "gap", "baselines",
        "savings", "bracketing", "plan", "seconds", "run",
      ])
    var proven = try Samples.autoencoderReport()
    proven.solved.seconds = nil
    #expect(
      keys(proven.rendered(as: .json)) == [
        "format", "problem", "solver", "reason", "objective", "unit",
        "status", "cost", "lowerBound", "baselines", "savings", "bracketing",
        "plan",
      ])
  }

  @Test("Values")
  func values() throws {
    let report = try Samples.autoencoderReport(run: Samples.run())
    let object = try #require(
      JSONSerialization.jsonObject(
        with: Data(report.rendered(as: .json).utf8)) as? NSDictionary)
    func value<T: Equatable>(_ path: String, _ type: T.Type = T.self) -> T? {
      object.value(at: path) as? T
    }
    #expect(value("format") == "jacobian-chain-report/1")
    #expect(value("problem.rows") == 600)
    #expect(value("status") == "optimal")
    #expect(value("cost.fma") == 4_368_000)
    #expect(object.value(at: "cost.makespan") is NSNull)
    #expect(value("baselines.bestSplit.fma") == 4_368_000)
    #expect(value("baselines.bestSplit.split") == 3)
    #expect(value("savings.forward") == 24_960.0 / 4_368)
    #expect(value("bracketing") == "(dec3·(dec2·dec1))·((enc3·enc2)·enc1)")
    #expect(value("plan.format") == "jacobian-chain-plan/1")
    #expect(value("run.countedFMA") == 4_368_000)
    #expect(value("run.baselines.forward.seconds") == 0.0101)
    #expect(object.value(at: "run.baselines.bestSplit") == nil)
  }

  @Test(
    "The same report gives the same bytes", arguments: ReportFormat.allCases)
  func deterministic(format: ReportFormat) throws {
    let first = try Samples.autoencoderReport().rendered(as: format)
    let second = try Samples.autoencoderReport().rendered(as: format)
    #expect(first == second)
    #expect(first.hasSuffix("\n") && !first.hasSuffix("\n\n"))
  }
}

extension NSDictionary {
  /// The value at a dotted path.
  fileprivate func value(at path: String) -> NSObject? {
    path.split(separator: ".").reduce(self as NSObject?) { object, key in
      (object as? NSDictionary)?[String(key)] as? NSObject
    }
  }
}
