import JacobianChain

extension ProblemFile {
  /// The file as JSON; reading it back gives an equal problem. Patterns that
  /// were read from files are written as coordinates, those of several factors
  /// once, and what the format takes for granted is left out.
  ///
  /// - Complexity: O(size of the problem).
  package func json() -> JSONValue {
    let chain = [Array(problem.factors.indices)]
    let shared = SharedPatterns(of: problem)
    let written = zip(problem.factors, writtenDataFiles).map { factor, data in
      factor.json(data: data, shared)
    }
    let graph = problem.graph.map { WrittenGraph($0, written) }
    let listed = graph?.listed ?? written.count
    return .object([
      "format": .string(Self.format),
      "name": .string(problem.name),
      "source": problem.source.isEmpty ? nil : .string(problem.source),
      "patterns": shared.json,
      "factors": listed == 0 && graph != nil
        ? nil : .array(Array(written.prefix(listed))),
      "graph": graph?.json,
      "targets": graph != nil || problem.targets == chain
        ? nil : .array(targets),
      "matrixFree": .bool(problem.matrixFree),
      "limits": problem.limits == Limits() ? nil : limits,
      "known": known?.json,
    ])
  }

  private var targets: [JSONValue] {
    problem.targets.map { word in
      .array(word.reversed().map { .string(problem.factors[$0].name) })
    }
  }

  private var limits: JSONValue {
    .object([
      "tapePerStep": problem.limits.tapePerStep.map(JSONValue.number),
      "tapeTotal": problem.limits.tapeTotal.map(JSONValue.number),
      "machines": problem.limits.machines.map(JSONValue.number),
      "memory": problem.limits.memory.map(JSONValue.number),
    ])
  }
}

extension ProblemFile.Known {
  fileprivate var json: JSONValue {
    .object([
      "fma": fma.map(JSONValue.wide),
      "makespan": makespan.map(JSONValue.wide),
      "source": source.map(JSONValue.string),
    ])
  }
}

/// The patterns that several factors have, named in the order in which they
/// come.
private struct SharedPatterns {
  private var names: [SparsePattern: String] = [:]
  private(set) var json: JSONValue?

  init(of problem: Problem) {
    var uses: [SparsePattern: Int] = [:]
    var members: [JSONValue.Member] = []
    for factor in problem.factors {
      guard case .sparse(let pattern) = factor.structure else { continue }
      uses[pattern, default: 0] += 1
      guard uses[pattern] == 2 else { continue }
      let name = "pattern\(members.count + 1)"
      names[pattern] = name
      members.append(JSONValue.Member(name, pattern.json))
    }
    json = members.isEmpty ? nil : .object(members)
  }

  /// What a factor with a shared pattern says of its structure.
  func reference(to structure: Structure) -> JSONValue? {
    guard case .sparse(let pattern) = structure else { return nil }
    return names[pattern].map {
      .object(["sparse": .object(["pattern": .string($0)])])
    }
  }
}

extension SparsePattern {
  /// With its shape, as it stands apart from factors.
  fileprivate var json: JSONValue {
    .object([
      "rows": .number(rows), "columns": .number(columns),
      "rowIndices": .array(
        (0..<rows).flatMap { row in
          self.row(row).map { _ in JSONValue.number(row) }
        }),
      "columnIndices": .array(columnIndices.map(JSONValue.number)),
    ])
  }
}

extension Factor {
  fileprivate func json(data: String?, _ shared: SharedPatterns) -> JSONValue {
    let isGivenByDefault = tangentCost == nil && adjointCost == nil
    return .object([
      "name": .string(name),
      "rows": .number(rows),
      "columns": .number(columns),
      "structure": shared.reference(to: structure) ?? structure.json,
      "given": isGiven == isGivenByDefault ? nil : .bool(isGiven),
      "tangent": tangentCost.map(JSONValue.number),
      "adjoint": adjointCost.map(JSONValue.number),
      "tangentTime": tangentTime?.json,
      "adjointTime": adjointTime?.json,
      "tape": tape == 0 ? nil : .number(tape),
      "data": data.map(JSONValue.string),
    ])
  }
}

extension EvaluationTime {
  fileprivate var json: JSONValue {
    .object(["fixed": .number(fixed), "perSeed": .number(perSeed)])
  }
}

extension Structure {
  /// nil for dense, which the format takes for granted.
  fileprivate var json: JSONValue? {
    switch self {
    case .dense: nil
    case .diagonal: .string("diagonal")
    case .identity: .string("identity")
    case .negatedIdentity: .string("negatedIdentity")
    case .banded(let lower, let upper):
      .object([
        "banded": .object(["lower": .number(lower), "upper": .number(upper)])
      ])
    case .blockDiagonal(let count, let rows, let columns):
      .object([
        "blockDiagonal": .object([
          "count": .number(count), "rows": .number(rows),
          "columns": .number(columns),
        ])
      ])
    case .selection(let chosen):
      .object(["selection": .array(chosen.map(JSONValue.number))])
    case .negatedSelection(let chosen):
      .coordinates(chosen.enumerated().lazy.map { ($0, $1) })
    case .sparse(let pattern):
      .coordinates(
        (0..<pattern.rows).lazy.flatMap { row in
          pattern.row(row).lazy.map { (row, $0) }
        })
    case .submatrix(let rows, let columns):
      .coordinates(
        rows.indices.lazy.flatMap { row in
          columns.indices.lazy.map { (row, $0) }
        })
    }
  }
}

extension JSONValue {
  fileprivate static func coordinates(
    _ entries: some Sequence<(Int, Int)>
  ) -> JSONValue {
    var (rows, columns): ([JSONValue], [JSONValue]) = ([], [])
    for (row, column) in entries {
      rows.append(.number(row))
      columns.append(.number(column))
    }
    return .object([
      "sparse": .object([
        "rowIndices": .array(rows), "columnIndices": .array(columns),
      ])
    ])
  }
}
