/// Numbers that know what `max` and `min` are where two of them tie: `Int`, and
/// every `Scalar`.
///
/// `Int` is among them for the sake of literals alone: in `max(x, 0)` the
/// compiler takes 0 for an `Int` when it chooses between this `max` and the one
/// of Swift.
public protocol Tieable: Comparable {
  /// x, where y has the same value: what `max(x, y)` is at a tie.
  ///
  /// - Parameters:
  ///   - weight: w, from 0 to 1; the slopes are 1 − w and w.
  static func tie(_ x: Self, _ y: Self, weight: Double) -> Self
}

extension Int: Tieable {
  /// x: there are no slopes.
  @inlinable
  public static func tie(_ x: Int, _ y: Int, weight: Double) -> Int { x }
}

/// The larger one.
///
/// Where they tie the slopes are the mean of both, ½ and ½, and the second
/// derivative that the kink would have is 0; the value is that of
/// `Swift.max`, also for NaN.
///
/// In a function that is generic over `Scalar`, `max` means this one. Functions
/// that are generic over `Comparable` alone, `Swift.max` and `max(by:)` choose
/// one number, and its slope.
@inlinable
public func max<T: Tieable>(_ x: T, _ y: T) -> T {
  x == y ? .tie(y, x, weight: 0.5) : y > x ? y : x
}

/// The smaller one; where they tie the slopes are the mean of both.
@inlinable
public func min<T: Tieable>(_ x: T, _ y: T) -> T {
  x == y ? .tie(x, y, weight: 0.5) : y < x ? y : x
}

/// The largest one; where several tie the slopes are the mean of theirs: with
/// three of them ⅓ each, while `max(max(x, y), z)` takes means of means.
@inlinable
public func max<T: Tieable>(_ x: T, _ y: T, _ z: T, _ rest: T...) -> T {
  var largest = Extremum(x)
  largest.raise(to: y)
  largest.raise(to: z)
  for number in rest { largest.raise(to: number) }
  return largest.number
}

/// The smallest one; where several tie the slopes are the mean of theirs.
@inlinable
public func min<T: Tieable>(_ x: T, _ y: T, _ z: T, _ rest: T...) -> T {
  var smallest = Extremum(x)
  smallest.lower(to: y)
  smallest.lower(to: z)
  for number in rest { smallest.lower(to: number) }
  return smallest.number
}

extension Sequence where Element: Tieable {
  /// The largest element; where several tie the slopes are the mean of theirs.
  ///
  /// - Returns: nil when there are no elements.
  /// - Complexity: O(count).
  @inlinable
  public func max() -> Element? {
    var iterator = makeIterator()
    guard let first = iterator.next() else { return nil }
    var largest = Extremum(first)
    while let number = iterator.next() { largest.raise(to: number) }
    return largest.number
  }

  /// The smallest element; where several tie the slopes are the mean of theirs.
  ///
  /// - Returns: nil when there are no elements.
  /// - Complexity: O(count).
  @inlinable
  public func min() -> Element? {
    var iterator = makeIterator()
    guard let first = iterator.next() else { return nil }
    var smallest = Extremum(first)
    while let number = iterator.next() { smallest.lower(to: number) }
    return smallest.number
  }
}

/// The largest or smallest number so far, with the mean slopes of all that tie.
@usableFromInline
struct Extremum<T: Tieable> {
  @usableFromInline var number: T
  @usableFromInline var count = 1.0

  @inlinable
  init(_ number: T) { self.number = number }

  @inlinable
  mutating func raise(to other: T) {
    if other > number {
      self = Self(other)
    } else if other == number {
      include(other)
    }
  }

  @inlinable
  mutating func lower(to other: T) {
    if other < number {
      self = Self(other)
    } else if other == number {
      include(other)
    }
  }

  @inlinable
  mutating func include(_ other: T) {
    count += 1
    number = .tie(number, other, weight: 1 / count)
  }
}
