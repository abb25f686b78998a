import JacobianChain

/// Products without entries: for each weight one sweep along the outputs that
/// see it, which is contiguous at stride 1.
final class ConvolutionLinearization: ParametricLayerLinearization {
  let shape: LayerShape
  private let layer: Convolution1D
  private let parameters: ParameterStore
  private let point: Doubles
  private let isBanded: Bool
  /// Parameters of one output channel.
  private let perChannel: Int
  /// For each kernel point the outputs that see it.
  private let outputs: [Range<Int>]

  init(_ layer: Convolution1D, _ shape: LayerShape) {
    self.shape = shape
    self.layer = layer
    parameters = ParameterStore(layer.parameters)
    point = Doubles(count: shape.columns)
    perChannel = layer.inputChannels * layer.kernel + 1
    outputs = (0..<layer.kernel).map { layer.outputs(seeing: $0) }
    isBanded = if case .banded = layer.structure { true } else { false }
  }

  func take(_ parameters: Span<Double>) {
    self.parameters.take(parameters)
  }

  func evaluate(at x: Input, into y: Output, keeping kept: Abilities) {
    parameters.settle()
    let count = layer.outputLength
    for o in 0..<layer.outputChannels {
      let bias = parameters.base[(o + 1) * perChannel - 1]
      (y + o * count).update(repeating: bias, count: count)
    }
    add(x, 1, to: y)
    if kept.contains(.parameterEntries) {
      point.base.update(from: x, count: shape.columns)
    }
  }

  func pushForward(_ seeds: Input, _ width: Int, into block: Output) {
    block.update(repeating: 0, count: shape.rows * width)
    add(seeds, width, to: block)
  }

  func pullBack(_ seeds: Input, _ width: Int, into block: Output) {
    let (m, n, stride) = (shape.rows, shape.columns, layer.stride)
    block.update(repeating: 0, count: width * n)
    for r in 0..<width {
      forEachWeight(tile: Self.tile) { o, c, shift, seeing, weight in
        let seed = seeds + (r * m + o * layer.outputLength)
        let row = block + (r * n + c * layer.length)
        if stride == 1 {
          DenseLoops.add(
            seeing.count, weight, seed + seeing.lowerBound,
            to: row + (seeing.lowerBound + shift))
        } else {
          for t in seeing { row[t * stride + shift] += weight * seed[t] }
        }
      }
    }
  }

  func writeEntries(into entries: Output) {
    var next = 0
    if isBanded {
      // Diagonal by diagonal, each the weight of one kernel point.
      for k in 0..<layer.kernel {
        let count = outputs[k].count
        (entries + next).update(
          repeating: parameters.base[k], count: count)
        next += count
      }
      return
    }
    for row in 0..<shape.rows {
      let t = row % layer.outputLength
      let weights = parameters.base + row / layer.outputLength * perChannel
      for c in 0..<layer.inputChannels {
        for k in kernelPoints(at: t) {
          entries[next] = weights[c * layer.kernel + k]
          next += 1
        }
      }
    }
  }

  func writeParameterEntries(into entries: Output) {
    var next = 0
    for row in 0..<shape.rows {
      let t = row % layer.outputLength
      let start = t * layer.stride - layer.padding
      for c in 0..<layer.inputChannels {
        for k in kernelPoints(at: t) {
          entries[next] = point.base[c * layer.length + start + k]
          next += 1
        }
      }
      entries[next] = 1
      next += 1
    }
  }

  /// The kernel points of output t that lie on x.
  @inline(__always)
  private func kernelPoints(at t: Int) -> Range<Int> {
    let start = t * layer.stride - layer.padding
    let first = max(0, -start)
    return first..<max(first, min(layer.kernel, layer.length - start))
  }

  /// block += J · seeds.
  private func add(_ seeds: Input, _ width: Int, to block: Output) {
    let stride = layer.stride
    let tile = max(1, Self.tile / width)
    forEachWeight(tile: tile) { o, c, shift, seeing, weight in
      let row = block + o * layer.outputLength * width
      let seed = seeds + c * layer.length * width
      if stride == 1 {
        DenseLoops.add(
          seeing.count * width, weight,
          seed + (seeing.lowerBound + shift) * width,
          to: row + seeing.lowerBound * width)
      } else if width == 1 {
        for t in seeing { row[t] += weight * seed[t * stride + shift] }
      } else {
        for t in seeing {
          DenseLoops.add(
            width, weight, seed + (t * stride + shift) * width,
            to: row + t * width)
        }
      }
    }
  }

  /// Outputs per sweep: the tile of all sweeps stays in the first cache.
  private static var tile: Int { 1024 }

  /// Calls `body` with o, c, the input of output 0, the outputs that see it,
  /// and the weight; outputs tile by tile.
  @inline(__always)
  private func forEachWeight(
    tile: Int, _ body: (Int, Int, Int, Range<Int>, Double) -> Void
  ) {
    for o in 0..<layer.outputChannels {
      let weights = parameters.base + o * perChannel
      for start in Swift.stride(from: 0, to: layer.outputLength, by: tile) {
        let outputsOfTile = start..<min(start + tile, layer.outputLength)
        for c in 0..<layer.inputChannels {
          for k in 0..<layer.kernel {
            let seeing = outputs[k].clamped(to: outputsOfTile)
            guard !seeing.isEmpty else { continue }
            body(
              o, c, k - layer.padding, seeing, weights[c * layer.kernel + k])
          }
        }
      }
    }
  }
}
