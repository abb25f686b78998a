import JacobianChain

extension Layer {
  /// One explicit step of the heat equation, u_t = ν u_xx, on n points of a
  /// line: forward Euler with central differences,
  ///
  ///     y_i = u_i + r (u_{i+1} − 2 u_i + u_{i−1})
  ///
  /// The Jacobian is n × n, tridiagonal, (r, 1 − 2r, r) in every row, the same
  /// at every point; a product costs 3 n − 2 fma. Beside the first and the last
  /// point stand fixed boundary values, which are no inputs (Dirichlet
  /// conditions). Stable for r ≤ 1/2; not enforced, because the derivative is
  /// right anyway.
  ///
  /// - Parameters:
  ///   - name: what reports and errors call it.
  ///   - count: n.
  ///   - diffusion: r = ν Δt / Δx².
  ///   - left: u before the first point, at every time.
  ///   - right: u after the last point.
  /// - Throws: `ChainError` when the count is below 1 or a number isn't
  ///   finite.
  public static func heat(
    name: String = "heat", count: Int, diffusion: Double, left: Double = 0,
    right: Double = 0
  ) throws(ChainError) -> some CurvedFunction {
    try BandedStencil(
      name: name, count: count, diffusion: diffusion, advection: 0,
      boundary: (left, right))
  }

  /// One explicit step of viscous Burgers' equation in conservative form,
  /// u_t + (u² / 2)_x = ν u_xx, on n points of a line: forward Euler with
  /// central differences. With r = ν Δt / Δx² and a = Δt / (4 Δx),
  ///
  ///     y_i = u_i − a (u_{i+1}² − u_{i−1}²) + r (u_{i+1} − 2 u_i + u_{i−1})
  ///
  /// The Jacobian is n × n, tridiagonal, with (r + 2a u_{i−1}, 1 − 2r,
  /// r − 2a u_{i+1}) in row i; a product costs 3 n − 2 fma, an adjoint keeps u.
  /// Beside the first and the last point stand fixed boundary values, which are
  /// no inputs. Stable for r ≤ 1/2, |u| Δt ≤ Δx and u² Δt ≤ 2 ν; not enforced.
  ///
  /// - Parameters:
  ///   - name: what reports and errors call it.
  ///   - count: n.
  ///   - viscosity: ν.
  ///   - spacing: Δx.
  ///   - timeStep: Δt.
  ///   - left: u before the first point, at every time.
  ///   - right: u after the last point.
  /// - Throws: `ChainError` when the count is below 1 or a number isn't
  ///   finite, a spacing of 0 included.
  public static func burgers(
    name: String = "burgers", count: Int, viscosity: Double, spacing: Double,
    timeStep: Double, left: Double = 0, right: Double = 0
  ) throws(ChainError) -> some CurvedFunction {
    try BandedStencil(
      name: name, count: count,
      diffusion: viscosity * timeStep / (spacing * spacing),
      advection: timeStep / (4 * spacing), boundary: (left, right))
  }
}

/// What `Layer.heat` and `Layer.burgers` make.
struct BandedStencil: CurvedFunction {
  let name: String
  /// n, inputs and outputs.
  let count: Int
  /// r = ν Δt / Δx².
  let diffusion: Double
  /// a = Δt / (4 Δx), 0 without advection.
  let advection: Double
  /// The values beside the first and the last point.
  let boundary: (left: Double, right: Double)

  fileprivate init(
    name: String, count: Int, diffusion: Double, advection: Double,
    boundary: (left: Double, right: Double)
  ) throws(ChainError) {
    try ChainError.guardPositive(count, name, "count")
    let numbers = [
      ("diffusion", diffusion), ("advection", advection),
      ("left", boundary.left), ("right", boundary.right),
    ]
    for (part, number) in numbers where !number.isFinite {
      throw .layer(
        name, part, expected: "a finite number", found: "\(number)",
        advice: "correct the step, the spacing or the boundary")
    }
    self.name = name
    self.count = count
    self.diffusion = diffusion
    self.advection = advection
    self.boundary = boundary
  }

  var inputCount: Int { count }
  var outputCount: Int { count }

  /// Tridiagonal; with one or two points that is dense.
  var structure: Structure {
    count > 2 ? .banded(lower: 1, upper: 1) : .dense
  }

  /// Products and entries.
  var abilities: Abilities { [.tangent, .adjoint, .entries] }

  /// Those of the heat equation.
  var hasConstantEntries: Bool { advection == 0 }

  /// 3 n − 2 fma either way; an adjoint of Burgers' step needs u, n doubles.
  var costs: ElementalCosts {
    ElementalCosts(tape: advection == 0 ? 0 : count)
  }

  /// Zero for the heat equation; for Burgers' diagonal, the same at every
  /// point, with entries 2a (λ_{j+1} − λ_{j−1}).
  var curvature: Curvature {
    advection == 0 ? .zero : .entries(.diagonal)
  }

  /// A place for the derivative: n doubles.
  func linearization() -> any Linearization {
    StencilLinearization(self)
  }
}

private final class StencilLinearization: CurvedLayerLinearization {
  let shape: LayerShape
  private let step: BandedStencil
  private let state: Doubles
  /// Of every column: what it has on the diagonal.
  private let middle: Double

  init(_ step: BandedStencil) {
    self.step = step
    let n = step.count
    shape = LayerShape(
      name: step.name, rows: n, columns: n, entries: 3 * n - 2)
    state = Doubles(count: n)
    middle = 1 - 2 * step.diffusion
  }

  /// What column j has beside the diagonal: r + 2a u_j below it, in row j + 1,
  /// and r − 2a u_j above it, in row j − 1.
  ///
  /// A value, so that loops need not ask after each entry they write whether
  /// the layer is still the same.
  private struct Sides {
    let diffusion: Double
    let slope: Double
    let state: UnsafePointer<Double>

    @inline(__always)
    func below(_ j: Int) -> Double { diffusion + slope * state[j] }

    @inline(__always)
    func above(_ j: Int) -> Double { diffusion - slope * state[j] }
  }

  private var sides: Sides {
    Sides(
      diffusion: step.diffusion, slope: 2 * step.advection,
      state: UnsafePointer(state.base))
  }

  func evaluate(at x: Input, into y: Output, keeping kept: Abilities) {
    let (n, a, r) = (shape.rows, step.advection, step.diffusion)
    let boundary = step.boundary
    @inline(__always)
    func next(_ before: Double, _ u: Double, _ after: Double) -> Double {
      u - a * (after * after - before * before) + r * (after - 2 * u + before)
    }
    y[0] = next(
      boundary.left, x[0], n > 1 ? x[1] : boundary.right)
    if n > 1 {
      for i in 1..<n - 1 { y[i] = next(x[i - 1], x[i], x[i + 1]) }
      y[n - 1] = next(x[n - 2], x[n - 1], boundary.right)
    }
    if !kept.isEmpty { state.base.update(from: x, count: n) }
  }

  func pushForward(_ seeds: Input, _ width: Int, into block: Output) {
    let (n, middle, sides) = (shape.rows, middle, sides)
    if width == 1, n > 1 {
      block[0] = middle * seeds[0] + sides.above(1) * seeds[1]
      for i in 1..<n - 1 {
        block[i] =
          sides.below(i - 1) * seeds[i - 1] + middle * seeds[i]
          + sides.above(i + 1) * seeds[i + 1]
      }
      block[n - 1] = sides.below(n - 2) * seeds[n - 2] + middle * seeds[n - 1]
      return
    }
    for i in 0..<n {
      let (row, seed) = (block + i * width, seeds + i * width)
      for c in 0..<width { row[c] = middle * seed[c] }
      if i > 0 {
        DenseLoops.add(width, sides.below(i - 1), seed - width, to: row)
      }
      if i < n - 1 {
        DenseLoops.add(width, sides.above(i + 1), seed + width, to: row)
      }
    }
  }

  func pullBack(_ seeds: Input, _ width: Int, into block: Output) {
    let (n, middle, sides) = (shape.rows, middle, sides)
    for r in 0..<width {
      let (seed, row) = (seeds + r * n, block + r * n)
      guard n > 1 else {
        row[0] = middle * seed[0]
        continue
      }
      row[0] = middle * seed[0] + sides.below(0) * seed[1]
      for j in 1..<n - 1 {
        row[j] =
          sides.above(j) * seed[j - 1] + middle * seed[j]
          + sides.below(j) * seed[j + 1]
      }
      row[n - 1] = sides.above(n - 1) * seed[n - 2] + middle * seed[n - 1]
    }
  }

  func writeEntries(into entries: Output) {
    let (n, sides) = (shape.rows, sides)
    if n == 1 {
      entries[0] = middle
    } else if n == 2 {
      entries[0] = middle
      entries[1] = sides.above(1)
      entries[2] = sides.below(0)
      entries[3] = middle
    } else {
      let (main, upper) = (entries + (n - 1), entries + (2 * n - 1))
      for j in 0..<n - 1 { entries[j] = sides.below(j) }
      for j in 0..<n - 1 { upper[j] = sides.above(j + 1) }
      main.update(repeating: middle, count: n)
    }
  }

  var curvatureEntries: Int { shape.rows }

  func writeCurvature(_ weights: Input, into entries: Output) {
    let (n, slope) = (shape.rows, 2 * step.advection)
    for j in 0..<n {
      let after = j < n - 1 ? weights[j + 1] : 0
      let before = j > 0 ? weights[j - 1] : 0
      entries[j] = slope * (after - before)
    }
  }
}
