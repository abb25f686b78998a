import ChainAD
import ChainExecutor
import JacobianChain
import Testing

/// Relative to the largest; numbers that aren't finite are never close.
func expectClose(
  _ a: [Double], _ b: [Double], _ tolerance: Double = 1e-10,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let scale = max(1e-3, b.map(\.magnitude).max() ?? 0)
  let worst = zip(a, b).map { abs($0 - $1) / scale }.max() ?? 0
  #expect(a.count == b.count, sourceLocation: sourceLocation)
  let isFinite = (a + b).allSatisfy(\.isFinite)
  #expect(isFinite, sourceLocation: sourceLocation)
  #expect(worst <= tolerance, sourceLocation: sourceLocation)
}

/// All rows as H · e_i, which are those of the whole, which is symmetric.
@discardableResult
func checkRows(
  _ prepared: PreparedJacobian, at x: [Double],
  sourceLocation: SourceLocation = #_sourceLocation
) throws -> [Double] {
  let n = x.count
  let hessian = try prepared.hessian(at: x).denseEntries()
  var rows: [Double] = []
  for i in 0..<n {
    var unit = [Double](repeating: 0, count: n)
    unit[i] = 1
    rows += try prepared.hessianVectorProduct(at: x, vector: unit)
    for j in 0..<i {
      #expect(
        hessian[i * n + j] == hessian[j * n + i],
        sourceLocation: sourceLocation)
    }
  }
  expectClose(hessian, rows, sourceLocation: sourceLocation)
  return hessian
}
