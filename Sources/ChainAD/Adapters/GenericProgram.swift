/// A generic function compiled for the six kinds of number.
///
/// The closures are made where the function's type is known, so that the
/// optimiser specialises them in the user's module. Called through a protocol
/// instead, every addition would look its operator up.
@usableFromInline
struct GenericProgram: Sendable {
  /// Four tangents a sweep: one register with AVX, two without.
  @usableFromInline typealias DualBlock = Dual<SIMD4<Double>>
  /// x, w and where y goes.
  @usableFromInline
  typealias Form<T> = @Sendable ([T], [T], inout [T]) throws -> Void

  @usableFromInline let inputCount: Int
  @usableFromInline let outputCount: Int
  @usableFromInline let parameters: [Double]
  @usableFromInline let value: Form<Double>
  @usableFromInline let dual: Form<DualBlock>
  @usableFromInline let traced: Form<Traced>
  @usableFromInline let curved: Form<TracedDual>
  @usableFromInline let wide: Form<TracedWide>
  @usableFromInline let symbolic: Form<Symbolic>
  /// Compiled eliminations, for all who linearise the function.
  @usableFromInline let programs = ScalarPrograms()

  @inlinable
  init<F: ScalarFunction>(_ function: F) {
    inputCount = function.inputCount
    outputCount = function.outputCount
    parameters = []
    value = { try function.evaluate($0, into: &$2) }
    dual = { try function.evaluate($0, into: &$2) }
    traced = { try function.evaluate($0, into: &$2) }
    curved = { try function.evaluate($0, into: &$2) }
    wide = { try function.evaluate($0, into: &$2) }
    symbolic = { try function.evaluate($0, into: &$2) }
  }

  @inlinable
  init<F: ParametricScalarFunction>(_ function: F) {
    inputCount = function.inputCount
    outputCount = function.outputCount
    parameters = function.parameters
    value = { try function.evaluate($0, $1, into: &$2) }
    dual = { try function.evaluate($0, $1, into: &$2) }
    traced = { try function.evaluate($0, $1, into: &$2) }
    curved = { try function.evaluate($0, $1, into: &$2) }
    wide = { try function.evaluate($0, $1, into: &$2) }
    symbolic = { try function.evaluate($0, $1, into: &$2) }
  }
}
