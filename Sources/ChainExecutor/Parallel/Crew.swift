#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Threads that do one piece of work together.
enum Crew {
  /// Stack of a thread: what the main thread has on most systems, because
  /// operands are foreign code.
  private static var stackBytes: Int { 8 << 20 }

  /// The processors of this machine.
  static var processors: Int {
    max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
  }

  /// Runs `body(0)` … `body(count − 1)` side by side, `body(0)` on the calling
  /// thread, and returns when all have.
  ///
  /// When the system has no threads left, the others are not run: `body` must
  /// not need their company.
  static func run(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
    let attributes = UnsafeMutablePointer<pthread_attr_t>.allocate(capacity: 1)
    pthread_attr_init(attributes)
    pthread_attr_setstacksize(attributes, stackBytes)
    defer {
      pthread_attr_destroy(attributes)
      attributes.deallocate()
    }
    var threads: [pthread_t] = []
    for worker in 1..<max(1, count) {
      let start = Unmanaged.passRetained(Start { body(worker) })
      guard let thread = begin(start, attributes) else {
        start.release()
        break
      }
      threads.append(thread)
    }
    body(0)
    for thread in threads { pthread_join(thread, nil) }
  }

  /// What a thread is born with.
  private final class Start: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  private static func begin(
    _ start: Unmanaged<Start>,
    _ attributes: UnsafeMutablePointer<pthread_attr_t>
  ) -> pthread_t? {
    #if canImport(Darwin)
      var thread: pthread_t?
      let status = pthread_create(
        &thread, attributes,
        {
          Unmanaged<Start>.fromOpaque($0).takeRetainedValue().body()
          return nil
        }, start.toOpaque())
      return status == 0 ? thread : nil
    #else
      var thread = pthread_t()
      let status = pthread_create(
        &thread, attributes,
        {
          Unmanaged<Start>.fromOpaque($0!).takeRetainedValue().body()
          return nil
        }, start.toOpaque())
      return status == 0 ? thread : nil
    #endif
  }
}
