import ChainReports
import JChainHeader
import JacobianChain

/// What a `jc_solved` is: a solved problem, and what has been asked of it.
package final class SolvedHandle: Sendable {
  fileprivate enum Form: Hashable {
    case json, html
    case text(columns: Int)
    case code(CodeLanguage)
  }

  /// What was solved.
  package let solved: Solved
  private let texts = Monitor<[Form: CText]>([:])
  private let plan = Monitor<CPlan?>(nil)
  private let paths = Monitor<[Int: CNumbers]>([:])

  init(_ solved: Solved) { self.solved = solved }

  /// What a pointer of C stands for; nil for NULL.
  package static func at(_ handle: OpaquePointer?) -> SolvedHandle? {
    handle.map {
      Unmanaged<SolvedHandle>.fromOpaque(UnsafeRawPointer($0))
        .takeUnretainedValue()
    }
  }

  private func text(_ form: Form) throws(ChainError) -> CText {
    if let known = texts.withLock({ $0[form] }) { return known }
    let report = Report(solved)
    let written =
      switch form {
      case .json: report.rendered(as: .json)
      case .html: report.rendered(as: .html)
      case .text(let columns): report.text(columns: columns)
      case .code(let language): try report.code(in: language)
      }
    // Whoever was first has handed its text out already.
    return texts.withLock { texts in
      let text = texts[form] ?? CText(written)
      texts[form] = text
      return text
    }
  }

  /// The plan as code; it lives as long as this value.
  func code(_ language: CodeLanguage) throws(ChainError) -> CText {
    try text(.code(language))
  }

  /// The order of a target for einsum; it lives as long as this value.
  func path(ofTarget target: Int) throws(ChainError) -> CNumbers {
    if let known = paths.withLock({ $0[target] }) { return known }
    let path = try ContractionPath(of: solved, target: target)
    return paths.withLock { paths in
      let numbers = paths[target] ?? CNumbers(path.positions)
      paths[target] = numbers
      return numbers
    }
  }

  fileprivate var cPlan: CPlan {
    plan.withLock { plan in
      if let plan { return plan }
      let made = CPlan(solved.plan)
      plan = made
      return made
    }
  }

  fileprivate static func read(
    _ handle: OpaquePointer?, _ form: Form,
    _ length: UnsafeMutablePointer<Int>?
  ) -> UnsafePointer<CChar>? {
    let text = try? at(handle)?.text(form)
    length?.pointee = text?.count ?? 0
    return text?.bytes
  }
}

/// Frees a result and all texts and arrays that were asked of it.
///
/// `jchain.h` has the details.
@c @implementation
public func jc_solved_free(_ solved: OpaquePointer!) {
  guard let solved else { return }
  Unmanaged<SolvedHandle>.fromOpaque(UnsafeRawPointer(solved)).release()
}

/// The report as JSON; it belongs to the result.
///
/// `jchain.h` has the details.
@c @implementation
public func jc_solved_json(
  _ solved: OpaquePointer!, _ length: UnsafeMutablePointer<Int>!
) -> UnsafePointer<CChar>! {
  SolvedHandle.read(solved, .json, length)
}

/// The report as HTML; it belongs to the result.
///
/// `jchain.h` has the details.
@c @implementation
public func jc_solved_html(
  _ solved: OpaquePointer!, _ length: UnsafeMutablePointer<Int>!
) -> UnsafePointer<CChar>! {
  SolvedHandle.read(solved, .html, length)
}

/// The report for a terminal of so many columns; it belongs to the result.
///
/// `jchain.h` has the details.
@c @implementation
public func jc_solved_text(
  _ solved: OpaquePointer!, _ columns: Int32,
  _ length: UnsafeMutablePointer<Int>!
) -> UnsafePointer<CChar>! {
  let width =
    columns <= 0 ? 80 : min(max(Int(columns), Report.leastColumns), 1000)
  return SolvedHandle.read(solved, .text(columns: width), length)
}

/// The steps of the plan; they belong to the result.
///
/// `jchain.h` has the details.
@c @implementation
public func jc_solved_steps(
  _ solved: OpaquePointer!, _ count: UnsafeMutablePointer<Int>!
) -> UnsafePointer<jc_step>! {
  let plan = SolvedHandle.at(solved)?.cPlan
  count?.pointee = plan?.steps.count ?? 0
  return plan.map { UnsafePointer($0.steps.baseAddress!) }
}

/// The step that makes each target; they belong to the result.
///
/// `jchain.h` has the details.
@c @implementation
public func jc_solved_targets(
  _ solved: OpaquePointer!, _ count: UnsafeMutablePointer<Int>!
) -> UnsafePointer<Int64>! {
  let plan = SolvedHandle.at(solved)?.cPlan
  count?.pointee = plan?.targets.count ?? 0
  return plan.map { UnsafePointer($0.targets.baseAddress!) }
}
