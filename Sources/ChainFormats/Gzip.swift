import JacobianChain

#if Zlib
  import CZlib
#endif

/// Files compressed by gzip (RFC 1952), read through zlib.
enum Gzip {
  /// Whether the bytes start as such a file, whatever it is called.
  static func isCompressed(_ bytes: [UInt8]) -> Bool {
    bytes.starts(with: [0x1F, 0x8B])
  }

  #if Zlib
    /// The content of all members of the file, whose check sums hold.
    ///
    /// It is inflated twice, the first time only to ask its size: a short file
    /// may hold gigabytes, and memory is taken only for what is allowed.
    ///
    /// - Parameters:
    ///   - file: the name for errors.
    ///   - limit: the most bytes of content.
    ///   - control: may stop it.
    /// - Throws: `ChainError`: `malformed` when the file is cut off or damaged,
    ///   `tooLarge` above the limit, `limitReached` or `interrupted` when
    ///   `control` stopped it.
    /// - Complexity: O(bytes of the content).
    static func inflated(
      _ bytes: [UInt8], file: String, limit: Int = Files.sizeLimit,
      control: SearchControl = .unlimited
    ) throws(ChainError) -> [UInt8] {
      var size = 0
      var pace = ReadingPace(control, file: file)
      try inflate(bytes, file) { block throws(ChainError) in
        size += block.count
        try pace.pass(size)
        guard size <= limit else {
          throw ChainError(
            .tooLarge, at: file,
            expected: "at most \(limit) bytes of content", found: "more",
            advice: "split the file, or leave out what isn't needed")
        }
      }
      var content: [UInt8] = []
      content.reserveCapacity(size)
      try inflate(bytes, file) { content.append(contentsOf: $0) }
      return content
    }

    /// Hands the content on in blocks.
    private static func inflate(
      _ bytes: [UInt8], _ file: String,
      _ take: (ArraySlice<UInt8>) throws(ChainError) -> Void
    ) throws(ChainError) {
      var bytes = bytes
      var block = [UInt8](repeating: 0, count: 1 << 16)
      var stream = z_stream()
      // 15 bits of window, and 16 for the frame of gzip.
      let status = inflateInit2_(
        &stream, 15 + 16, ZLIB_VERSION, CInt(MemoryLayout<z_stream>.size))
      guard status == Z_OK else {
        throw damaged(file, "no memory for zlib (\(status))", kind: .tooLarge)
      }
      defer { inflateEnd(&stream) }
      var position = 0
      while true {
        let (status, read, written) = step(&stream, &bytes, position, &block)
        position += read
        try take(block[..<written])
        switch status {
        case Z_STREAM_END:
          let rest = bytes[position...]
          // Tapes pad with zeros.
          if rest.allSatisfy({ $0 == 0 }) { return }
          guard rest.starts(with: [0x1F, 0x8B]) else {
            throw damaged(
              file, "\(rest.count) other bytes after the compressed ones")
          }
          inflateReset(&stream)
        case Z_OK where read + written > 0: continue
        case Z_OK, Z_BUF_ERROR:
          throw damaged(file, "its end after \(position) bytes, in the middle")
        default:
          let reason =
            stream.msg.map { String(cString: $0) } ?? "error \(status)"
          let check = reason.hasSuffix("data check") ? "a wrong CRC, " : ""
          throw damaged(file, "\(check)\(reason) at byte \(position)")
        }
      }
    }

    /// One call of zlib, which may look at `bytes` and write `block`.
    private static func step(
      _ stream: inout z_stream, _ bytes: inout [UInt8], _ position: Int,
      _ block: inout [UInt8]
    ) -> (status: CInt, read: Int, written: Int) {
      bytes.withUnsafeMutableBufferPointer { input in
        block.withUnsafeMutableBufferPointer { output in
          // A file is below 4 GiB, which is all that zlib counts at a time.
          let available = UInt32(input.count - position)
          stream.next_in = input.baseAddress! + position
          stream.avail_in = available
          stream.next_out = output.baseAddress!
          stream.avail_out = UInt32(output.count)
          let status = CZlib.inflate(&stream, Z_NO_FLUSH)
          return (
            status, Int(available - stream.avail_in),
            output.count - Int(stream.avail_out)
          )
        }
      }
    }

    private static func damaged(
      _ file: String, _ found: String, kind: ChainError.Kind = .malformed
    ) -> ChainError {
      ChainError(
        kind, at: file, expected: "a whole file compressed by gzip",
        found: found, advice: "get the file again, and test it: gzip -t FILE")
    }
  #else
    static func inflated(
      _ bytes: [UInt8], file: String, control: SearchControl = .unlimited
    ) throws(ChainError) -> [UInt8] {
      throw ChainError(
        .unsupported, at: file, expected: "a file that isn't compressed",
        found: "one compressed by gzip, and a build without zlib",
        advice: "decompress it: gunzip FILE; or build with the trait Zlib")
    }
  #endif
}

extension MatrixFormat {
  /// Of the library that reads compressed files; nil without it.
  package static var zlibVersion: String? {
    #if Zlib
      CZlib.zlibVersion().map { String(cString: $0) }
    #else
      nil
    #endif
  }
}
