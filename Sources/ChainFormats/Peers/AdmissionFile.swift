import JacobianChain

/// A chain as ADMission stores it (STCE, RWTH Aachen, MIT licence): the
/// number of factors, then `rows columns cost` of each, first applied first.
///
/// ```
/// 3
/// 10 1 75
/// 5 10 22
/// 1 5 25
/// ```
///
/// `cost` counts the edges of the factor's DAG. It is what one tangent, one
/// adjoint and the tape of one adjoint cost; entries are never given. In the
/// files without `dense` in their name every such line is followed by the
/// factor's pattern, `rows` lines of `columns` digits 0 or 1.
package enum AdmissionFile {
  /// Whether the bytes can only be such a file: they start with a digit, as
  /// no problem in JSON does, behind a byte order mark at most.
  package static func isRecognised(_ bytes: some Sequence<UInt8>) -> Bool {
    let passedOver = [0x20, 0x09, 0x0A, 0x0D] + TextLines.byteOrderMark
    return bytes.first { !passedOver.contains($0) }.map(Decimal.isDigit)
      ?? false
  }

  /// Reads a chain; its factors are called F1, F2, ….
  ///
  /// - Parameters:
  ///   - bytes: the file.
  ///   - file: its name for errors, which stand at `file:line`; the problem is
  ///     called by the part after the last slash.
  ///   - control: may stop it.
  /// - Throws: `ChainError`: `malformed`; `tooLarge` beyond the limits of
  ///   problem files; `limitReached` or `interrupted` when `control` stopped
  ///   it.
  /// - Complexity: O(bytes).
  package static func problem(
    parsing bytes: some Collection<UInt8>, file: String,
    control: SearchControl = .unlimited
  ) throws(ChainError) -> Problem {
    guard bytes.count <= Files.sizeLimit else {
      throw ChainError(
        .tooLarge, at: file, expected: "at most \(Files.sizeLimit) bytes",
        found: "\(bytes.count) bytes", advice: "split the chain")
    }
    var reader = AdmissionReader(
      lines: TextLines(bytes: Array(bytes), file: file, control: control))
    let factors = try reader.factors()
    let name = file.split(separator: "/").last.map(String.init) ?? file
    do {
      return try Problem(
        name: name == "-" ? "chain" : name,
        source: "a chain file of ADMission", factors: factors)
    } catch {
      throw reader.atLine(error)
    }
  }
}
