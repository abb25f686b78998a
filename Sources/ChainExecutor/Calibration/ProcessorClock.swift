#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// What the calling thread has cost so far, whatever else the machine did.
package enum ProcessorClock {
  /// Seconds of the processor.
  package static var seconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
  }
}
