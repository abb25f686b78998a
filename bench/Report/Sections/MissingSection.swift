import ChainBenchResults
import ChainReports
import JacobianChain

/// What is missing: files, lines, contestants, single rows.
struct MissingSection {
  static let title = "10. What is missing"

  let results: BenchResults

  var blocks: [Block] {
    let notices = notices
    return [
      .section(Self.title),
      .paragraph(
        notices.isEmpty
          ? "Nothing: every suite, contestant and case has its row."
          : "Held against a complete run: \(counted(notices.count, "gap"))."),
    ] + notices.map(Block.missing)
  }

  /// One sentence a gap.
  var notices: [String] {
    results.malformed.map(\.sentence)
      + ExpectedSuite.all.flatMap { suite($0) }
      + results.suites.filter { $0.replaced > 0 }.map {
        "results/\($0.name).csv measures \(counted($0.replaced, "key")) more "
          + "than once; the last row counts."
      }
  }

  private func suite(_ expected: ExpectedSuite) -> [String] {
    let file = "results/\(expected.name).csv"
    guard let suite = results.suite(expected.name) else {
      return results.malformed.contains { $0.file == expected.name + ".csv" }
        ? [] : ["\(file) is absent: \(expected.subject)."]
    }
    let absent = expected.header.filter { name in
      !suite.header.contains { $0.name == name }
    }
    let header =
      absent.isEmpty
      ? [] : ["The header of \(file) doesn't say: \(Sentence.list(absent))."]
    return header + expected.quantities.flatMap { quantity(suite, $0) }
  }

  private func quantity(
    _ suite: BenchResults.Suite, _ quantity: ExpectedSuite.Quantity
  ) -> [String] {
    let file = "results/\(suite.name).csv"
    let pivot = Pivot(
      quantity, suite.rows.filter { $0.key.quantity == quantity.name })
    guard !pivot.cases.isEmpty else {
      return ["\(file) has no rows of \(quantity.name)."]
    }
    var sentences: [String] = []
    let absent = quantity.contestants.filter {
      !pivot.contestants.contains($0)
    }
    if !absent.isEmpty {
      sentences.append(
        "\(file) has no row of \(quantity.name) by \(Sentence.list(absent)).")
    }
    // A family that never asks a contestant doesn't miss it. Contestants that
    // lack the same cases share a sentence.
    var lacking: [[String]: [String]] = [:]
    var order: [[String]] = []
    for contestant in quantity.contestants
    where pivot.contestants.contains(contestant)
      && !quantity.selective.contains(contestant)
    {
      let asking = Set(
        pivot.cases.filter { pivot[$0.name, contestant] != nil }
          .map(\.family))
      let names = pivot.cases.filter {
        asking.contains($0.family) && pivot[$0.name, contestant] == nil
      }.map(\.name)
      guard !names.isEmpty else { continue }
      if lacking[names] == nil { order.append(names) }
      lacking[names, default: []].append(contestant)
    }
    for names in order {
      sentences.append(
        "\(file) has no row of \(quantity.name) by "
          + "\(Sentence.list(lacking[names] ?? [])) in "
          + "\(Sentence.share(names.count, pivot.cases.count)) cases: "
          + "\(Sentence.list(byFamily(names, pivot), limit: 8)).")
    }
    return sentences
  }

  /// The names, of families that lack all theirs only the family's.
  private func byFamily(_ names: [String], _ pivot: Pivot) -> [String] {
    pivot.families.flatMap { family -> [String] in
      let all = pivot.family(family).map(\.name)
      let lacking = all.filter(names.contains)
      return lacking == all && all.count > 1 && !family.isEmpty
        ? ["all \(all.count) of \(family)"] : lacking
    }
  }
}

extension Block {
  /// What is absent or went wrong, to be seen.
  static func missing(_ text: String) -> Block {
    .notice(text, label: "Missing")
  }
}
