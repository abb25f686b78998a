import ArgumentParser

/// A number of bytes as people write it: 1073741824, 512MiB, 1.5GB, 1 GiB.
struct ByteSize: Hashable, ExpressibleByArgument {
  /// At least 1.
  let bytes: Int

  private static let units: [String: Double] = [
    "": 1, "b": 1, "kb": 1e3, "mb": 1e6, "gb": 1e9, "tb": 1e12,
    "kib": 1024, "mib": 1_048_576, "gib": 1_073_741_824,
    "tib": 1_099_511_627_776,
  ]

  /// nil for what is no size, 0 and sizes beyond 2^62 among it.
  init?(argument: String) {
    let number = argument.prefix { $0.isNumber || $0 == "." }
    let unit = argument.dropFirst(number.count).drop { $0 == " " }
    guard let scale = Self.units[unit.lowercased()] else { return nil }
    if let whole = Int(number), let factor = Int(exactly: scale) {
      let product = whole.multipliedReportingOverflow(by: factor)
      guard !product.overflow, (1...1 << 62).contains(product.partialValue)
      else { return nil }
      bytes = product.partialValue
      return
    }
    guard let value = Double(number), value.isFinite else { return nil }
    let size = (value * scale).rounded(.down)
    guard size >= 1, size <= 0x1p62 else { return nil }
    bytes = Int(size)
  }

  /// As it is shown as a default.
  var defaultValueDescription: String { "\(bytes)" }
}
