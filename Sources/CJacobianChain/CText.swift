/// A text as C reads it: UTF-8 with a 0 behind it, as long as the value lives.
///
/// Unchecked: nobody changes the bytes.
final class CText: @unchecked Sendable {
  let bytes: UnsafePointer<CChar>
  /// Without the 0.
  let count: Int

  init(_ text: String) {
    var text = text
    (bytes, count) = text.withUTF8 { utf8 in
      let copy = UnsafeMutablePointer<CChar>.allocate(capacity: utf8.count + 1)
      for (position, byte) in utf8.enumerated() {
        copy[position] = CChar(bitPattern: byte)
      }
      copy[utf8.count] = 0
      return (UnsafePointer(copy), utf8.count)
    }
  }

  deinit { bytes.deallocate() }
}

/// Numbers as C reads them, as long as the value lives.
///
/// Unchecked: nobody changes them.
final class CNumbers: @unchecked Sendable {
  let start: UnsafePointer<Int64>
  let count: Int

  init(_ numbers: [Int]) {
    let copy = UnsafeMutablePointer<Int64>.allocate(capacity: numbers.count)
    for (place, number) in numbers.enumerated() {
      (copy + place).initialize(to: Int64(number))
    }
    (start, count) = (UnsafePointer(copy), numbers.count)
  }

  deinit { start.deallocate() }
}

/// The bytes of a document that C passed.
///
/// - Throws: `Refusal` when there are none to read.
package func document(
  _ name: String, _ text: UnsafePointer<CChar>?, _ length: Int
) throws(Refusal) -> [UInt8] {
  guard length >= 0 else {
    throw .argument(
      "\(name)_length", "a number of bytes", found: "2^63 or more",
      advice: "pass the length of the text, without a 0 at its end")
  }
  guard let text else { throw .missing(name, "a JSON document") }
  return Array(UnsafeRawBufferPointer(start: text, count: length))
}
