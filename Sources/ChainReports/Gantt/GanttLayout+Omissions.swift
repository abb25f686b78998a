import JacobianChain

extension GanttLayout {
  /// What the drawing leaves out, one sentence each.
  var omissions: [String] {
    let digits = DigitGrouping.plain
    var sentences: [String] = []
    if left.machines > 0 {
      sentences.append(
        "the \(rows.count) busiest machines; \(digits.grouped(left.machines)) "
          + "more do \(counted(left.tasks, "step")) of "
          + Format.amount(left.work, unit))
    }
    let unseen = rows.reduce(0) { $0 + $1.unseen }
    if unseen > 0 {
      sentences.append("\(counted(unseen, "step")) too short to be seen")
    }
    if instants > 0 {
      sentences.append("\(counted(instants, "step")) of no price not drawn")
    }
    return sentences
  }
}
