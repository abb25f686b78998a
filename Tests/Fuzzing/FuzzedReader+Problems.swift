import ChainFormats
import JacobianChain

extension FuzzedReader {
  func jsonViolation(_ bytes: [UInt8]) throws(ChainError) -> String? {
    let value = try JSONValue(parsing: bytes, file: Self.name)
    for isPretty in [true, false] {
      // Wide integers come back as strings, so that only text is compared.
      let text = value.serializedBytes(pretty: isPretty)
      let violation = again("a document") { () throws(ChainError) in
        try JSONValue(parsing: text, file: Self.name)
          .serializedBytes(pretty: isPretty) == text
      }
      if let violation { return violation }
    }
    return nil
  }

  func problemViolation(_ bytes: [UInt8]) throws(ChainError) -> String? {
    let file = try ProblemFile(
      parsing: bytes, file: Self.name, directory: "/nonexistent")
    return again("a problem") { () throws(ChainError) in
      try ProblemFile(
        parsing: file.json().serializedBytes(), file: Self.name,
        directory: "/nonexistent") == file
    }
  }

  func shapesViolation(_ bytes: [UInt8]) throws(ChainError) -> String? {
    for problem in try ShapeList.problems(inText: bytes, file: Self.name) {
      if let violation = violation(of: problem) { return violation }
    }
    return nil
  }

  func admissionViolation(_ bytes: [UInt8]) throws(ChainError) -> String? {
    violation(
      of: try AdmissionFile.problem(parsing: bytes, file: Self.name))
  }

  private func violation(of problem: Problem) -> String? {
    again("a problem as JSON") { () throws(ChainError) in
      let json = ProblemFile(problem: problem).json().serializedBytes()
      return try ProblemFile(
        parsing: json, file: Self.name, directory: "/nonexistent"
      ).problem == problem
    }
  }
}
