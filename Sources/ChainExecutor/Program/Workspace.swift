import JacobianChain

/// The memory that programs run in, one a thread: one block for the values of
/// a run, as large as the program says beforehand, and a buffer for each
/// result.
///
/// It stays from run to run and from program to program, so that repeated runs
/// ask for no memory and touch no fresh page. A result is never written again
/// while somebody holds it: the next run then takes another buffer, one that
/// has been let go if there is one.
///
/// Not for several threads at once.
public final class Workspace {
  /// How often memory had to be asked of the system. It stands still in a
  /// steady state.
  package private(set) var allocations = 0

  /// What was run last.
  private(set) var program: Program?
  private var block: Buffer?
  /// Those of the last run; nil where there is none yet.
  private var results: [Buffer?] = []
  /// Results that somebody held when a run began.
  private var held: [Buffer] = []
  /// By the program's list of factors whose entries are at hand.
  private var givens: [Matrix?] = []
  /// Where the pieces of memory begin.
  private var bases = UnsafeMutableBufferPointer<
    UnsafeMutablePointer<Double>
  >.allocate(capacity: 1)
  /// Where the pieces of plans in chunks run.
  private(set) lazy var ofPieces = Workspace()

  /// Creates a workspace without memory.
  public init() {}

  deinit { bases.deallocate() }

  var memories: Memories { Memories(bases: UnsafePointer(bases.baseAddress!)) }

  /// Makes room for a program and writes its seeds; entries of another one are
  /// let go.
  ///
  /// - Throws: `ChainError` (`tooLarge`) when there isn't enough memory.
  func prepare(_ program: Program) throws(ChainError) {
    if self.program === program { return }
    self.program = nil
    if block.map(\.count) ?? 0 < program.blockCount {
      block = nil
      block = try take(program.blockCount, for: program.largestStep)
    }
    let pieces = 1 + program.results.count + program.givens.count
    if bases.count != pieces {
      bases.deallocate()
      bases = .allocate(capacity: pieces)
    }
    bases.initialize(repeating: Matrix.nowhere)
    if let block { bases[0] = block.base }
    var old = results.compactMap(\.self) + held
    held = []
    results = program.results.enumerated().map { index, result in
      let place = old.firstIndex { $0.isOwn && $0.count == result.count }
      guard let place else { return nil }
      bases[1 + index] = old[place].base
      return old.remove(at: place)
    }
    givens = [Matrix?](repeating: nil, count: program.givens.count)
    for seeds in program.fixedSeeds {
      seeds.of.writeSeeds(into: memories[seeds.place])
    }
    self.program = program
  }

  /// Hands over the entries of the factor at a position of the program's list;
  /// they are read where they lie.
  func give(_ matrix: Matrix, at position: Int) {
    givens[position] = matrix
    bases[1 + results.count + position] = matrix.base
  }

  /// The entries of the factor at a position.
  func given(at position: Int) -> Matrix? { givens[position] }

  /// The first position whose entries have not been handed over.
  var firstMissing: Int? { givens.firstIndex { $0 == nil } }

  /// Lets go of what belongs to others: entries of factors, and the places of
  /// results elsewhere.
  func letGo() {
    for position in givens.indices { givens[position] = nil }
    for index in results.indices where !(results[index]?.isOwn ?? true) {
      results[index] = nil
    }
  }

  /// Before each run: results that somebody holds are left to them.
  ///
  /// - Parameter places: where results go; empty, or nil for one of them, for
  ///   the workspace.
  func begin(at places: [Buffer?]) throws(ChainError) {
    for index in results.indices {
      if index < places.count, let place = places[index] {
        (results[index], bases[1 + index]) = (place, place.base)
      } else if !isKnownUniquelyReferenced(&results[index]) {
        try replace(index)
      }
    }
  }

  private func replace(_ index: Int) throws(ChainError) {
    let result = program!.results[index]
    if let last = results[index], last.isOwn { held.append(last) }
    results[index] = nil
    let free = held.indices.first {
      held[$0].count == result.count && isKnownUniquelyReferenced(&held[$0])
    }
    let buffer: Buffer
    if let free {
      buffer = held.remove(at: free)
    } else {
      // Enough for results that are replaced by the next ones.
      if held.count > results.count { held.removeFirst() }
      buffer = try take(result.count, for: result.step)
    }
    (results[index], bases[1 + index]) = (buffer, buffer.base)
  }

  private func take(_ count: Int, for step: Int) throws(ChainError) -> Buffer {
    allocations += 1
    do {
      return try Buffer(count: count)
    } catch {
      var error = error
      error.location = "/steps/\(step)"
      throw error
    }
  }

  /// A result of the last run.
  func result(_ index: Int) -> Buffer { results[index]! }
}
