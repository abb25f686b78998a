import JacobianChain

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
  /// thread, and returns when all that began have.
  ///
  /// A thread that the system hasn't let begin when `body(0)` is done is not
  /// waited for and does nothing: on a busy machine that took longer than the
  /// work. When there are no threads left, the others are not run either: `body`
  /// must not need their company.
  static func run(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
    let attributes = UnsafeMutablePointer<pthread_attr_t>.allocate(capacity: 1)
    pthread_attr_init(attributes)
    pthread_attr_setstacksize(attributes, stackBytes)
    pthread_attr_setdetachstate(attributes, Int32(PTHREAD_CREATE_DETACHED))
    defer {
      pthread_attr_destroy(attributes)
      attributes.deallocate()
    }
    let shift = Monitor(Shift(body: body))
    for worker in 1..<max(1, count) {
      let start = Unmanaged.passRetained(Start(worker: worker, shift: shift))
      guard open(start, attributes) else {
        start.release()
        break
      }
    }
    body(0)
    shift.wait { shift in
      shift.body = nil
      return shift.working == 0 ? () : nil
    }
  }

  /// The work while it can still be joined, and how many have.
  private struct Shift: Sendable {
    var body: (@Sendable (Int) -> Void)?
    var working = 0
  }

  /// What a thread is born with.
  private final class Start: Sendable {
    private let worker: Int
    private let shift: Monitor<Shift>

    init(worker: Int, shift: Monitor<Shift>) {
      (self.worker, self.shift) = (worker, shift)
    }

    func begin() {
      if work() { shift.change { $0.working -= 1 } }
    }

    /// Nothing of the work is held any more when this returns.
    private func work() -> Bool {
      let body = shift.withLock { shift in
        if shift.body != nil { shift.working += 1 }
        return shift.body
      }
      body?(worker)
      return body != nil
    }
  }

  private static func open(
    _ start: Unmanaged<Start>,
    _ attributes: UnsafeMutablePointer<pthread_attr_t>
  ) -> Bool {
    #if canImport(Darwin)
      var thread: pthread_t?
      return pthread_create(
        &thread, attributes,
        {
          Unmanaged<Start>.fromOpaque($0).takeRetainedValue().begin()
          return nil
        }, start.toOpaque()) == 0
    #else
      var thread = pthread_t()
      return pthread_create(
        &thread, attributes,
        {
          Unmanaged<Start>.fromOpaque($0!).takeRetainedValue().begin()
          return nil
        }, start.toOpaque()) == 0
    #endif
  }
}
