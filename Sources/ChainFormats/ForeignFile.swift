/// What stands where JSON is expected, by how such files begin, and what to do
/// with it.
struct ForeignFile {
  let name: String
  let advice: String

  private static let known: [(start: [UInt8], file: ForeignFile)] = [
    (
      [0x93] + "NUMPY".utf8,
      ForeignFile(
        name: "an array of NumPy",
        advice: "name it as a matrix: its name has to end in .npy")
    ),
    (
      Array("%%MatrixMarket".utf8),
      ForeignFile(
        name: "a matrix in MatrixMarket",
        advice: "name it as a matrix: its name has to end in .mtx")
    ),
    (
      Array("PK\u{3}\u{4}".utf8),
      ForeignFile(
        name: "a zip archive, as .npz files are",
        advice: "save each array by itself, with numpy.save")
    ),
    (
      [0x1F, 0x8B],
      ForeignFile(
        name: "a file compressed by gzip",
        advice: "unpack it with gunzip; of such files only .mtx.gz are read")
    ),
    (
      [0x89] + "HDF".utf8,
      ForeignFile(
        name: "a file in HDF5, as .h5 and new .mat files are",
        advice: "save each matrix by itself, as .npy or .mtx")
    ),
    (
      Array("MATLAB 5.0".utf8),
      ForeignFile(
        name: "a file of MATLAB",
        advice: "save each matrix by itself, as .npy or .mtx")
    ),
    ([0xFF, 0xFE], utf16), ([0xFE, 0xFF], utf16),
  ]

  private static let utf16 = ForeignFile(
    name: "text in UTF-16", advice: "save the file as UTF-8")

  private init(name: String, advice: String) {
    (self.name, self.advice) = (name, advice)
  }

  /// Nil where the bytes begin like nothing that is known.
  init?(_ bytes: [UInt8]) {
    guard let known = Self.known.first(where: { bytes.starts(with: $0.start) })
    else { return nil }
    self = known.file
  }
}
