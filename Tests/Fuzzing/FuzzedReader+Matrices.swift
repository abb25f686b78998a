import ChainFormats
import JacobianChain

extension FuzzedReader {
  func matrixMarketViolation(_ bytes: [UInt8]) throws(ChainError) -> String? {
    let file = try MatrixMarketFile(parsing: bytes, file: Self.name)
    // Beyond that, whether a shape is taken depends on the length of the file.
    guard max(file.pattern.rows, file.pattern.columns) <= 1 << 16 else {
      return nil
    }
    return again("a matrix") { () throws(ChainError) in
      let read = try MatrixMarketFile(
        parsing: file.serialized(), file: Self.name)
      return read.pattern == file.pattern
        && read.values?.map(\.bitPattern) == file.values?.map(\.bitPattern)
    }
  }

  func npyViolation(_ bytes: [UInt8]) throws(ChainError) -> String? {
    let array = try Npy.parse(bytes, file: Self.name)
    return again("an array") { () throws(ChainError) in
      let read = try Npy.parse(Npy.serialized(array), file: Self.name)
      return (read.rows, read.columns) == (array.rows, array.columns)
        && read.values.map(\.bitPattern) == array.values.map(\.bitPattern)
    }
  }
}
