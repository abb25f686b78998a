import CChainKernels

/// The inner loops of products, in the vectors that this processor has.
///
/// They are compiled for several kinds of vectors whatever the build, and the
/// best of them that gives right results is chosen when the first product is
/// made: no flag of the compiler is needed.
package struct Loops: @unchecked Sendable {
  package typealias Input = UnsafePointer<Double>
  package typealias Output = UnsafeMutablePointer<Double>

  /// Constant, and so for all threads.
  let table: UnsafePointer<chain_kernels>

  /// `portable`, `avx2` or `avx512`.
  var name: String { String(cString: table.pointee.name) }

  /// Whether each term is added by one fused multiply-add.
  var fuses: Bool { table.pointee.fuses != 0 }

  /// What this processor can run, the best first.
  static let all: [Loops] = {
    var all: [Loops] = []
    while let table = chain_kernels_version(Int32(all.count)) {
      all.append(Loops(table: table))
    }
    return all
  }()

  /// Those that products use.
  package static let current = best(of: all)

  /// The first loops that agree with the last ones. A processor, or what
  /// imitates one, may promise vectors that it computes wrong results with.
  static func best(of all: [Loops]) -> Loops {
    let portable = all[all.count - 1]
    return all.dropLast().first { $0.agrees(with: portable) } ?? portable
  }
}

extension Loops {
  /// Σ a[j] · b[j], n of them.
  @inline(__always)
  package func dot(_ n: Int, _ a: Input, _ b: Input) -> Double {
    table.pointee.dot(n, a, b)
  }

  /// out += x · row, n doubles.
  @inline(__always)
  package func add(
    _ n: Int, _ x: Double, _ row: Input, to out: Output
  ) { table.pointee.add(n, x, row, out) }

  /// out[j] += a[j] · b[j] for n of them.
  @inline(__always)
  func addProducts(
    _ n: Int, _ a: Input, _ b: Input,
    to out: Output
  ) { table.pointee.add_products(n, a, b, out) }

  /// out = Σ_t coefficients[t] · rows[t], n doubles each.
  ///
  /// - Returns: the fma performed.
  @inline(__always)
  func combine(
    _ n: Int, _ terms: Int, _ coefficients: Input,
    _ rows: UnsafePointer<Input>, into out: Output
  ) -> Int {
    rows.withMemoryRebound(to: Input?.self, capacity: terms) {
      table.pointee.combine(n, terms, coefficients, $0, out)
    }
    return terms * n
  }

  /// c = diag(x) · a for rows that lie behind each other, m × n.
  ///
  /// - Returns: the fma performed.
  @discardableResult
  @inline(__always)
  package func scaleRows(
    _ m: Int, _ n: Int, by x: Input,
    _ a: Input, into c: Output
  ) -> Int {
    table.pointee.scale_rows(m, n, x, a, n, c, n)
    return m * n
  }

  /// c = a · diag(x), m × n, with the doubles from one row to the next.
  ///
  /// - Returns: the fma performed.
  @inline(__always)
  func scaleColumns(
    _ m: Int, _ n: Int, _ a: Input, stride: Int,
    by x: Input, into c: Output
  ) -> Int {
    table.pointee.scale_columns(m, n, a, stride, x, c, stride)
    return m * n
  }

  /// Scratch doubles as room for the rows that `combine` reads: a pointer is
  /// as wide as a double.
  @inline(__always)
  static func rowList(
    _ scratch: Output, _ count: Int
  ) -> UnsafeMutablePointer<Input> {
    UnsafeMutableRawPointer(scratch)
      .bindMemory(to: Input.self, capacity: count)
  }

  /// Columns per sweep of a kernel that combines rows: the rows it shares
  /// stay in the first cache.
  static var tile: Int { 1024 }
}
