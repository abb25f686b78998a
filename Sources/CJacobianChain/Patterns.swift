import JChainHeader
import JacobianChain

/// What a `jc_patterns` is.
///
/// Unchecked: C promises not to add while it solves.
private final class NamedPatterns: @unchecked Sendable {
  var patterns: [String: SparsePattern] = [:]
}

/// An empty set of named patterns, to be freed by `jc_patterns_free`.
///
/// `jchain.h` has the details.
@c @implementation
public func jc_patterns_new() -> OpaquePointer! {
  OpaquePointer(Unmanaged.passRetained(NamedPatterns()).toOpaque())
}

/// Frees a set of patterns.
///
/// `jchain.h` has the details.
@c @implementation
public func jc_patterns_free(_ patterns: OpaquePointer!) {
  guard let patterns else { return }
  Unmanaged<NamedPatterns>.fromOpaque(UnsafeRawPointer(patterns)).release()
}

/// Adds an m × n pattern of coordinates under a name.
///
/// `jchain.h` has the details.
@c @implementation
public func jc_patterns_add(
  _ patterns: OpaquePointer!, _ name: UnsafePointer<CChar>!, _ rows: Int64,
  _ columns: Int64, _ count: Int64, _ rowIndices: UnsafePointer<Int64>!,
  _ columnIndices: UnsafePointer<Int64>!
) -> Int32 {
  reporting { () throws(Refusal) in
    guard let patterns else {
      throw .missing("patterns", "what jc_patterns_new returned")
    }
    guard let name else { throw .missing("name", "a name") }
    guard let name = String(validatingCString: name) else {
      throw .argument(
        "name", "a name in UTF-8", found: "bytes that aren't UTF-8",
        advice: "encode the name as UTF-8")
    }
    let set = Unmanaged<NamedPatterns>.fromOpaque(UnsafeRawPointer(patterns))
      .takeUnretainedValue()
    guard set.patterns[name] == nil else {
      throw Refusal(
        ChainError(
          .malformed, at: "name", expected: "a name that no pattern has yet",
          found: "\"\(name)\", which is there already",
          advice: "give each pattern a name of its own"))
    }
    set.patterns[name] = try pattern(
      rows, columns, count, rowIndices, columnIndices)
    return JC_DONE
  }
}

/// The patterns of a handle; none for NULL.
func patterns(of handle: OpaquePointer?) -> [String: SparsePattern] {
  guard let handle else { return [:] }
  return Unmanaged<NamedPatterns>.fromOpaque(UnsafeRawPointer(handle))
    .takeUnretainedValue().patterns
}

/// The m × n pattern of coordinates that C passed.
///
/// - Throws: `Refusal` for everything that is no pattern, at the argument.
func pattern(
  _ rows: Int64, _ columns: Int64, _ count: Int64,
  _ rowIndices: UnsafePointer<Int64>?, _ columnIndices: UnsafePointer<Int64>?
) throws(Refusal) -> SparsePattern {
  for (name, extent) in [("rows", rows), ("columns", columns)]
  where !(1...Int64(Problem.dimensionLimit)).contains(extent) {
    throw Refusal(
      ChainError(
        .malformed, at: name, expected: "a dimension from 1 to 2^40",
        found: "\(extent)", advice: "correct the shape of the pattern"))
  }
  guard count >= 0 else {
    throw .argument(
      "count", "a number of entries from 0 on", found: "\(count)",
      advice: "pass the length of row_indices and column_indices")
  }
  guard max(rows, count) <= SparsePattern.entryLimit else {
    throw Refusal(
      ChainError(
        .tooLarge, at: rows > count ? "rows" : "count",
        expected: "at most \(SparsePattern.entryLimit) in an explicit pattern",
        found: "\(max(rows, count))",
        advice: "declare the factor dense, diagonal, banded or block diagonal, "
          + "or split the problem"))
  }
  func indices(
    _ name: String, _ start: UnsafePointer<Int64>?
  ) throws(Refusal) -> [Int] {
    guard count > 0 else { return [] }
    guard let start else { throw .missing(name, "\(count) indices") }
    return UnsafeBufferPointer(start: start, count: Int(count)).map { Int($0) }
  }
  let (rowList, columnList) = (
    try indices("row_indices", rowIndices),
    try indices("column_indices", columnIndices)
  )
  do {
    return try SparsePattern(
      rows: Int(rows), columns: Int(columns), rowIndices: rowList,
      columnIndices: columnList)
  } catch {
    var error = error
    error.location = argument(error.location)
    throw Refusal(error)
  }
}

/// "/rowIndices/7" as C writes it: "row_indices[7]".
private func argument(_ location: String) -> String {
  let parts = location.split(separator: "/")
  let name = parts.first == "rowIndices" ? "row_indices" : "column_indices"
  return parts.count == 2 ? "\(name)[\(parts[1])]" : name
}
