import Foundation
import JacobianChain
import Testing

@testable import ChainExecutor

/// Threads that come too late are not waited for; those that came are.
struct CrewTests {
  private struct Book: Sendable {
    var working = 0
    var begun: [Int] = []
  }

  /// With more threads than processors some come too late, and others are at
  /// work when the calling thread has done its own.
  @Test func nobodyWorksAfterTheRun() {
    var joined = 0
    for _ in 0..<300 {
      let book = Monitor(Book())
      Crew.run(6) { worker in
        book.withLock {
          $0.working += 1
          $0.begun.append(worker)
        }
        usleep(worker == 0 ? 50 : 500)
        book.withLock { $0.working -= 1 }
      }
      let end = book.withLock { $0 }
      #expect(end.working == 0)
      #expect(Set(end.begun).count == end.begun.count)
      #expect(end.begun.contains(0))
      joined += end.begun.count - 1
    }
    #expect(joined > 0)
  }

  /// What a thread needs to begin is there while the first one is at work.
  @Test func threadsJoinWorkThatLasts() {
    let others = Monitor(0)
    Crew.run(3) { worker in
      if worker == 0 {
        others.wait { $0 == 2 ? () : nil }
      } else {
        others.change { $0 += 1 }
      }
    }
    #expect(others.withLock { $0 } == 2)
  }

  /// The work is let go of: what it held is free when the run is over.
  @Test func nothingOfTheWorkIsHeld() {
    final class Held: Sendable {}
    for _ in 0..<300 {
      weak var held: Held?
      do {
        let value = Held()
        held = value
        Crew.run(4) { _ in withExtendedLifetime(value) {} }
      }
      #expect(held == nil)
    }
  }
}
