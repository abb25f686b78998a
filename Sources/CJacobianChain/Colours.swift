import JChainHeader
import JacobianChain

/// Colours the rows or the columns of an m × n pattern.
///
/// `jchain.h` has the details.
@c @implementation
public func jc_colours(
  _ rows: Int64, _ columns: Int64, _ count: Int64,
  _ rowIndices: UnsafePointer<Int64>!, _ columnIndices: UnsafePointer<Int64>!,
  _ side: Int32, _ colours: UnsafeMutablePointer<Int64>!,
  _ number: UnsafeMutablePointer<Int64>!
) -> Int32 {
  reporting { () throws(Refusal) in
    guard let colours else {
      throw .missing(
        "colours", "an array for one colour for each row or column")
    }
    guard [JC_ROWS, JC_COLUMNS].contains(Int(side)) else {
      throw .argument(
        "side", "JC_ROWS or JC_COLUMNS", found: "\(side)",
        advice: "colour rows for adjoints, columns for tangents")
    }
    let sparse = try pattern(rows, columns, count, rowIndices, columnIndices)
    let whole = try refusing { () throws(ChainError) in
      try Pattern(
        rows: sparse.rows, columns: sparse.columns,
        structure: .sparse(sparse), at: "pattern")
    }
    let isRows = Int(side) == JC_ROWS
    let colouring = isRows ? whole.rowColouring : whole.columnColouring
    for index in 0..<(isRows ? sparse.rows : sparse.columns) {
      colours[index] = Int64(colouring.colour(of: index) ?? -1)
    }
    if let number { number.pointee = Int64(colouring.count) }
    return JC_DONE
  }
}
