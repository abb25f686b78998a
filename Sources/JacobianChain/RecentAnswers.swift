/// The last answers to questions about two numbers, each in the place that its
/// question has: who asks the same few over and over finds them sooner than in
/// a dictionary, and who asks many different ones loses little.
struct RecentAnswers: Sendable {
  private struct Known {
    var first: Int32 = -1
    var second: Int32 = -1
    var answer: Int32 = -1
  }

  /// Empty before the first answer.
  private var known: [Known] = []

  private static func place(_ first: Int32, _ second: Int32) -> Int {
    Int(truncatingIfNeeded: first &* 31 &+ second) & 63
  }

  /// What was kept for two numbers, the first from 0; nil for none.
  func answer(_ first: Int32, _ second: Int32) -> Int32? {
    guard !known.isEmpty else { return nil }
    let found = known[Self.place(first, second)]
    return found.first == first && found.second == second
      ? found.answer : nil
  }

  /// Keeps an answer, in the place of another one.
  mutating func keep(_ answer: Int32, _ first: Int32, _ second: Int32) {
    if known.isEmpty { known = Array(repeating: Known(), count: 64) }
    known[Self.place(first, second)] = Known(
      first: first, second: second, answer: answer)
  }
}
