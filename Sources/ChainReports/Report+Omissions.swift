import JacobianChain

extension Report {
  /// Why a baseline was not run, for the end of a sentence; nil when it was, or
  /// when nobody says why.
  func reason(for baseline: Baseline, in run: RunRecord) -> String? {
    run.omissions[baseline].map { omission in
      switch omission {
      case .samePlan: "the same steps as the plan"
      case .notAsked: "only the price was asked for"
      case .tooDear(let times):
        "more than \(times) × the fma of the plan"
      case .tooLarge(let bytes):
        "\(Format.bytes(Double(bytes))) don't fit into memory"
      case .stopped: "no time left"
      case .failed(let why): why
      }
    }
  }

  /// "forward and reverse: more than 5 × the fma of the plan; best split: the
  /// same steps as the plan"; nil when nothing was left out.
  func omissions(_ run: RunRecord) -> String? {
    var groups: [(reason: String, labels: [String])] = []
    for baseline in Baseline.allCases {
      guard let reason = reason(for: baseline, in: run) else { continue }
      if let place = groups.firstIndex(where: { $0.reason == reason }) {
        groups[place].labels.append(baseline.label)
      } else {
        groups.append((reason, [baseline.label]))
      }
    }
    guard !groups.isEmpty else { return nil }
    return groups.map { group in
      let last = group.labels.count - 1
      let names = group.labels.enumerated().map { place, label in
        place == 0 ? label : (place == last ? " and " : ", ") + label
      }
      return "\(names.joined()): \(group.reason)"
    }.joined(separator: "; ")
  }
}
