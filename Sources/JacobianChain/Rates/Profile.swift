/// What the kernels of a machine and build take, as measured: the rate that
/// turns the work of a step into nanoseconds.
public struct Profile: Hashable, Sendable {
  /// Where and with what it was measured.
  package struct Origin: Hashable, Sendable {
    /// The processor, as the system calls it.
    package var processor: String
    /// The vectors that the kernels used, such as "avx2".
    package var kernels: String
    /// Who multiplies dense matrices: the name and core type of a BLAS, or
    /// "own" for the kernels of this package.
    package var blas: String
    /// The version of the build.
    package var build: String

    /// Creates an origin.
    package init(
      processor: String, kernels: String, blas: String = "own", build: String
    ) {
      self.processor = processor
      self.kernels = kernels
      self.blas = blas
      self.build = build
    }
  }

  /// Where and with what it was measured.
  package let origin: Origin
  private let tables: [TimeTable]

  /// Puts a profile together.
  ///
  /// - Parameter location: where it stands, for the error.
  /// - Throws: `ChainError` when a kernel has no table.
  package init(
    origin: Origin, tables: [Work.Kernel: TimeTable], at location: String = ""
  ) throws(ChainError) {
    var ordered: [TimeTable] = []
    for kernel in Work.Kernel.allCases {
      guard let table = tables[kernel] else {
        throw ChainError(
          .malformed, at: "\(location)/kernels/\(kernel.rawValue)",
          expected: "a table of times", found: "no such key",
          advice: "measure again: jchain calibrate")
      }
      ordered.append(table)
    }
    self.origin = origin
    self.tables = ordered
  }

  /// The times of one kernel.
  package subscript(kernel: Work.Kernel) -> TimeTable { tables[kernel.place] }

  /// Nanoseconds of work, as a whole number.
  ///
  /// - Complexity: O(sizes of a table's axes).
  package func time(_ work: Work) -> Double {
    guard let kernel = work.kernel else { return 0 }
    if let measured = work.measured { return measured }
    let time = tables.withUnsafeBufferPointer {
      $0[kernel.place].time(work.sizes)
    }
    return Self.whole(Double(work.count) * time)
  }

  /// The nearest whole number of nanoseconds, of two equally near ones the
  /// even one; above 2^52 numbers are whole already, or are made even.
  @inlinable @inline(__always)
  package static func whole(_ time: Double) -> Double {
    time + 0x1p52 - 0x1p52
  }
}

extension Work.Kernel {
  /// Its place among all kernels.
  fileprivate var place: Int {
    switch self {
    case .dense: 0
    case .scaleRows: 1
    case .scaleColumns: 2
    case .bandTimesDense: 3
    case .denseTimesBand: 4
    case .sparseTimesDense: 5
    case .denseTimesSparse: 6
    case .blocks: 7
    case .bands: 8
    case .runsTimesBand: 9
    case .alikeRows: 10
    case .rowRuns: 11
    case .general: 12
    case .pickRows: 13
    case .addColumns: 14
    case .stream: 15
    case .evaluate: 16
    case .reload: 17
    }
  }
}
