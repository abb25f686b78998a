/// Where doubles lie while a program runs: in which piece of memory, and how
/// many doubles from its beginning.
struct Place: Hashable, Sendable {
  /// The block that all values share.
  static let block: Int32 = 0

  /// The piece of memory.
  var memory = Place.block
  var start = 0
}

/// The pieces of memory that a program runs in: its block, then its results,
/// then the entries of factors that are at hand.
///
/// Unchecked: steps that run side by side write to places of their own.
struct Memories: @unchecked Sendable {
  let bases: UnsafePointer<UnsafeMutablePointer<Double>>

  @inline(__always)
  subscript(place: Place) -> UnsafeMutablePointer<Double> {
    bases[Int(place.memory)] + place.start
  }
}
