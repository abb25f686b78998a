import JacobianChain

/// The value of every span of one target.
package struct SpanValues: Sendable {
  private let length: Int
  private var values: [Int]

  /// - Parameters:
  ///   - length: of the target, n.
  ///   - whole: its value.
  init(_ length: Int, whole: Int, _ subwords: Subwords) {
    self.length = length
    values = [Int](repeating: -1, count: length * length)
    var prefix = whole
    for e in stride(from: length, through: 1, by: -1) {
      var value = prefix
      for b in 0..<e {
        values[b * length + e - 1] = value
        value = subwords.suffixes[value]
      }
      prefix = subwords.prefixes[prefix]
    }
  }

  /// The value of span `b..<e`.
  package subscript(b: Int, e: Int) -> Int { values[b * length + e - 1] }
}
