import JacobianChain

/// What arcs are made of, by number: what two of them make, in series and in
/// parallel, and what their product costs is computed once.
///
/// A search multiplies and adds the same few patterns millions of times, so a
/// graph's arcs carry numbers and every answer is a look-up. There are two
/// kinds. `uniform`: every arc is dense or a unit (identity, negated identity),
/// whatever its shape; a product of dense arcs costs n_p·n_v·n_s and one with
/// a unit nothing. `structured`: a number stands for a `Pattern`, shape
/// included.
///
/// Not thread-safe: answers are remembered.
package final class ArcAlgebra {
  /// No arc.
  package static let none: Int16 = 0
  /// Uniform algebra: every entry.
  package static let dense: Int16 = 1
  /// Uniform algebra: plus or minus the identity.
  package static let unit: Int16 = 2

  /// Whether prices follow from sizes alone.
  package let isUniform: Bool
  /// What products are priced in.
  let rate: Rate
  /// What products pay on top for factors of the problem.
  private let reading: Reading?
  /// The patterns by number; empty for the uniform algebra.
  package private(set) var patterns: [Pattern] = []
  /// The first pattern that couldn't be held. What was computed since is too
  /// dear and proves nothing.
  package private(set) var failure: ChainError?

  private var numbers: [Key: Int16] = [:]
  /// By number: whether it stands for a factor of the problem that is given,
  /// and not for a value that was made.
  private var isGiven: [Bool] = []
  private var stride = 4
  private var products: UnsafeMutablePointer<Int16>
  private var sums: UnsafeMutablePointer<Int16>
  private var prices: UnsafeMutablePointer<Int>
  private let control: SearchControl

  private struct Key: Hashable {
    var pattern: Pattern
    var isGiven: Bool
  }

  /// The largest number: tables take 12 bytes for each pair of patterns.
  private static let limit = 4096

  /// An algebra of dense arcs and units, or of patterns.
  ///
  /// - Parameter reading: what products pay on top for given factors.
  /// - Precondition: the rate is fma where the algebra is uniform.
  package init(
    isUniform: Bool, rate: Rate = .fma, reading: Reading? = nil,
    control: SearchControl = .unlimited
  ) {
    self.isUniform = isUniform
    self.rate = rate
    self.reading = reading
    self.control = control
    products = .allocate(capacity: 16)
    sums = .allocate(capacity: 16)
    prices = .allocate(capacity: 16)
    products.initialize(repeating: -1, count: 16)
    sums.initialize(repeating: -1, count: 16)
    prices.initialize(repeating: -1, count: 16)
    for other in 0..<3 {
      // `none` absorbs in products and changes nothing in sums.
      set(0, other, product: 0, sum: Int16(other))
      set(other, 0, product: 0, sum: Int16(other))
    }
    if isUniform {
      set(1, 1, product: 1, sum: 1, price: 1)
      set(1, 2, product: 1, sum: 1)
      set(2, 1, product: 1, sum: 1)
      set(2, 2, product: 2, sum: 1)
    } else {
      patterns = [Pattern(denseRows: 1, columns: 1)]
      isGiven = [false]
    }
  }

  deinit {
    products.deallocate()
    sums.deallocate()
    prices.deallocate()
  }

  private func set(
    _ a: Int, _ b: Int, product: Int16, sum: Int16, price: Int = 0
  ) {
    products[a * stride + b] = product
    sums[a * stride + b] = sum
    prices[a * stride + b] = price
  }

  /// The number of a pattern; factors that are given have others than values
  /// that were made where reading them costs something.
  package func number(of pattern: Pattern, isGiven: Bool = false) -> Int16 {
    let key = Key(
      pattern: pattern,
      isGiven: isGiven && reading?.price(pattern.storedEntries) ?? 0 > 0)
    if let known = numbers[key] { return known }
    guard patterns.count < Self.limit else {
      failure =
        failure
        ?? ChainError(
          .tooLarge, at: "/graph",
          expected: "at most \(Self.limit) different patterns of fill-ins",
          found: "more",
          advice: "declare structured edges dense, or split the graph")
      return 1
    }
    let number = patterns.count
    patterns.append(pattern)
    self.isGiven.append(key.isGiven)
    numbers[key] = Int16(number)
    if number >= stride { grow() }
    set(0, number, product: 0, sum: Int16(number))
    set(number, 0, product: 0, sum: Int16(number))
    return Int16(number)
  }

  /// Whether a pattern has an entry in every row and every column.
  func isFull(_ number: Int16) -> Bool {
    let pattern = patterns[Int(number)]
    switch pattern.structure {
    case .dense, .diagonal, .identity, .negatedIdentity, .blockDiagonal:
      return true
    case .banded(let lower, let upper):
      return pattern.rows <= pattern.columns + lower
        && pattern.columns <= pattern.rows + upper
    case .selection, .negatedSelection, .sparse, .submatrix: return false
    }
  }

  private func grow() {
    let wide = stride * 2
    func widened<T>(_ old: UnsafeMutablePointer<T>, _ empty: T)
      -> UnsafeMutablePointer<T>
    {
      let new = UnsafeMutablePointer<T>.allocate(capacity: wide * wide)
      new.initialize(repeating: empty, count: wide * wide)
      for row in 0..<stride {
        (new + row * wide).update(from: old + row * stride, count: stride)
      }
      old.deallocate()
      return new
    }
    products = widened(products, -1)
    sums = widened(sums, -1)
    prices = widened(prices, -1)
    stride = wide
  }

  /// The arc that `outer · inner` makes.
  @inline(__always)
  package func product(_ outer: Int16, _ inner: Int16) -> Int16 {
    let known = products[Int(outer) * stride + Int(inner)]
    return known >= 0 ? known : computeProduct(outer, inner)
  }

  /// The arc that two parallel ones make.
  @inline(__always)
  package func sum(_ a: Int16, _ b: Int16) -> Int16 {
    let known = sums[Int(a) * stride + Int(b)]
    return known >= 0 ? known : computeSum(a, b)
  }

  /// The price of `outer · inner`, without the sizes where the algebra is
  /// uniform.
  @inline(__always)
  package func price(_ outer: Int16, _ inner: Int16) -> Int {
    let known = prices[Int(outer) * stride + Int(inner)]
    return known >= 0 ? known : computePrice(outer, inner)
  }

  private func computeProduct(_ outer: Int16, _ inner: Int16) -> Int16 {
    let (a, b) = (patterns[Int(outer)], patterns[Int(inner)])
    var result: Pattern
    do {
      result = try Pattern.product(a, b, control: control)
    } catch {
      failure = failure ?? error
      result = Pattern(denseRows: a.rows, columns: b.columns)
    }
    let number = number(of: result)
    products[Int(outer) * stride + Int(inner)] = number
    return number
  }

  private func computeSum(_ a: Int16, _ b: Int16) -> Int16 {
    var result: Pattern
    do {
      result = try Pattern.union(patterns[Int(a)], patterns[Int(b)])
    } catch {
      failure = failure ?? error
      result = Pattern(
        denseRows: patterns[Int(a)].rows, columns: patterns[Int(a)].columns)
    }
    let number = number(of: result)
    sums[Int(a) * stride + Int(b)] = number
    sums[Int(b) * stride + Int(a)] = number
    return number
  }

  private func computePrice(_ outer: Int16, _ inner: Int16) -> Int {
    let (a, b) = (patterns[Int(outer)], patterns[Int(inner)])
    var price = CostModel.multiply(a, b)
    if rate != .fma {
      let result = patterns[Int(product(outer, inner))]
      price = rate.price(
        Work(
          multiply: ValueShape(a), ValueShape(b), into: ValueShape(result),
          fma: price))
      for operand in [outer, inner] where isGiven[Int(operand)] {
        price += reading!.price(patterns[Int(operand)].storedEntries)
      }
    }
    let small = Int(clamping: price)
    prices[Int(outer) * stride + Int(inner)] = small
    return small
  }
}
