import JacobianChain

/// Nanoseconds of a chain of dense Jacobians, under a profile.
///
/// For one split k and one inner end i the time is a line over the rows d_j of
/// the product, bent at the measured sizes: what a sweep needs of the table is
/// one number for each of these.
struct DenseTimes: SpanPrices {
  typealias Price = Double

  /// d_0 … d_q: columns of the first factor, then the rows of each.
  private let dimensions: [Int]
  private let profile: Profile
  private let places: Joints
  private let leaves: [LeafChoice]
  /// By mode, the factors that may be applied in it; nil where not.
  private let tangents: [Factor?]
  private let adjoints: [Factor?]

  init(
    _ chain: [Int], of problem: Problem, under profile: Profile
  ) throws(ChainError) {
    let factors = chain.map { problem.factors[$0] }
    dimensions = [factors[0].columns] + factors.map(\.rows)
    self.profile = profile
    places = Joints(dimensions, profile[.dense])
    let rate = Rate.time(profile)
    let reading = chain.count > 1 ? Reading(of: problem, at: rate) : nil
    leaves = try chain.map { index throws(ChainError) in
      try LeafChoice(
        factor: index, of: problem, at: rate, reading: reading)
    }
    tangents = factors.map { problem.matrixFree ? $0 : nil }
    adjoints = factors.map {
      problem.matrixFree && problem.allowsAdjoint(of: $0) ? $0 : nil
    }
  }

  func leaf(_ i: Int) -> LeafChoice { leaves[i] }

  func multiply(_ i: Int, _ k: Int, _ j: Int) -> Double {
    places.price(i, k, j)
  }

  func tangent(_ i: Int, _ j: Int) -> Double? {
    tangents[j - 1].flatMap {
      Work(evaluations: dimensions[i], of: $0, .tangent).map(profile.time)
    }
  }

  func adjoint(_ i: Int, _ j: Int) -> Double? {
    adjoints[i].flatMap {
      Work(evaluations: dimensions[j], of: $0, .adjoint).map(profile.time)
    }
  }

  func joints(_ ks: Range<Int>, _ js: Range<Int>) -> Joints { places }

  /// Where each dimension lies on the axes of the table is all that a tile
  /// needs.
  struct Joints: SpanJoints {
    private let table: TimeTable
    private let rows: [TimeTable.Place]
    private let shared: [TimeTable.Place]
    private let columns: [TimeTable.Place]

    init(_ dimensions: [Int], _ table: TimeTable) {
      self.table = table
      func places(_ axis: [Double]) -> [TimeTable.Place] {
        dimensions.map { TimeTable.Place(Double($0), on: axis) }
      }
      rows = places(table.rows)
      shared = places(table.shared)
      columns = places(table.columns)
    }

    func price(_ i: Int, _ k: Int, _ j: Int) -> Double {
      let row = rows[j]
      return Profile.whole(
        row.between(
          table.time(row: row.cell, shared[k], columns[i]),
          table.time(row: row.next, shared[k], columns[i])))
    }

    func price(_ i: Int, _ k: Int, _ j: Int, innerJoints: Joints) -> Double {
      price(i, k, j)
    }

    func relax(
      _ row: UnsafeMutablePointer<Double>, _ i: Int, _ ks: Range<Int>,
      _ js: Range<Int>, inner: UnsafePointer<Double>, innerJoints: Joints,
      outer: UnsafePointer<Double>, side: Int, target: Joints
    ) {
      let measured = table.rows.count
      withUnsafeTemporaryAllocation(of: Double.self, capacity: measured) {
        line in
        rows.withUnsafeBufferPointer { places in
          var tail = outer
          for k in ks {
            for place in 0..<measured {
              line[place] = table.time(row: place, shared[k], columns[i])
            }
            let base = inner[k]
            for j in js {
              let place = places[j]
              let time = place.between(line[place.cell], line[place.next])
              let price = base + tail[j] + Profile.whole(time)
              row[j] = price < row[j] ? price : row[j]
            }
            tail += side
          }
        }
      }
    }
  }
}
