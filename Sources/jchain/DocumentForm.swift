import ArgumentParser
import ChainReports
import JacobianChain

/// What `--format` names: a report, or the plan as code.
enum DocumentForm: Hashable, CaseIterable, RawRepresentable,
  ExpressibleByArgument
{
  case report(ReportFormat)
  case code(CodeLanguage)

  static let allCases =
    ReportFormat.allCases.map(DocumentForm.report)
    + CodeLanguage.allCases.map(DocumentForm.code)

  init?(rawValue: String) {
    guard let form = Self.allCases.first(where: { $0.rawValue == rawValue })
    else { return nil }
    self = form
  }

  var rawValue: String {
    switch self {
    case .report(let format): format.rawValue
    case .code(let language): language.rawValue
    }
  }

  /// Whether a document is about one problem only.
  var isAboutOne: Bool {
    switch self {
    case .report(let format): format == .html
    case .code: true
    }
  }
}

extension Report {
  /// The report, or its plan, as a document that ends with a line feed.
  ///
  /// - Throws: `ChainError` for a plan that can't be written in a language.
  func document(_ form: DocumentForm) throws(ChainError) -> String {
    switch form {
    case .report(let format): rendered(as: format)
    case .code(let language): try code(in: language)
    }
  }
}
