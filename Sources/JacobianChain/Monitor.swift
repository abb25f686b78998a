#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A value that threads share: one touches it at a time, and a thread may
/// sleep until another one has changed it (Hoare 1974,
/// doi:10.1145/355620.361161).
///
/// The lock is pthread's because the thread sanitizer sees through it; that of
/// the library Synchronization would hide who waits for whom.
///
/// Unchecked: the value is reached under the lock only.
package final class Monitor<Value: Sendable>: @unchecked Sendable {
  private var value: Value
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(
    capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(
    capacity: 1)

  /// Starts with a value.
  package init(_ value: Value) {
    self.value = value
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(condition, nil)
  }

  deinit {
    pthread_cond_destroy(condition)
    pthread_mutex_destroy(mutex)
    condition.deallocate()
    mutex.deallocate()
  }

  /// Reads or changes the value; wakes nobody.
  package func withLock<Result>(_ body: (inout Value) -> Result) -> Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return body(&value)
  }

  /// Changes the value and wakes everybody who waits for that.
  package func change<Result>(_ body: (inout Value) -> Result) -> Result {
    pthread_mutex_lock(mutex)
    defer {
      pthread_mutex_unlock(mutex)
      pthread_cond_broadcast(condition)
    }
    return body(&value)
  }

  /// Asks the value until it has an answer, after every change anew.
  package func wait<Answer>(for body: (inout Value) -> Answer?) -> Answer {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while true {
      if let answer = body(&value) { return answer }
      pthread_cond_wait(condition, mutex)
    }
  }
}
