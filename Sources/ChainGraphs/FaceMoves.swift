import JacobianChain

/// What may be done to a state of face elimination, and what it costs.
struct FaceMoves {
  /// What is done next to a state.
  enum Move {
    /// The product of two objects.
    case eliminate(inner: Int, outer: Int, way: Way)
    /// The sum of two objects.
    case merge(first: Int, second: Int)
  }

  enum Way { case multiply, tangent, adjoint }

  /// What a move does, for plans; objects by slot.
  enum Act {
    case accumulate(factor: Int)
    case product(inner: Int, outer: Int, way: Way, slot: Int)
    case sum(first: Int, second: Int)
  }

  private let graph: FaceGraph
  private let leafPrices: [Int?]
  private var evaluations: [Int: Int] = [:]
  /// What was done since this was last emptied.
  var recorded: [Act] = []

  init(_ graph: FaceGraph) {
    self.graph = graph
    leafPrices = graph.problem.factors.indices.map { index in
      graph.problem.leafPrice(index).map { Int(clamping: $0) }
    }
  }

  /// What may be done next.
  func candidates(_ state: FaceState) -> [Move] {
    var moves: [Move] = []
    for face in state.faces {
      let (i, j) = (
        state.objects[face.inner]!, state.objects[face.outer]!
      )
      moves.append(
        .eliminate(inner: face.inner, outer: face.outer, way: .multiply))
      guard !i.isPassage, !j.isPassage else { continue }
      if graph.isFunction(j), graph.cost(j.factor, .tangent) != nil {
        moves.append(
          .eliminate(inner: face.inner, outer: face.outer, way: .tangent))
      }
      if graph.isFunction(i), graph.cost(i.factor, .adjoint) != nil {
        moves.append(
          .eliminate(inner: face.inner, outer: face.outer, way: .adjoint))
      }
    }
    for twins in state.twins {
      moves.append(.merge(first: twins.first, second: twins.second))
    }
    return moves
  }

  /// Whether a state can hold what a move makes.
  func hasRoom(for move: Move, in state: FaceState) -> Bool {
    switch move {
    case .merge: true
    case .eliminate: state.hasRoom
    }
  }

  /// Does a move.
  ///
  /// - Precondition: `hasRoom`.
  /// - Returns: fma; nil where it isn't possible.
  mutating func apply(_ move: Move, to state: inout FaceState) -> Int? {
    switch move {
    case .merge(let first, let second):
      var price = 0
      for slot in [first, second] {
        guard let leaf = accumulate(slot, &state) else { return nil }
        price += leaf
      }
      let kind = graph.algebra.sum(
        state.objects[first]!.kind, state.objects[second]!.kind)
      state.merge(first, second, kind: kind)
      recorded.append(.sum(first: first, second: second))
      return price
    case .eliminate(let inner, let outer, let way):
      let (i, j) = (state.objects[inner]!, state.objects[outer]!)
      let kind = graph.algebra.product(j.kind, i.kind)
      var price = 0
      switch way {
      case .multiply:
        if !i.isPassage, !j.isPassage {
          for slot in [inner, outer] {
            guard let leaf = accumulate(slot, &state) else { return nil }
            price += leaf
          }
          let product = graph.algebra.price(j.kind, i.kind)
          state.pay(product, at: .vertex(i.to))
          price += product
        }
      case .tangent:
        guard let leaf = accumulate(inner, &state) else { return nil }
        let applied =
          evaluations(.tangent, kind) * graph.cost(j.factor, .tangent)!
        state.pay(applied, at: .factor(j.factor))
        price += leaf + applied
      case .adjoint:
        guard let leaf = accumulate(outer, &state) else { return nil }
        let applied =
          evaluations(.adjoint, kind) * graph.cost(i.factor, .adjoint)!
        state.pay(applied, at: .factor(i.factor))
        price += leaf + applied
      }
      let slot = state.eliminate(inner, outer, kind: kind, graph.isUseful)
      recorded.append(
        .product(inner: inner, outer: outer, way: way, slot: slot))
      state.tidy()
      return price
    }
  }

  private mutating func accumulate(
    _ slot: Int, _ state: inout FaceState
  ) -> Int? {
    let object = state.objects[slot]!
    if state.isValue(object) { return 0 }
    recorded.append(.accumulate(factor: object.factor))
    state.accumulate(object.factor)
    return leafPrices[object.factor]
  }

  private mutating func evaluations(_ mode: Mode, _ kind: Int16) -> Int {
    let key = Int(kind) * 2 + (mode == .tangent ? 0 : 1)
    if let known = evaluations[key] { return known }
    let count = CostModel.evaluations(
      mode, graph.algebra.patterns[Int(kind)])
    evaluations[key] = count
    return count
  }

  /// Does what costs nothing or can't be avoided: sums of values that can't be
  /// applied as functions and have no entries that one of them hasn't, and the
  /// entries of factors that are results.
  ///
  /// - Returns: fma; nil where it isn't possible.
  mutating func settle(_ state: inout FaceState) -> Int? {
    var price = 0
    for slot in state.results {
      guard let leaf = accumulate(slot, &state) else { return nil }
      price += leaf
    }
    while let (twins, kind) = firstAlike(in: state) {
      state.merge(twins.first, twins.second, kind: kind)
      recorded.append(.sum(first: twins.first, second: twins.second))
    }
    return price
  }

  /// Values whose sum costs no more than one of them, whatever it meets.
  private func firstAlike(
    in state: FaceState
  ) -> (twins: (first: Int, second: Int), kind: Int16)? {
    for twins in state.twins {
      let isReady = [twins.first, twins.second].allSatisfy {
        let object = state.objects[$0]!
        return state.isValue(object)
          && (!graph.isFunction(object) || state.results.contains($0))
      }
      guard isReady else { continue }
      let (a, b) = (
        state.objects[twins.first]!.kind, state.objects[twins.second]!.kind
      )
      let kind = graph.algebra.sum(a, b)
      if kind == a || kind == b || state.results.contains(twins.first) {
        return (twins, kind)
      }
    }
    return nil
  }
}

extension Problem {
  /// Whether a factor can be applied as a function.
  func mayApply(_ index: Int) -> Bool {
    Mode.allCases.contains {
      eliminationCost(of: factors[index], $0) != nil
    }
  }

  /// fma of a factor's entries, the cheaper way; nil without one.
  func leafPrice(_ index: Int) -> UInt128? {
    factors[index].isGiven
      ? 0 : leaves(ofFactor: index).lazy.map(\.fma).min()
  }
}
