import ChainReports
import JacobianChain

/// (5) Several Jacobians at once and repeated factors.
struct JointSection {
  let results: BenchResults

  var blocks: [Block] {
    let plans = Pivot(.joint, results.rows("joint", "plan fma"))
    let proofs = Pivot(.proof, results.rows("joint", "proof seconds"))
    var blocks: [Block] = [
      .section("5. Joint targets and ties"),
      .paragraph(
        "Several Jacobians of one chain, or factors that occur more than "
          + "once. Separate plans share nothing; back-propagation shares what "
          + "a reverse sweep shares; the joint optimum shares whatever pays."),
    ]
    blocks += results.absence("joint", .joint)
    if !plans.cases.isEmpty {
      let chart = plans.dots(
        plans.cases, axis: "fma, as multiples of the joint optimum",
        relativeTo: "joint optimum")
      blocks += [
        plans.figure(
          "fma of joint plans", chart, of: plans.cases, caption(plans)),
        plans.table("fma of joint plans", plans.cases, size: "targets"),
      ]
    }
    blocks += plans.outcomes
    blocks.append(.heading("Time to prove the joint optimum"))
    blocks += results.absence("joint", .proof)
    if !proofs.cases.isEmpty {
      let chart = proofs.dots(proofs.cases, axis: "seconds to the proof")
      blocks += [
        proofs.figure(
          "proof time", chart, of: proofs.cases, proofCaption(proofs)),
        proofs.table("Seconds to the proof", proofs.cases),
      ]
    }
    return blocks + proofs.outcomes
  }

  private func caption(_ pivot: Pivot) -> String {
    let sentences = pivot.contestants.filter { $0 != "joint optimum" }
      .compactMap { contestant -> String? in
        let ratios = pivot.cases.compactMap { item -> Double? in
          guard let own = pivot.value(item.name, "joint optimum"), own > 0
          else { return nil }
          return pivot.value(item.name, contestant).map { $0 / own }
        }
        guard !ratios.isEmpty else { return nil }
        return "\(contestant) takes \(Sentence.range(ratios, .ratio)) the fma "
          + "of the joint optimum and equals it in "
          + Sentence.share(ratios.count(where: isOne), ratios.count)
      }
    return sentences.isEmpty
      ? "No case has another way beside the joint optimum."
      : "Over \(counted(pivot.cases.count, "case")): "
        + sentences.joined(separator: "; ") + "."
  }

  private func proofCaption(_ pivot: Pivot) -> String {
    let sentences = pivot.contestants.map { contestant -> String in
      let values = pivot.cases.compactMap {
        pivot.value($0.name, contestant)
      }
      return "\(contestant) proves "
        + Sentence.share(values.count, pivot.cases.count)
        + (values.isEmpty ? "" : " in \(Sentence.range(values, .seconds))")
    }
    return sentences.joined(separator: "; ") + "."
  }
}
