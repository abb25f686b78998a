import Synchronization

/// The programs of one function, one for each way that it was seen to take;
/// whoever linearises it shares them.
///
/// A function of more than a few ways, or one that can't be followed, has none:
/// it keeps to tangents and adjoints.
@usableFromInline
final class ScalarPrograms: Sendable {
  private let known = Mutex<[ScalarProgram]?>([])

  /// Ways that are kept; with more of them looking for the right one would
  /// take longer than it saves.
  private static let most = 8

  @usableFromInline init() {}

  /// All so far; nil when there will never be any.
  var all: [ScalarProgram]? { known.withLock { $0 } }

  /// Takes up the program of another way.
  func add(_ program: ScalarProgram) {
    known.withLock { known in
      guard let programs = known,
        !programs.contains(where: { $0.code == program.code })
      else { return }
      known = programs.count < Self.most ? programs + [program] : nil
    }
  }

  /// Gives up.
  func close() { known.withLock { $0 = nil } }
}
