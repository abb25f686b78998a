import JacobianChain
import Testing

@testable import ChainFormats

@Suite struct GzipTests {
  /// A file of one stored block, made by hand (RFC 1951, 3.2.4).
  static func stored(_ text: String) -> [UInt8] {
    let content = Array(text.utf8)
    func bytes(_ number: UInt32, _ count: Int) -> [UInt8] {
      (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }
    let count = UInt32(content.count)
    return [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255, 1] + bytes(count, 2)
      + bytes(~count, 2) + content + bytes(checkSum(content), 4)
      + bytes(count, 4)
  }

  private static func checkSum(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(UInt32.max) { sum, byte in
      (0..<8).reduce(sum ^ UInt32(byte)) { sum, _ in
        sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1
      }
    }
  }

  private static let text =
    "%%MatrixMarket matrix coordinate real general\n2 2 1\n2 1 5\n"

  #if Zlib
    @Test func aCompressedMatrixIsRead() throws {
      let plain = try MatrixMarketFile(
        parsing: Array(Self.text.utf8), file: "a.mtx")
      let bytes = Self.stored(Self.text)
      #expect(
        try MatrixMarketFile(parsing: bytes, file: "a.mtx.gz") == plain)
      // Files may be joined, also in the middle of a line, and padded.
      let cut = Self.text.index(Self.text.startIndex, offsetBy: 20)
      let joined =
        Self.stored(String(Self.text[..<cut])) + Self.stored("")
        + Self.stored(String(Self.text[cut...])) + [0, 0, 0]
      #expect(
        try MatrixMarketFile(parsing: joined, file: "a.mtx.gz") == plain)
    }

    @Test func cutAtEveryByteIsRefused() throws {
      let bytes = Self.stored(Self.text)
      for count in 2..<bytes.count {
        let error = #expect(throws: ChainError.self, "cut at \(count)") {
          try Gzip.inflated(Array(bytes[..<count]), file: "a")
        }
        #expect(error?.found.contains("its end") == true, "cut at \(count)")
      }
    }

    @Test func damageIsNamed() {
      let good = Self.stored(Self.text)
      func changed(_ place: Int) -> [UInt8] {
        var bytes = good
        bytes[place < 0 ? bytes.count + place : place] ^= 1
        return bytes
      }
      for (bytes, fact) in [
        (changed(-8), "a wrong CRC, incorrect data check"),
        (changed(-1), "length check"),
        (changed(30), "data check"), (changed(2), "compression method"),
        (changed(11), "stored block lengths"),
        (good + [7, 7], "2 other bytes"),
        (good + [0x1F, 0x8B], "its end"),
      ] {
        BadInput(fact, "a.mtx.gz", fact).expectRefusal {
          () throws(ChainError) in
          _ = try MatrixMarketFile(parsing: bytes, file: "a.mtx.gz")
        }
      }
    }

    @Test("The size is asked before memory is taken")
    func bombs() throws {
      let content = String(repeating: "0", count: 60_000)
      let bytes = (0..<20).flatMap { _ in Self.stored(content) }
      #expect(
        try Gzip.inflated(bytes, file: "a", limit: 1_200_000).count
          == 1_200_000)
      BadInput("", "a", "at most 1199999 bytes", kind: .tooLarge)
        .expectRefusal { () throws(ChainError) in
          _ = try Gzip.inflated(bytes, file: "a", limit: 1_199_999)
        }
    }

    @Test(
      "Rows are limited by the bytes on the disk, not by what they unpack to")
    func emptyRows() throws {
      let comments = String(repeating: "%\n", count: 25_000)
      let rows = MatrixMarketFile.extentLimit(ofBytes: 2 * comments.utf8.count)
      let text = "%%MatrixMarket matrix coordinate real general\n\(comments)"
      // Joined from many files, it takes more bytes than it holds.
      let many = text.map { Self.stored(String($0)) }.flatMap { $0 }
      let last = Self.stored("\(rows) 1 0\n")
      #expect(
        try MatrixMarketFile(parsing: many + last, file: "a").pattern.rows
          == rows)
      BadInput("", "a:25002", "\(rows)", kind: .tooLarge).expectRefusal {
        () throws(ChainError) in
        let whole = Array(text.utf8) + Array("\(rows) 1 0\n".utf8)
        _ = try MatrixMarketFile(parsing: whole, file: "a")
      }
    }
  #else
    @Test func withoutZlibTheAdviceSaysWhatToDo() {
      BadInput("", "a.mtx.gz", "gunzip", kind: .unsupported).expectRefusal {
        () throws(ChainError) in
        _ = try MatrixMarketFile(
          parsing: Self.stored(Self.text), file: "a.mtx.gz")
      }
    }
  #endif
}
