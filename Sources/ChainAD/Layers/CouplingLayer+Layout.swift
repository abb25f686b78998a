import JacobianChain

/// Where the entries of s and t go in a Jacobian of a coupling layer, with
/// respect to x or to the parameters.
struct CouplingLayout {
  /// Entries of an inner function that are neighbours, there and here.
  struct Run {
    /// Their row in the inner function.
    let row: Int
    /// Where the first of them lies there and here.
    let entry: Int
    let place: Int
    var count: Int
  }

  /// One inner function: row and place of each of its entries.
  struct Half {
    let rows: [Int]
    let places: [Int]
    let runs: [Run]
    /// Whether the entries are known ones, which nobody writes.
    let isUnit: Bool

    init(_ pattern: Pattern, rows: [Int], places: [Int]) {
      var runs: [Run] = []
      for (entry, (row, place)) in zip(rows, places).enumerated() {
        if let last = runs.last, last.row == row,
          last.place + last.count == place
        {
          runs[runs.count - 1].count += 1
        } else {
          runs.append(Run(row: row, entry: entry, place: place, count: 1))
        }
      }
      (self.rows, self.places, self.runs) = (rows, places, runs)
      isUnit = pattern.structure.isUnit
    }
  }

  let pattern: SparsePattern
  let scale: Half
  let shift: Half
  /// Where the diagonal lies, if there is one.
  let diagonal: [Int]

  /// - Parameters:
  ///   - passive: a, the rows above those of s and t.
  ///   - columns: those of the whole pattern.
  ///   - shiftColumn: where the columns of t begin; those of s begin at 0.
  init(
    passive: Int, columns: Int, scale: Pattern, shift: Pattern,
    shiftColumn: Int, hasDiagonal: Bool
  ) throws(ChainError) {
    let rows = passive + scale.rows
    let (s, t) = (try scale.coordinates(), try shift.coordinates())
    let shiftColumns = t.columns.map { $0 + shiftColumn }
    let all = hasDiagonal ? Array(0..<rows) : []
    let pattern = try SparsePattern(
      rows: rows, columns: columns,
      rowIndices: (s.rows + t.rows).map { $0 + passive } + all,
      columnIndices: s.columns + shiftColumns + all)
    func place(_ row: Int, _ column: Int) -> Int {
      guard let place = pattern.position(row: row, column: column) else {
        preconditionFailure("the pattern was made of these")
      }
      return place
    }
    self.scale = Half(
      scale, rows: s.rows,
      places: zip(s.rows, s.columns).map { place($0 + passive, $1) })
    self.shift = Half(
      shift, rows: t.rows,
      places: zip(t.rows, shiftColumns).map { place($0 + passive, $1) })
    diagonal = all.map { place($0, $0) }
    self.pattern = pattern
  }

  /// That of the parameter Jacobian.
  init(
    _ name: String, _ scale: any ParametricFunction,
    _ shift: any ParametricFunction
  ) throws(ChainError) {
    let (p, q) = (scale.parameters.count, shift.parameters.count)
    try self.init(
      passive: scale.inputCount, columns: p + q,
      scale: Pattern(
        rows: scale.outputCount, columns: p,
        structure: scale.parameterStructure, at: "\(name)/scale"),
      shift: Pattern(
        rows: shift.outputCount, columns: q,
        structure: shift.parameterStructure, at: "\(name)/shift"),
      shiftColumn: p, hasDiagonal: false)
  }

  /// Doubles for the entries of one half, 1 unless somebody writes them.
  static func place(for half: Half) -> Doubles {
    Doubles([Double](repeating: 1, count: half.places.count))
  }

  /// entries = diag(slopes) · those of s + those of t, and 0 elsewhere.
  func combine(
    _ slopes: Input, _ ofScale: Doubles, _ ofShift: Doubles,
    into entries: Output
  ) {
    entries.update(repeating: 0, count: pattern.entries)
    for run in scale.runs {
      let (slope, own) = (slopes[run.row], ofScale.base + run.entry)
      let target = entries + run.place
      for t in 0..<run.count { target[t] = slope * own[t] }
    }
    for run in shift.runs {
      let (own, target) = (ofShift.base + run.entry, entries + run.place)
      for t in 0..<run.count { target[t] += own[t] }
    }
  }
}
