import JacobianChain

extension ProblemFile {
  /// The file as JSON; reading it back gives an equal problem. Patterns that
  /// were read from files are written as coordinates, and what the format
  /// takes for granted is left out.
  ///
  /// - Complexity: O(size of the problem).
  public func json() -> JSONValue {
    let chain = [Array(problem.factors.indices)]
    return .object([
      "format": .string(Self.format),
      "name": .string(problem.name),
      "source": problem.source.isEmpty ? nil : .string(problem.source),
      "factors": .array(
        zip(problem.factors, writtenDataFiles).map { $0.json(data: $1) }),
      "targets": problem.targets == chain ? nil : .array(targets),
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

extension Factor {
  fileprivate func json(data: String?) -> JSONValue {
    let isGivenByDefault = tangentCost == nil && adjointCost == nil
    return .object([
      "name": .string(name),
      "rows": .number(rows),
      "columns": .number(columns),
      "structure": structure.json,
      "given": isGiven == isGivenByDefault ? nil : .bool(isGiven),
      "tangent": tangentCost.map(JSONValue.number),
      "adjoint": adjointCost.map(JSONValue.number),
      "tape": tape == 0 ? nil : .number(tape),
      "data": data.map(JSONValue.string),
    ])
  }
}

extension Structure {
  /// nil for dense, which the format takes for granted.
  fileprivate var json: JSONValue? {
    switch self {
    case .dense: nil
    case .diagonal: .string("diagonal")
    case .identity: .string("identity")
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
