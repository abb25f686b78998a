import ChainFormats
import JacobianChain

/// What suites hold beyond strings and counts.
extension JSONObject {
  /// The object with members of another one in the place of its own.
  func replacing(_ other: JSONObject) throws(ChainError) -> JSONObject {
    let kept = members.filter { other[$0.key] == nil && $0.key != "smoke" }
    return try JSONObject(
      .object(kept + other.members), at: path, allowed: nil)
  }

  /// A whole number from 1.
  func positive(_ key: String) throws(ChainError) -> Int? {
    guard let number = try count(key) else { return nil }
    guard number > 0 else {
      throw path(key).refuse(
        "a number from 1", found: "\(number)", advice: "give a larger number")
    }
    return number
  }

  /// A number above 0.
  func seconds(_ key: String) throws(ChainError) -> Double? {
    switch self[key] {
    case nil: return nil
    case .integer(let number) where number > 0: return Double(number)
    case .real(let number) where number > 0 && number.isFinite: return number
    case let value?:
      throw path(key).mismatch(
        "a number of seconds above 0", value, advice: "write 0.5 or 2")
    }
  }

  func strings(_ key: String) throws(ChainError) -> [String]? {
    guard let value = self[key] else { return nil }
    var texts: [String] = []
    let list = try value.elements(
      at: path(key), "an array of strings", advice: "write [\"a\", \"b\"]")
    for (index, element) in list.enumerated() {
      guard case .string(let text) = element else {
        throw JSONPath.index(path(key), index).mismatch(
          "a string", element, advice: "put it in double quotes")
      }
      texts.append(text)
    }
    return texts
  }

  /// Numbers from 1.
  func counts(_ key: String) throws(ChainError) -> [Int]? {
    guard let value = self[key] else { return nil }
    let advice = "write [1, 2]"
    let numbers = try value.integers(
      at: path(key), "an array of numbers from 1", advice: advice)
    for (index, number) in numbers.enumerated() where number < 1 {
      throw JSONPath.index(path(key), index).refuse(
        "a number from 1", found: "\(number)", advice: advice)
    }
    return numbers
  }

  /// The objects of a list, none of which shares its name with another.
  func objects<Value>(
    _ key: String, _ allowed: [String], named name: (Value) -> String,
    _ read: (JSONObject) throws(ChainError) -> Value
  ) throws(ChainError) -> [Value] {
    guard let value = self[key] else { return [] }
    var values: [Value] = []
    let list = try value.elements(
      at: path(key), "an array of objects", advice: "write [{ … }]")
    for (index, element) in list.enumerated() {
      let place = JSONPath.index(path(key), index)
      let value = try read(JSONObject(element, at: place, allowed: allowed))
      guard !values.contains(where: { name($0) == name(value) }) else {
        throw place.refuse(
          "a name of its own in the results",
          found: "\"\(name(value))\", as above",
          advice: "give it another \"label\"")
      }
      values.append(value)
    }
    return values
  }

  /// One word of a list.
  func choice<Value>(
    _ key: String, among values: [Value], _ word: (Value) -> String
  ) throws(ChainError) -> Value {
    let words = values.map(word)
    let expected = "one of " + words.joined(separator: ", ")
    let found = try required(key, expected, advice: "choose one of them")
    if case .string(let text) = found,
      let place = words.firstIndex(of: text)
    {
      return values[place]
    }
    var advice = "choose one of them"
    if case .string(let text) = found {
      advice = Spelling.suggestion(for: text, among: words) ?? advice
    }
    throw path(key).mismatch(expected, found, advice: advice)
  }

  /// Names of contestants, none of them twice.
  func contestants(among known: [String]) throws(ChainError) -> [String]? {
    try names("contestants", each: "contestant", among: known)
  }

  /// Known names, none of them twice.
  func names(
    _ key: String, each: String, among known: [String]
  ) throws(ChainError) -> [String]? {
    guard let names = try strings(key) else { return nil }
    for (index, name) in names.enumerated() {
      let place = JSONPath.index(path(key), index)
      guard known.contains(name) else {
        throw place.refuse(
          "one of " + known.joined(separator: ", "), found: "\"\(name)\"",
          advice: Spelling.suggestion(for: name, among: known)
            ?? "choose one of them")
      }
      guard !names[..<index].contains(name) else {
        throw place.refuse(
          "every \(each) once", found: "\"\(name)\" again",
          advice: "remove one of them")
      }
    }
    return names
  }
}
