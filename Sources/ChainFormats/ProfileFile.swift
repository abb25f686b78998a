import JacobianChain

/// A profile as a file, `jacobian-chain-profile/1`: what the kernels of one
/// machine and build take.
///
///     {"format": "jacobian-chain-profile/1", "unit": "ns",
///      "processor": "…", "kernels": "avx2", "blas": "own", "build": "0.1.0",
///      "tables": {"dense": {"rows": […], "shared": […], "columns": […],
///                           "nanoseconds": […]}, …}}
///
/// A table has one time for each of its rows × shared × columns, columns
/// fastest.
package enum ProfileFile {
  /// The name of the format.
  package static let format = "jacobian-chain-profile/1"

  private static let keys = [
    "format", "unit", "processor", "kernels", "blas", "build", "tables",
  ]
  private static let axes = ["rows", "shared", "columns"]

  /// Reads a profile.
  ///
  /// - Parameter file: its name for errors.
  /// - Throws: `ChainError` at `file: /json/path`: no JSON, unknown keys,
  ///   another format or unit, a kernel without a table, sizes that don't
  ///   ascend, a wrong number of times, a time that isn't above 0.
  /// - Complexity: O(bytes).
  package static func parse(
    _ bytes: [UInt8], file: String
  ) throws(ChainError) -> Profile {
    try profile(JSONValue(parsing: bytes, file: file), file: file)
  }

  static func profile(
    _ document: JSONValue, file: String
  ) throws(ChainError) -> Profile {
    let root = try JSONObject(
      document, at: .root(file: file), allowed: keys)
    try root.expect("format", format, "another version needs another jchain")
    try root.expect("unit", Rate.Unit.nanoseconds.rawValue, "measure again")
    func text(_ key: String) throws(ChainError) -> String {
      guard let text = try root.string(key) else {
        throw root.path(key).refuse(
          "a string", found: "no such key", advice: advice)
      }
      return text
    }
    let list = try JSONObject(
      root.required("tables", "tables of times", advice: advice),
      at: root.path("tables"), allowed: Work.Kernel.allCases.map(\.rawValue))
    var tables: [Work.Kernel: TimeTable] = [:]
    for kernel in Work.Kernel.allCases {
      let key = kernel.rawValue
      let table = try JSONObject(
        list.required(key, "a table of times", advice: advice),
        at: list.path(key), allowed: axes + ["nanoseconds"])
      let place = table.path.location
      tables[kernel] = try TimeTable(
        rows: table.numbers("rows"), shared: table.numbers("shared"),
        columns: table.numbers("columns"),
        nanoseconds: table.numbers("nanoseconds"), at: place)
    }
    return try Profile(
      origin: Profile.Origin(
        processor: try text("processor"), kernels: try text("kernels"),
        blas: try text("blas"), build: try text("build")),
      tables: tables, at: "\(file): ")
  }

  private static let advice = "measure again: jchain calibrate"

  /// The document that `parse` reads back as the same profile.
  package static func text(of profile: Profile) -> String {
    json(of: profile).serialized(pretty: true) + "\n"
  }

  static func json(of profile: Profile) -> JSONValue {
    func numbers(_ values: [Double]) -> JSONValue {
      .array(
        values.map { value in
          Int128(exactly: value).map(JSONValue.integer) ?? .real(value)
        })
    }
    let tables = Work.Kernel.allCases.map { kernel in
      let table = profile[kernel]
      return JSONValue.Member(
        kernel.rawValue,
        .object([
          "rows": numbers(table.rows), "shared": numbers(table.shared),
          "columns": numbers(table.columns),
          "nanoseconds": numbers(table.nanoseconds),
        ]))
    }
    let origin = profile.origin
    return .object([
      "format": .string(format),
      "unit": .string(Rate.Unit.nanoseconds.rawValue),
      "processor": .string(origin.processor),
      "kernels": .string(origin.kernels), "blas": .string(origin.blas),
      "build": .string(origin.build), "tables": .object(tables),
    ])
  }
}

extension Profile.Origin {
  /// What a report says of the profile that made its prices.
  package var json: JSONValue {
    .object([
      "processor": .string(processor), "kernels": .string(kernels),
      "blas": .string(blas), "build": .string(build),
    ])
  }
}

extension JSONObject {
  /// Refuses any other string.
  fileprivate func expect(
    _ key: String, _ expected: String, _ advice: String
  ) throws(ChainError) {
    let found = try string(key)
    guard found == expected else {
      throw path(key).refuse(
        "\"\(expected)\"",
        found: found.map { JSONValue.string($0).summary } ?? "no such key",
        advice: advice)
    }
  }

  fileprivate func numbers(_ key: String) throws(ChainError) -> [Double] {
    let place = path(key)
    let elements = try required(
      key, "numbers", advice: "measure again: jchain calibrate"
    ).elements(at: place, "numbers", advice: "write […]")
    var numbers: [Double] = []
    numbers.reserveCapacity(elements.count)
    for (index, element) in elements.enumerated() {
      switch element {
      case .real(let number): numbers.append(number)
      case .integer(let number): numbers.append(Double(number))
      case .null, .bool, .string, .array, .object:
        throw JSONPath.index(place, index).mismatch(
          "a number", element, advice: "write digits, without quotes")
      }
    }
    return numbers
  }
}
