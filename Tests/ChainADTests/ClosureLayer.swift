import ChainAD
import Synchronization

/// y_i = x_i · x_(i + 1), matrix-free, which remembers what it had to keep.
struct ClosureLayer: ElementalFunction {
  /// What each move kept.
  final class Log: Sendable {
    private let entries = Mutex<[Abilities]>([])
    var all: [Abilities] { entries.withLock { $0 } }
    func append(_ kept: Abilities) { entries.withLock { $0.append(kept) } }
    func removeAll() { entries.withLock { $0.removeAll() } }
  }

  let name = "neighbours"
  let count: Int
  let tape: Int
  let log = Log()

  var inputCount: Int { count }
  var outputCount: Int { count }
  var abilities: Abilities { [.tangent, .adjoint] }
  var costs: ElementalCosts {
    .init(tangent: .declared(20), adjoint: .declared(20), tape: tape)
  }
  func linearization() -> any Linearization { Place(self) }

  final class Place: Linearization {
    let layer: ClosureLayer
    var x: [Double] = []

    init(_ layer: ClosureLayer) { self.layer = layer }

    func move(
      to point: Span<Double>, value: inout MutableSpan<Double>,
      keeping kept: Abilities
    ) {
      layer.log.append(kept)
      x = point.indices.map { point[$0] }
      for i in x.indices { value[i] = x[i] * x[(i + 1) % x.count] }
    }

    func tangents(
      of seeds: Span<Double>, width: Int, into block: inout MutableSpan<Double>
    ) {
      for i in x.indices {
        let next = (i + 1) % x.count
        for w in 0..<width {
          block[i * width + w] =
            seeds[i * width + w] * x[next] + x[i] * seeds[next * width + w]
        }
      }
    }

    func adjoints(
      of seeds: Span<Double>, width: Int, into block: inout MutableSpan<Double>
    ) {
      let n = x.count
      for i in block.indices { block[i] = 0 }
      for w in 0..<width {
        for i in 0..<n {
          let next = (i + 1) % n
          block[w * n + i] += seeds[w * n + i] * x[next]
          block[w * n + next] += seeds[w * n + i] * x[i]
        }
      }
    }

    func entries(into entries: inout MutableSpan<Double>) {
      preconditionFailure("there are none")
    }
  }
}
