import COpenBLAS

/// c = a · b or c += a · b for row-major blocks, m × k times k × n.
///
/// One place that knows OpenBLAS; everything dense comes here. It picks the
/// routine by shape: `dgemv` when a side is a vector, otherwise `dgemm`; loops
/// for an outer product (BLAS would clear c first and so write it twice), for
/// what is smaller than the cost of a call, and beyond BLAS's 32-bit sizes;
/// `SlimProduct` where a dimension is small.
enum DenseKernel {
  typealias Pointer = UnsafeMutablePointer<Double>

  /// Up to this many fma, about 8 × 8 × 8, loops beat a call of `dgemm` or
  /// `dgemv` (4 × 4 × 4: 20 ns instead of 80). A single column can't use
  /// vectors and leaves the lead to `dgemv` much earlier.
  @inline(__always)
  private static func loopLimit(columns n: Int) -> Int { n == 1 ? 64 : 512 }

  /// What BLAS takes of its own accord: the cores of the machine, or what its
  /// environment variable says.
  static let ownThreads = Int(openblas_get_num_threads())

  /// Sets the threads of BLAS, one number for the whole process.
  ///
  /// - Returns: what was set before.
  @discardableResult
  static func use(threads: Int) -> Int {
    // Looked at before anything is set.
    _ = ownThreads
    let before = Int(openblas_get_num_threads())
    if before != threads { openblas_set_num_threads(Int32(clamping: threads)) }
    return before
  }

  /// - Parameters: a, b, c with the doubles from one row to the next.
  /// - Returns: the fma performed.
  static func multiply(
    _ m: Int, _ k: Int, _ n: Int, _ a: Pointer, _ aStride: Int,
    _ b: Pointer, _ bStride: Int, into c: Pointer, _ cStride: Int,
    adding: Bool = false
  ) -> Int {
    let fma = m * k * n
    if k == 1 {
      outerProduct(m, n, a, aStride, b, c, cStride, adding)
    } else if fma <= loopLimit(columns: n)
      || (m | k | n | aStride | bStride | cStride) > Int(blasint.max)
    {
      loops(m, k, n, a, aStride, b, bStride, c, cStride, adding: adding)
    } else if !adding, SlimProduct.suits(m, k, n) {
      return SlimProduct(
        m: m, k: k, n: n, a: a, aStride: aStride, b: b, bStride: bStride,
        c: c, cStride: cStride
      ).perform()
    } else if n == 1 || m == 1 {
      // Cleared here: what BLAS makes of 0 · NaN differs between versions.
      if !adding {
        for i in 0..<m {
          for j in 0..<n { c[i * cStride + j] = 0 }
        }
      }
      if n == 1 {
        cblas_dgemv(
          CblasRowMajor, CblasNoTrans, blasint(m), blasint(k), 1, a,
          blasint(aStride), b, blasint(bStride), 1, c, blasint(cStride))
      } else {
        cblas_dgemv(
          CblasRowMajor, CblasTrans, blasint(k), blasint(n), 1, b,
          blasint(bStride), a, 1, 1, c, 1)
      }
    } else {
      cblas_dgemm(
        CblasRowMajor, CblasNoTrans, CblasNoTrans, blasint(m), blasint(n),
        blasint(k), 1, a, blasint(aStride), b, blasint(bStride),
        adding ? 1 : 0, c, blasint(cStride))
    }
    return fma
  }

  private static func outerProduct(
    _ m: Int, _ n: Int, _ a: Pointer, _ aStride: Int, _ b: Pointer,
    _ c: Pointer, _ cStride: Int, _ adding: Bool
  ) {
    for i in 0..<m {
      let factor = a[i * aStride]
      let row = c + i * cStride
      if adding {
        for j in 0..<n { row[j] += factor * b[j] }
      } else {
        for j in 0..<n { row[j] = factor * b[j] }
      }
    }
  }

  /// c = a · b or c += a · b with a few columns of c at a time in registers:
  /// for what is small, or a single row of few terms.
  static func loops(
    _ m: Int, _ k: Int, _ n: Int, _ a: Pointer, _ aStride: Int,
    _ b: Pointer, _ bStride: Int, _ c: Pointer, _ cStride: Int, adding: Bool
  ) {
    for i in 0..<m {
      let (row, out) = (a + i * aStride, c + i * cStride)
      var j = 0
      while j + 16 <= n {
        columns(SIMD16.self, k, row, b + j, bStride, out + j, adding)
        j += 16
      }
      while j + 4 <= n {
        columns(SIMD4.self, k, row, b + j, bStride, out + j, adding)
        j += 4
      }
      if j + 2 <= n {
        columns(SIMD2.self, k, row, b + j, bStride, out + j, adding)
        j += 2
      }
      if j < n {
        var sum = adding ? out[j] : 0
        for p in 0..<k { sum += row[p] * b[p * bStride + j] }
        out[j] = sum
      }
    }
  }

  /// A row times a few columns side by side, which stay in registers. Each
  /// column is summed in the order of p, as a single one would be.
  @inline(__always)
  private static func columns<Vector: SIMD>(
    _: Vector.Type, _ k: Int, _ row: Pointer, _ b: Pointer, _ bStride: Int,
    _ out: Pointer, _ adding: Bool
  ) where Vector.Scalar == Double {
    let sink = UnsafeMutableRawPointer(out)
    var sum = adding ? sink.loadUnaligned(as: Vector.self) : Vector()
    for p in 0..<k {
      let right = UnsafeRawPointer(b + p * bStride)
      sum += row[p] * right.loadUnaligned(as: Vector.self)
    }
    sink.storeBytes(of: sum, as: Vector.self)
  }

  /// Scratch doubles as room for the rows that `combine` reads: a pointer is
  /// as wide as a double.
  @inline(__always)
  static func rowList(
    _ scratch: Pointer, _ count: Int
  ) -> UnsafeMutablePointer<UnsafePointer<Double>> {
    UnsafeMutableRawPointer(scratch)
      .bindMemory(to: UnsafePointer<Double>.self, capacity: count)
  }

  /// out += x · row, n doubles.
  @inline(__always)
  static func add(
    _ n: Int, _ x: Double, _ row: UnsafePointer<Double>, to out: Pointer
  ) {
    for j in 0..<n { out[j] += x * row[j] }
  }

  /// Whether the compiler may use vectors of four with fused multiply-add
  /// (`-Xcc -march=native`).
  static var hasFusedVectors: Bool { JCHAIN_HAS_FUSED_VECTORS != 0 }

  /// Whether they may be vectors of eight, in twice as many registers.
  static var hasWideVectors: Bool { JCHAIN_HAS_WIDE_VECTORS != 0 }

  /// sum += x · right, rounded once where vectors can do so.
  @inline(__always)
  static func add<Vector: SIMD>(
    _ x: Double, _ right: Vector, to sum: inout Vector
  ) where Vector.Scalar == Double {
    add(Vector(repeating: x), right, to: &sum)
  }

  /// The same, entry by entry.
  @inline(__always)
  static func add<Vector: SIMD>(
    _ left: Vector, _ right: Vector, to sum: inout Vector
  ) where Vector.Scalar == Double {
    if hasFusedVectors {
      sum.addProduct(left, right)
    } else {
      sum += left * right
    }
  }

  /// out = Σ_t coefficients[t] · rows[t], n doubles each; four rows a sweep.
  ///
  /// - Returns: the fma performed.
  @inline(__always)
  static func combine(
    _ n: Int, _ terms: Int, _ coefficients: UnsafePointer<Double>,
    _ rows: UnsafePointer<UnsafePointer<Double>>, into out: Pointer
  ) -> Int {
    var t = terms % 4
    if t == 0 {
      out.update(repeating: 0, count: n)
    } else {
      let (x, row) = (coefficients[0], rows[0])
      for j in 0..<n { out[j] = x * row[j] }
      for s in 1..<max(t, 1) {
        let (x, row) = (coefficients[s], rows[s])
        for j in 0..<n { out[j] += x * row[j] }
      }
    }
    while t < terms {
      let (x0, x1) = (coefficients[t], coefficients[t + 1])
      let (x2, x3) = (coefficients[t + 2], coefficients[t + 3])
      let (r0, r1, r2, r3) = (rows[t], rows[t + 1], rows[t + 2], rows[t + 3])
      for j in 0..<n {
        out[j] += x0 * r0[j] + x1 * r1[j] + (x2 * r2[j] + x3 * r3[j])
      }
      t += 4
    }
    return terms * n
  }

  /// Columns per sweep of a kernel that combines rows: the rows it shares
  /// stay in the first cache.
  static var tile: Int { 1024 }
}
