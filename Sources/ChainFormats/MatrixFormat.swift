/// What kinds of files hold entries of a matrix, by the ending of their name.
package enum MatrixFormat: Hashable, Sendable {
  /// `.npy`, an array of NumPy.
  case npy
  /// `.mtx`, MatrixMarket.
  case matrixMarket
  /// `.mtx.gz`, MatrixMarket in a compressed file.
  case compressedMatrixMarket

  private static let endings = [
    (".npy", Self.npy), (".mtx", .matrixMarket),
    (".mtx.gz", .compressedMatrixMarket),
  ]

  /// The format of a file of this name, in upper or lower case; nil when it
  /// ends in something else.
  package init?(ofFile path: String) {
    let name = path.lowercased()
    guard let match = Self.endings.first(where: { name.hasSuffix($0.0) })
    else { return nil }
    self = match.1
  }

  /// The name of a file without folder and ending.
  static func stem(ofFile path: String) -> String {
    let name = path.split(separator: "/").last ?? ""
    let lower = name.lowercased()
    let ending = endings.first { lower.hasSuffix($0.0) }?.0 ?? ""
    return String(name.dropLast(ending.count))
  }
}
