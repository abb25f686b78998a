import JChainHeader
import JacobianChain

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The latest refusal on this thread; nil when its latest call gave a result.
///
/// `jchain.h` has the details.
@c @implementation
public func jc_last_error() -> UnsafePointer<jc_error>! { LastError.current }

/// The latest refusal of each thread, as C reads it.
enum LastError {
  /// The place of this thread's error; the system frees it with the thread.
  private static let key: pthread_key_t = {
    var key = pthread_key_t()
    let code = pthread_key_create(&key) { pointer in
      let pointer: UnsafeMutableRawPointer? = pointer
      pointer.map { Unmanaged<Record>.fromOpaque($0).release() }
    }
    precondition(code == 0, "the process has no place left for thread keys")
    return key
  }()

  static var current: UnsafePointer<jc_error>? {
    pthread_getspecific(key).map {
      UnsafePointer(
        Unmanaged<Record>.fromOpaque($0).takeUnretainedValue().error)
    }
  }

  static func set(_ refusal: Refusal) { replace(by: Record(refusal)) }

  static func clear() {
    if pthread_getspecific(key) != nil { replace(by: nil) }
  }

  private static func replace(by record: Record?) {
    let old = pthread_getspecific(key)
    pthread_setspecific(
      key, record.map { Unmanaged.passRetained($0).toOpaque() })
    old.map { Unmanaged<Record>.fromOpaque($0).release() }
  }

  /// A refusal and the texts that it points at.
  private final class Record {
    let error = UnsafeMutablePointer<jc_error>.allocate(capacity: 1)
    private let texts: [CText]

    init(_ refusal: Refusal) {
      let said = refusal.error
      texts = [
        said.kind.rawValue, said.location, said.expected, said.found,
        said.advice, said.description,
      ].map { CText($0.replacing("\0", with: "\u{FFFD}")) }
      error.initialize(
        to: jc_error(
          status: Int32(refusal.status), kind: texts[0].bytes,
          location: texts[1].bytes, expected: texts[2].bytes,
          found: texts[3].bytes, advice: texts[4].bytes,
          message: texts[5].bytes))
    }

    deinit { error.deallocate() }
  }
}
