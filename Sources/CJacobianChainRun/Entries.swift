import CJacobianChain
import ChainExecutor
import JChainHeader
import JacobianChain

/// The number of entries that a factor stores; −1 when it isn't there.
///
/// `jchain_run.h` has the details.
@c @implementation
public func jc_factor_count(
  _ program: OpaquePointer!, _ factor: Int64
) -> Int64 {
  guard let pattern = ProgramHandle.at(program)?.pattern(ofFactor: factor)
  else { return -1 }
  return pattern.structure.isUnit ? 0 : Int64(pattern.storedEntries)
}

/// The shape of a target and the number of its entries; −1 when it isn't
/// there.
///
/// `jchain_run.h` has the details.
@c @implementation
public func jc_target_count(
  _ program: OpaquePointer!, _ target: Int64,
  _ rows: UnsafeMutablePointer<Int64>!, _ columns: UnsafeMutablePointer<Int64>!
) -> Int64 {
  guard let pattern = ProgramHandle.at(program)?.pattern(ofTarget: target)
  else { return -1 }
  rows?.pointee = Int64(pattern.rows)
  columns?.pointee = Int64(pattern.columns)
  return pattern.structure.isUnit
    ? Int64(pattern.rows) : Int64(pattern.storedEntries)
}

/// Where the stored entries of a factor are.
///
/// `jchain_run.h` has the details.
@c @implementation
public func jc_factor_pattern(
  _ program: OpaquePointer!, _ factor: Int64,
  _ rowIndices: UnsafeMutablePointer<Int64>!,
  _ columnIndices: UnsafeMutablePointer<Int64>!
) -> Int32 {
  reporting { () throws(Refusal) in
    let handle = try ProgramHandle.required(program)
    guard let pattern = handle.pattern(ofFactor: factor) else {
      throw .absent("factor", factor, of: handle.program.problem.factors.count)
    }
    if !pattern.structure.isUnit {
      try list(pattern, rowIndices, columnIndices)
    }
    return JC_DONE
  }
}

/// Where the entries of a target are.
///
/// `jchain_run.h` has the details.
@c @implementation
public func jc_target_pattern(
  _ program: OpaquePointer!, _ target: Int64,
  _ rowIndices: UnsafeMutablePointer<Int64>!,
  _ columnIndices: UnsafeMutablePointer<Int64>!
) -> Int32 {
  reporting { () throws(Refusal) in
    let pattern = try ProgramHandle.required(program).required(target).pattern
    try list(pattern, rowIndices, columnIndices)
    return JC_DONE
  }
}

/// What the last run made of a target; it belongs to the program.
///
/// `jchain_run.h` has the details.
@c @implementation
public func jc_target_entries(
  _ program: OpaquePointer!, _ target: Int64
) -> UnsafePointer<Double>! {
  guard let handle = ProgramHandle.at(program),
    handle.pattern(ofTarget: target) != nil
  else { return nil }
  return handle.entries(ofTarget: Int(target))
}

/// What the last run made of a target, m × n, row by row.
///
/// `jchain_run.h` has the details.
@c @implementation
public func jc_target_dense(
  _ program: OpaquePointer!, _ target: Int64,
  _ jacobian: UnsafeMutablePointer<Double>!
) -> Int32 {
  reporting { () throws(Refusal) in
    let (pattern, entries) = try ProgramHandle.required(program)
      .required(target)
    guard let jacobian else {
      throw .missing(
        "jacobian", "an array of \(pattern.rows) × \(pattern.columns) numbers")
    }
    let count = pattern.rows * pattern.columns
    if pattern.isDense {
      jacobian.update(from: entries, count: count)
      return JC_DONE
    }
    jacobian.update(repeating: 0, count: count)
    pattern.forEachEntry { position, row, column in
      jacobian[row * pattern.columns + column] = entries[position]
    }
    return JC_DONE
  }
}

/// Lists where the entries are that C sees.
private func list(
  _ pattern: Pattern, _ rowIndices: UnsafeMutablePointer<Int64>?,
  _ columnIndices: UnsafeMutablePointer<Int64>?
) throws(Refusal) {
  guard let rowIndices else { throw .missing("row_indices", "an array") }
  guard let columnIndices else {
    throw .missing("column_indices", "an array")
  }
  pattern.forEachEntry { position, row, column in
    rowIndices[position] = Int64(row)
    columnIndices[position] = Int64(column)
  }
}

extension ProgramHandle {
  /// A target that is there.
  fileprivate func required(
    _ target: Int64
  ) throws(Refusal) -> (pattern: Pattern, entries: UnsafePointer<Double>) {
    guard let pattern = pattern(ofTarget: target) else {
      throw .absent("target", target, of: program.problem.targetCount)
    }
    return (pattern, entries(ofTarget: Int(target)) ?? UnsafePointer(nowhere))
  }

  /// Stands for memory that nobody reads.
  private var nowhere: UnsafeMutablePointer<Double> {
    UnsafeMutablePointer(bitPattern: MemoryLayout<Double>.alignment)!
  }
}

extension Refusal {
  fileprivate static func absent(
    _ name: String, _ index: Int64, of count: Int
  ) -> Refusal {
    argument(
      name, "a number from 0 to \(count - 1)", found: "\(index)",
      advice: "\(name)s count from 0, as in the problem")
  }
}

extension Pattern {
  /// Calls `body(position, row, column)` for each entry that C sees: what is
  /// stored, or the one of each row.
  @inline(__always)
  fileprivate func forEachEntry(_ body: (Int, Int, Int) -> Void) {
    if structure.isUnit {
      forEachUnit { row, column, _ in body(row, row, column) }
    } else {
      forEachStored(body)
    }
  }
}
