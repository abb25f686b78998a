import ChainAD
import JacobianChain

/// The laws of a `ParametricFunction`.
extension PointCheck {
  mutating func checkParameters() throws(ChainError) {
    guard let parameters = sizes.parameters,
      let function = suite.function as? any ParametricFunction
    else { return }
    let place = function.parametricLinearization()
    let probe = Probe(name: probe.name, sizes: sizes, place: place)
    let start = function.parameters
    let value = try probe.value(at: point, keeping: abilities)
    let entries = try probe.parameterEntries(place, parameters)

    let direction = draw(start.count)
    let h = 0x1p-17
    func moved(by step: Double) throws(ChainError) -> [Double] {
      let parameters = zip(start, direction).map { $0 + step * $1 }
      try probe.setParameters(place, parameters)
      return try probe.value(at: point, keeping: [])
    }

    // New parameters must not touch the point where it stands.
    try probe.setParameters(place, direction)
    try compare(
      "parameters/before the next move",
      try probe.parameterEntries(place, parameters), entries,
      magnitudes: entries)
    let (ahead, behind) = (try moved(by: h), try moved(by: -h))
    if let allowed = suite.differenceTolerance {
      let expected = expanded(parameters.coordinates, entries, times: direction)
      let quotient = zip(ahead, behind).map { ($0 - $1) / (2 * h) }
      let error = allowed * max(expected.largest, value.largest)
      try compare("parameters/differences", quotient, expected) { _ in error }
    }

    let back = try moved(by: 0)
    try compare("parameters/set again", back, value, magnitudes: value)
    _ = try probe.value(at: point, keeping: .parameterEntries)
    try compare(
      "parameters/repetition", try probe.parameterEntries(place, parameters),
      entries, magnitudes: entries)
  }
}
