import ChainAD
import RealModule

/// (x₁ + x₂, x₁ · x₂).
struct SumAndProduct: ScalarFunction {
  let inputCount = 2
  let outputCount = 2
  func callAsFunction<T: Scalar>(_ x: [T]) -> [T] {
    [x[0] + x[1], x[0] * x[1]]
  }
}

/// n → m with many kinds of step, all entries different.
struct Mixture: ScalarFunction {
  var inputCount: Int
  var outputCount: Int
  func callAsFunction<T: Scalar>(_ x: [T]) -> [T] {
    (0..<outputCount).map { row in
      var sum: T = 0.25
      for (column, x) in x.enumerated() {
        let angle = T(Double(row + 2 * column) / 3) * x
        sum += .sin(angle) * .exp(-x * x) + .log(onePlus: x * x)
      }
      return sum / .sqrt(1 + sum * sum)
    }
  }
}

/// yᵢ = sin(xᵢ₋ₗ) + 2 sin(xᵢ₋ₗ₊₁) + … up to xᵢ₊ᵤ, as far as there are any.
struct Stencil: ScalarFunction {
  var inputCount: Int
  var outputCount: Int
  var lower: Int
  var upper: Int
  func callAsFunction<T: Scalar>(_ x: [T]) -> [T] {
    (0..<outputCount).map { row in
      var sum: T = 0
      for column in max(0, row - lower)...row + upper
      where column < x.count {
        sum += T(Double(column - row + lower + 1)) * .sin(x[column])
      }
      return sum
    }
  }
}

/// Gives one output more than it declares, or throws.
struct Unruly: ScalarFunction {
  struct Refused: Error {}
  let inputCount = 2
  let outputCount = 2
  var throwing = false
  func callAsFunction<T: Scalar>(_ x: [T]) throws -> [T] {
    if throwing { throw Refused() }
    return x + x.prefix(1)
  }
}

/// Writes in place.
struct InPlace: ScalarFunction {
  let inputCount = 3
  let outputCount = 3
  func callAsFunction<T: Scalar>(_ x: [T]) -> [T] {
    var y = [T](repeating: 0, count: 3)
    evaluate(x, into: &y)
    return y
  }
  func evaluate<T: Scalar>(_ x: [T], into y: inout [T]) {
    for index in y.indices { y[index] = .exp(x[index]) * x[0] }
  }
}
