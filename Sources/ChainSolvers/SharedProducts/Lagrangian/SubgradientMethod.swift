/// Moves a Lagrangian dual uphill.
///
/// Subgradients (Held & Karp 1971, doi:10.1007/BF01584070) averaged over the
/// iterations, with Polyak's step towards a target a little above the best
/// bound (Polyak 1969, doi:10.1016/0041-5553(69)90061-5; Held, Wolfe &
/// Crowder 1974, doi:10.1007/BF01580223):
///
///     g_c = 1 if copy c is in the cheapest trees;  d ← (1 − α)·d + α·g
///     π  ← the projection of π + s·d on {π ≥ 0, Σ_{c of o} π_c = w_o}
///     s  = (δ + min(best L − L, δ/2)) / ‖d − its mean over each operation‖²
///
/// Polyak's numerator is δ + best L − L. With an averaged d it feeds back: each
/// loss lengthens the next step, along a direction that is out of date; hence
/// the minimum. The first step takes all of g, not the share α of it.
///
/// Only operations that were in a tree lately move, so a step costs far less
/// than a bound. All of this is steering: whatever it does, π stays a split of
/// the prices in integers, and L(π) a bound.
struct SubgradientMethod: ~Copyable {
  /// The greatest L so far, in fixed point.
  private(set) var best = Int.min
  /// How far above `best` the target is, in fixed point.
  var aim = 0.0
  /// The cheapest trees at the present point.
  private var trees: [Int32] = []
  /// d, by copy.
  private let direction: FlatArray<Float>
  /// Operations with d ≠ 0, and whether each one is among them.
  private var active: [Int32] = []
  private let isActive: FlatArray<Bool>
  /// Operations that differ from the best point, and whether each one does.
  private var moved: [Int32] = []
  private let isMoved: FlatArray<Bool>
  /// The best point.
  private let bestMultipliers: FlatArray<Int>
  private var bestTapePrice: UInt64
  private var tapeDirection = 0.0
  /// Whether μ, and with it any adjoint step, differs from the best point.
  private var hasTapeMoved = false
  private var failures = 0
  private var scratch: [Double] = []

  /// α: the weight of the newest subgradient.
  static let smoothing: Float = 0.15
  /// A direction below this is forgotten.
  static let threshold: Float = 1e-4

  /// Starts at the present point of a dual.
  init(_ dual: borrowing LagrangianDual) {
    direction = FlatArray(repeating: 0, count: dual.program.copyCount)
    isActive = FlatArray(repeating: false, count: dual.prices.count)
    isMoved = FlatArray(repeating: false, count: dual.prices.count)
    bestMultipliers = FlatArray(dual.multipliers.array)
    bestTapePrice = dual.tapePrice
  }

  /// The share of the latest trees that contain operation `o`, 0 to 1.
  func usage(
    _ o: Int, _ dual: borrowing LagrangianDual
  ) -> Float {
    guard isActive[o] else { return 0 }
    return dual.members(o).reduce(0) { max($0, direction[Int($1)]) }
  }

  /// Takes note of L at the present point; true when it is the best so far.
  mutating func record(
    _ bound: Int, _ dual: borrowing LagrangianDual
  ) -> Bool {
    guard bound > best else {
      failures += 1
      if failures.isMultiple(of: 20) { aim /= 2 }
      return false
    }
    if best > .min, Double(bound - best) > 0.5 * aim { aim *= 1.5 }
    failures = 0
    save(dual, bound)
    return true
  }

  /// Moves on from the present point, whose L is `bound`; back to the best one
  /// after 40 failures. `gap` is the distance from the best bound to the
  /// incumbent, in fixed point, which no aim exceeds.
  mutating func step(
    _ dual: inout LagrangianDual, from bound: Int, gap: Int
  ) {
    if failures >= 40 {
      restore(&dual)
      failures = 0
      return
    }
    aim = min(aim, 1.1 * Double(gap) + 1)
    let square = steer(dual)
    let missing = min(Double(best - bound), 0.5 * aim) + aim
    move(dual, by: missing / max(square, 1e-9))
    moveTapePrice(&dual, missing: missing)
  }

  /// Follows a dual that has lost copies, at the best point: what is left of d
  /// stays.
  init(
    _ method: borrowing SubgradientMethod, _ dual: borrowing LagrangianDual,
    keeping kept: [Int32]
  ) {
    self.init(dual)
    (best, aim) = (method.best, method.aim)
    tapeDirection = method.tapeDirection
    for (copy, old) in kept.enumerated() {
      let part = method.direction[Int(old)]
      guard part > 0 else { continue }
      direction[copy] = part
      let operation = dual.program.owners[copy]
      if !isActive[Int(operation)] {
        isActive[Int(operation)] = true
        active.append(operation)
      }
    }
  }

  private mutating func save(_ dual: borrowing LagrangianDual, _ bound: Int) {
    best = bound
    if hasTapeMoved {
      bestTapePrice = dual.tapePrice
      bestMultipliers.update(from: dual.multipliers)
      hasTapeMoved = false
    }
    for operation in moved {
      for copy in dual.members(Int(operation)) {
        bestMultipliers[Int(copy)] = dual.multipliers[Int(copy)]
      }
      isMoved[Int(operation)] = false
    }
    moved.removeAll(keepingCapacity: true)
  }

  /// Goes back to the best point and forgets the direction.
  mutating func restore(_ dual: inout LagrangianDual) {
    if hasTapeMoved {
      dual.setTapePrice(bestTapePrice)
      dual.multipliers.update(from: bestMultipliers)
      hasTapeMoved = false
    }
    for operation in moved {
      for copy in dual.members(Int(operation)) {
        dual.multipliers[Int(copy)] = bestMultipliers[Int(copy)]
      }
      isMoved[Int(operation)] = false
    }
    moved.removeAll(keepingCapacity: true)
    for operation in active {
      for copy in dual.members(Int(operation)) { direction[Int(copy)] = 0 }
      isActive[Int(operation)] = false
    }
    active.removeAll(keepingCapacity: true)
    tapeDirection = 0
  }

  /// Turns d towards the present trees; ‖d − mean‖².
  private mutating func steer(_ dual: borrowing LagrangianDual) -> Double {
    let direction = direction.base
    var kept = 0
    for operation in active {
      var most: Float = 0
      for copy in dual.members(Int(operation)) {
        direction[Int(copy)] *= 1 - Self.smoothing
        most = max(most, direction[Int(copy)])
      }
      if most < Self.threshold {
        for copy in dual.members(Int(operation)) { direction[Int(copy)] = 0 }
        isActive[Int(operation)] = false
      } else {
        active[kept] = operation
        kept += 1
      }
    }
    active.removeSubrange(kept...)
    dual.trees(into: &trees)
    let part = active.isEmpty ? 1 : Self.smoothing
    for copy in trees {
      let operation = dual.program.owners[Int(copy)]
      direction[Int(copy)] += part
      if !isActive[Int(operation)] {
        isActive[Int(operation)] = true
        active.append(operation)
      }
    }
    var square = 0.0
    for operation in active {
      let copies = dual.members(Int(operation))
      if copies.count == 1 { continue }
      var (sum, squares): (Float, Float) = (0, 0)
      for copy in copies {
        let part = direction[Int(copy)]
        sum += part
        squares += part * part
      }
      square += Double(squares - sum * sum / Float(copies.count))
    }
    return square
  }

  private mutating func move(
    _ dual: borrowing LagrangianDual, by size: Double
  ) {
    for operation in active {
      let copies = dual.members(Int(operation))
      let weight = dual.weight(Int(operation))
      if copies.count == 1 || weight == 0 { continue }
      if !isMoved[Int(operation)] {
        isMoved[Int(operation)] = true
        moved.append(operation)
      }
      project(dual, copies, Double(weight), size)
      dual.share(Int(operation))
    }
  }

  /// The nearest point of the simplex, by removing what falls below the mean
  /// (Michelot 1986, doi:10.1007/BF00938486), rounded down.
  private mutating func project(
    _ dual: borrowing LagrangianDual, _ copies: UnsafeBufferPointer<Int32>,
    _ weight: Double, _ size: Double
  ) {
    let (direction, multipliers) = (direction.base, dual.multipliers.base)
    scratch.removeAll(keepingCapacity: true)
    var sum = -weight
    for copy in copies {
      let value =
        Double(multipliers[Int(copy)]) + size * Double(direction[Int(copy)])
      scratch.append(value)
      sum += value
    }
    var left = copies.count
    var threshold = sum / Double(left)
    var isSettled = false
    while !isSettled {
      isSettled = true
      var (rest, count) = (-weight, 0)
      for value in scratch where value > threshold {
        rest += value
        count += 1
      }
      if count < left, count > 0 {
        left = count
        threshold = rest / Double(count)
        isSettled = false
      }
    }
    for (position, copy) in copies.enumerated() {
      let value = scratch[position] - threshold
      multipliers[Int(copy)] = value > 0 ? Int(min(value, weight)) : 0
    }
  }

  /// μ follows the tape that the present trees would use, each copy counted
  /// with its share of the operation.
  private mutating func moveTapePrice(
    _ dual: inout LagrangianDual, missing: Double
  ) {
    guard let tapeTotal = dual.tapeTotal else { return }
    var excess = Double(dual.constantTape - tapeTotal)
    for copy in trees {
      let operation = Int(dual.program.owners[Int(copy)])
      guard dual.tapes[operation] > 0 else { continue }
      let weight = dual.weight(operation)
      let part =
        weight == 0
        ? 1 / Double(dual.members(operation).count)
        : Double(dual.multipliers[Int(copy)]) / Double(weight)
      excess += Double(dual.tapes[operation]) * part
    }
    tapeDirection += Double(Self.smoothing) * (excess - tapeDirection)
    guard tapeDirection != 0 else { return }
    let unit = Double(1 << FixedPoint.tapeBits)
    let step = 0.5 * missing / (tapeDirection * tapeDirection)
    let price = Double(dual.tapePrice) / unit + step * tapeDirection
    let most = Double(dual.scale.tapePriceLimit)
    let before = dual.tapePrice
    dual.setTapePrice(UInt64(min(max(0, price * unit), most)))
    hasTapeMoved = hasTapeMoved || dual.tapePrice != before
  }
}
