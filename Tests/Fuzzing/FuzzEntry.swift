#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// What libFuzzer calls with every input; the environment names the reader.
///
/// Stops the process when a law is broken, or when an input (4 kB at most)
/// takes more than a second of the processor.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(
  _ bytes: UnsafePointer<UInt8>?, _ count: Int
) -> CInt {
  let input = Array(UnsafeBufferPointer(start: bytes, count: count))
  let start = clock()
  if let violation = fuzzed.violation(on: input) {
    fatalError("\(fuzzed): \(violation)")
  }
  let seconds = Double(clock() - start) / Double(CLOCKS_PER_SEC)
  guard seconds < 1 else {
    fatalError("\(fuzzed): \(count) bytes take \(seconds) s")
  }
  return 0
}

private let fuzzed: FuzzedReader = {
  guard let name = getenv("JCHAIN_FUZZ"),
    let reader = FuzzedReader(rawValue: String(cString: name))
  else {
    let names = FuzzedReader.allCases.map(\.rawValue).joined(separator: ", ")
    fatalError("JCHAIN_FUZZ has to name a reader: \(names)")
  }
  return reader
}()
