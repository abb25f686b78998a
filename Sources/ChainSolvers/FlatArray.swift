/// A fixed number of plain values in one piece of memory, owned by one holder.
///
/// The sweeps over millions of copies read and write through `base`, without
/// checks, reference counts or copies on write.
///
/// Unchecked: threads that share one don't write what another one reads.
struct FlatArray<Element: BitwiseCopyable>: ~Copyable, @unchecked Sendable {
  /// The first element.
  let base: UnsafeMutablePointer<Element>
  /// The number of elements.
  let count: Int

  /// All elements equal.
  init(repeating value: Element, count: Int) {
    base = .allocate(capacity: max(1, count))
    base.initialize(repeating: value, count: count)
    self.count = count
  }

  /// Elements that are written before they are read.
  init(unfilled count: Int) {
    base = .allocate(capacity: max(1, count))
    self.count = count
  }

  /// The elements of an array.
  init(_ elements: [Element]) {
    base = .allocate(capacity: max(1, elements.count))
    count = elements.count
    elements.withUnsafeBufferPointer { copy($0) }
  }

  /// A copy of the elements.
  init(_ elements: UnsafeBufferPointer<Element>) {
    base = .allocate(capacity: max(1, elements.count))
    count = elements.count
    copy(elements)
  }

  private func copy(_ elements: UnsafeBufferPointer<Element>) {
    if let first = elements.baseAddress {
      base.initialize(from: first, count: elements.count)
    }
  }

  deinit { base.deallocate() }

  /// Element `index`; checked in debug builds only.
  subscript(index: Int) -> Element {
    get {
      assert(index >= 0 && index < count)
      return base[index]
    }
    nonmutating set {
      assert(index >= 0 && index < count)
      base[index] = newValue
    }
  }

  /// Makes all elements equal.
  func fill(_ value: Element) { base.update(repeating: value, count: count) }

  /// Takes over the elements of an array of the same size.
  func update(from other: borrowing FlatArray) {
    assert(count == other.count)
    base.update(from: other.base, count: count)
  }

  /// The elements as an array.
  var array: [Element] {
    [Element](UnsafeBufferPointer(start: base, count: count))
  }
}
