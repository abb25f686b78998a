import ArgumentParser
import ChainFormats
import ChainReports

/// What the name of an output stands for, read without regard to case.
enum OutputName: Hashable {
  case report(ReportFormat)
  /// A program in one of these languages, the first one unless another is named.
  case code([CodeLanguage])
  case jacobian
  /// An integer program in the CPLEX LP format.
  case program
  /// It ends in a slash, or is a folder whose name has no ending of these.
  case folder
  /// An ending that stands for nothing here, or none.
  case other

  init(_ path: String) {
    if path.hasSuffix("/") {
      self = .folder
    } else if MatrixFormat(ofFile: path) != nil {
      self = .jacobian
    } else {
      switch Self.ending(of: path) {
      case "txt", "text": self = .report(.text)
      case "json": self = .report(.json)
      case "md", "markdown": self = .report(.markdown)
      case "html", "htm": self = .report(.html)
      case "dot", "gv": self = .report(.dot)
      case "py": self = .code([.numpy, .jax, .einsum])
      case "swift": self = .code([.swift])
      case "lp": self = .program
      default: self = Files.isFolder(path) ? .folder : .other
      }
    }
  }

  /// What follows the last point of a name, in lower case; nil without one.
  private static func ending(of path: String) -> String? {
    let name = path.split(separator: "/").last ?? ""
    guard let point = name.lastIndex(of: ".") else { return nil }
    return name[name.index(after: point)...].lowercased()
  }

  /// The form of a document, as far as the name says it.
  var form: DocumentForm? {
    switch self {
    case .report(let format): .report(format)
    case .code(let languages): .code(languages[0])
    case .jacobian, .program, .folder, .other: nil
    }
  }

  /// What a file of this name holds, for a sentence.
  var phrase: String {
    switch self {
    case .report(.text): "a report as text"
    case .report(.json): "a report as JSON"
    case .report(.markdown): "a report as Markdown"
    case .report(.html): "a report as HTML"
    case .report(.dot): "a report for Graphviz"
    case .code(let languages):
      languages == [.swift] ? "a program in Swift" : "a program in Python"
    case .jacobian: "a matrix"
    case .program: "an integer program (--write-lp)"
    case .folder: "a folder"
    case .other: "anything"
    }
  }

  /// The form of a report or table that goes into the file: what was asked for
  /// and what the name says, which must not contradict each other.
  ///
  /// - Parameters:
  ///   - form: the option that asks, as it is written.
  ///   - advice: what names there are.
  /// - Throws: `ValidationError` that says both, or that there is neither.
  func format<Format: RawRepresentable<String> & Equatable>(
    of path: String, asked: Format?, form: String, advice: String
  ) throws -> Format? {
    try Self.refuseDash(path, "--output")
    switch self {
    case .folder: return asked  // writing it says what is in the way
    case .other:
      guard asked != nil else {
        throw ValidationError("--output \(path): \(advice)")
      }
      return asked
    case .report(let named):
      let format = Format(rawValue: named.rawValue)
      if let format, asked == nil || asked == format { return format }
    case .code(let languages):
      let forms = languages.compactMap { Format(rawValue: $0.rawValue) }
      if let asked, forms.contains(asked) { return asked }
      if asked == nil, let form = forms.first { return form }
    case .jacobian, .program: break
    }
    throw ValidationError(
      asked.map {
        "\(form) \($0.rawValue) and --output \(path) contradict each other: "
          + "the name stands for \(phrase); choose another name, or leave one "
          + "of the two out"
      } ?? "--output \(path) stands for \(phrase): \(advice)")
  }

  /// Refuses a name that stands for something else than `what`.
  func expect(
    _ what: String, _ own: [OutputName], _ option: String, _ path: String
  ) throws {
    try Self.refuseDash(path, option)
    guard self != .other, self != .folder, !own.contains(self) else { return }
    throw ValidationError(
      "\(option) \(path) writes \(what), but the name stands for \(phrase); "
        + "choose another name")
  }

  private static func refuseDash(_ path: String, _ option: String) throws {
    guard path == "-" else { return }
    throw ValidationError(
      "\(option) - is no file: without \(option), results go to standard "
        + "output (a file of that name is ./-)")
  }
}
