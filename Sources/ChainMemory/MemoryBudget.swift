import JacobianChain

/// How much memory this process may still take, by everybody who has a say.
///
/// Systems promise more than they have and end whoever uses it; so what is
/// large is asked for here before it is taken, and refused with its size.
package struct MemoryBudget: Hashable, Sendable {
  /// Bytes that the machine has left; nil when nobody tells.
  package var machine: Int?
  /// Bytes that the control groups of the process leave; nil without a limit.
  package var group: Int?
  /// Bytes that the limit on the address space leaves; nil without one.
  package var addresses: Int?

  package init(machine: Int?, group: Int? = nil, addresses: Int? = nil) {
    (self.machine, self.group) = (machine, group)
    self.addresses = addresses
  }

  /// The share of what is left that one may take: code, stacks and the pages
  /// of files need the rest.
  package static let share = 0.8

  /// Bytes that may be taken: the smallest say times `share`; `Int.max` when
  /// nobody has one.
  package var bytes: Int {
    guard let least = [machine, group, addresses].compactMap({ $0 }).min()
    else { return .max }
    return Int(Double(max(0, least)) * Self.share)
  }

  /// What is smaller isn't worth a question.
  package static let smallest = 4 << 20

  /// Refuses what doesn't fit into what is left now.
  ///
  /// - Parameters:
  ///   - bytes: to be taken, beyond what is held already.
  ///   - place: the step, the factor or the file that asks.
  ///   - purpose: what they are for, as in "2 GiB for `purpose`".
  ///   - advice: what to do about it.
  /// - Throws: `ChainError` (`tooLarge`) with the bytes and what would fit.
  package static func check(
    _ bytes: UInt128, at place: @autoclosure () -> String,
    for purpose: @autoclosure () -> String,
    advice: @autoclosure () -> String
  ) throws(ChainError) {
    guard bytes >= UInt128(smallest) else { return }
    let most = current.bytes
    guard bytes > UInt128(most) else { return }
    throw ChainError(
      .tooLarge, at: place(),
      expected: "at most \(words(UInt128(most))), which fit into memory",
      found: "\(words(bytes)) for \(purpose())", advice: advice())
  }

  /// "8192 bytes (8.0 KiB)".
  package static func words(_ bytes: UInt128) -> String {
    let units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"]
    var (tenths, unit) = (bytes.multipliedReportingOverflow(by: 10), -1)
    guard !tenths.overflow else { return "\(bytes) bytes" }
    while tenths.partialValue >= 10_240, unit + 1 < units.count {
      tenths.partialValue /= 1024
      unit += 1
    }
    guard unit >= 0 else { return "\(bytes) bytes" }
    return "\(bytes) bytes (\(tenths.partialValue / 10)."
      + "\(tenths.partialValue % 10) \(units[unit]))"
  }
}
