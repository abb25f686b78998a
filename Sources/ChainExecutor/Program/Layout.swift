import JacobianChain

/// Where values lie in the block of a program, laid out before it runs, and
/// what it takes at its most.
///
/// The books count bytes that are alive: of values, the indices of sparse ones
/// included, seeds, evaluated blocks and temporaries; results, too, wherever they
/// lie. They follow the law of `PlanMemory`. The block itself may be larger:
/// places begin on cache lines, large ones are moved against each other, and
/// none moves later.
///
/// With a schedule, steps that run side by side share no places: what a step
/// has read is free for those that begin after its end. As no worker keeps
/// time, whoever takes such a place has to wait for those that used it.
struct Layout {
  /// Who used a place.
  private struct Used {
    var place: Range<Int>
    var by: Set<Int>
    /// When, by the schedule, the last of them is done; and what is no longer
    /// alive then.
    var until: UInt128
    var bytes: Int
  }

  private var arena = Arena()
  private var alive: Int128 = 0
  private var results: Int128 = 0
  private var most: Int128 = 0
  private var mostBesideResults: Int128 = 0
  /// What is still in use, by the schedule.
  private var leaving: [Used] = []
  /// Who used the places that are free now, or taken anew by those who wait.
  private var history: [Used] = []
  /// For each step those whose places it takes over.
  private(set) var waits: [Int: Set<Int>] = [:]

  /// Doubles of the block.
  var count: Int { arena.count }
  /// The most bytes alive at one time.
  var peak: Int { Int(clamping: most) }
  /// The same without results.
  var peakBesideResults: Int { Int(clamping: mostBesideResults) }

  /// Takes room for some doubles; none at all for 0.
  ///
  /// - Parameters:
  ///   - step: that writes there.
  ///   - bytes: in the books.
  /// - Throws: `ChainError` (`tooLarge`), located at the step, when no memory
  ///   could hold them.
  mutating func take(
    _ doubles: Int, by step: Int, bytes: Int
  ) throws(ChainError) -> Range<Int> {
    do {
      let place = try arena.take(doubles)
      for used in history where used.place.overlaps(place) {
        waits[step, default: []].formUnion(used.by)
      }
      charge(bytes)
      return place
    } catch {
      var error = error
      error.location = "/steps/\(step)"
      throw error
    }
  }

  /// Books bytes that are no place of the block.
  mutating func charge(_ bytes: Int, isResult: Bool = false) {
    alive += Int128(bytes)
    if isResult { results += Int128(bytes) }
    most = max(most, alive)
    mostBesideResults = max(mostBesideResults, alive - results)
  }

  /// Gives a place back that is no longer read.
  mutating func giveBack(_ place: Range<Int>, bytes: Int) {
    arena.giveBack(place)
    alive -= Int128(bytes)
  }

  /// The same where steps run side by side: it is free when they are done.
  ///
  /// - Parameters:
  ///   - users: the steps that wrote and read there.
  ///   - end: when, by the schedule, the last one of them is done.
  mutating func giveBack(
    _ place: Range<Int>, bytes: Int, users: Set<Int>, end: UInt128
  ) {
    leaving.append(
      Used(place: place, by: users, until: end, bytes: bytes))
  }

  /// Frees what steps have left that are done, by the schedule.
  mutating func release(until start: UInt128) {
    for used in leaving where used.until <= start {
      giveBack(used.place, bytes: used.bytes)
      // Who took over a place has waited for those before.
      history.removeAll {
        used.place.contains($0.place.lowerBound)
          && $0.place.upperBound <= used.place.upperBound
      }
      if !used.place.isEmpty { history.append(used) }
    }
    leaving.removeAll { $0.until <= start }
  }
}
