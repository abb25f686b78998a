import ChainAD

/// A link of a robot arm: turns a position about one axis, by the angle about
/// it, and moves on along the next. State: three coordinates, three angles.
struct Link: ScalarFunction {
  let axis: Int
  let inputCount = 6, outputCount = 6

  func callAsFunction<T: Scalar>(_ x: [T]) -> [T] {
    var y = x
    evaluate(x, into: &y)
    return y
  }

  func evaluate<T: Scalar>(_ x: [T], into y: inout [T]) {
    let (i, j, k) = (axis, (axis + 1) % 3, (axis + 2) % 3)
    let (sine, cosine) = (T.sin(x[3 + i]), T.cos(x[3 + i]))
    y[i] = x[i] + 0.25
    y[j] = cosine * x[j] - sine * x[k]
    y[k] = sine * x[j] + cosine * x[k]
    // Angles are coupled, as gears do.
    y[3 + i] = x[3 + i] + 0.125 * x[3 + j]
    y[3 + j] = x[3 + j] - 0.125 * x[3 + k]
    y[3 + k] = x[3 + k]
  }
}

/// A pinhole camera that keeps its distance.
struct Camera: ScalarFunction {
  let inputCount = 3, outputCount = 2

  func callAsFunction<T: Scalar>(_ x: [T]) -> [T] {
    var y = [x[0], x[1]]
    evaluate(x, into: &y)
    return y
  }

  func evaluate<T: Scalar>(_ x: [T], into y: inout [T]) {
    let depth = 10 + T.sqrt(1 + x[2] * x[2])
    y[0] = x[0] / depth
    y[1] = x[1] / depth
  }
}
