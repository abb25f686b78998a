import JacobianChain

/// One function of a composition, F: ℝⁿ → ℝᵐ, and what can be had of its
/// derivative at a point.
///
/// A function is a value that any thread may use. What belongs to one point
/// lives in a `Linearization`; a prepared computation makes one for each
/// function and moves it from point to point, so that nothing is allocated
/// from call to call.
public protocol ElementalFunction: Sendable {
  /// The name that reports and errors refer to.
  var name: String { get }
  /// The number of inputs n.
  var inputCount: Int { get }
  /// The number of outputs m.
  var outputCount: Int { get }
  /// Where the entries of the m × n Jacobian lie, at every point.
  ///
  /// Entries are stored by its canonical form, that of `Pattern`: a band that
  /// covers its shape is dense, and stored row by row.
  var structure: Structure { get }
  /// What a linearisation gives.
  var abilities: Abilities { get }
  /// Whether entries come from formulas, at no cost worth pricing. Where they
  /// would be made of tangents or adjoints, the plan decides on that.
  var hasFreeEntries: Bool { get }
  /// Whether the entries are the same at every point, as those of a linear
  /// function are; parameters may change them. They are then asked for once,
  /// and again when parameters have been set.
  var hasConstantEntries: Bool { get }
  /// What one tangent and one adjoint cost, and the tape of an adjoint.
  var costs: ElementalCosts { get }

  /// A place for the derivative at a point, with memory of its own.
  func linearization() -> any Linearization
}

extension ElementalFunction {
  /// Dense, unless a function knows better.
  public var structure: Structure { .dense }

  /// Those that are given at all are free, unless a function knows better.
  public var hasFreeEntries: Bool { abilities.contains(.entries) }

  /// No, unless a function knows better.
  public var hasConstantEntries: Bool { false }
}

/// What can be had of a derivative, or is wanted of it.
public struct Abilities: OptionSet, Hashable, Sendable {
  /// One bit an ability.
  public let rawValue: Int

  /// Creates a set from its bits.
  public init(rawValue: Int) { self.rawValue = rawValue }

  /// J · S: forward mode.
  public static let tangent = Abilities(rawValue: 1)
  /// S · J: reverse mode.
  public static let adjoint = Abilities(rawValue: 2)
  /// The entries of J, in the order in which its structure stores them.
  public static let entries = Abilities(rawValue: 4)
  /// The entries of the Jacobian with respect to the parameters.
  public static let parameterEntries = Abilities(rawValue: 8)
}

extension Mode {
  /// What gives products in it.
  var ability: Abilities { self == .tangent ? .tangent : .adjoint }
}

/// What one tangent and one adjoint of a function cost, fma, and what the
/// adjoint has to keep. Seconds are never called fma: they are measured for
/// objectives in nanoseconds alone.
public struct ElementalCosts: Hashable, Sendable {
  /// Where the number of one product comes from.
  public enum Cost: Hashable, Sendable {
    /// fma, by whoever wrote the function.
    case declared(Int)
    /// One fma for each nonzero of the structure: a product with the entries.
    case counted
    /// Nobody says, so it is found at the point that a function is prepared
    /// at. fma: of functions that are written once for every kind of number,
    /// one for each operand of each step, counted on a recording; of all
    /// others one for each nonzero of the structure. Nanoseconds: timed, a
    /// part for each block and one for each seed.
    case undeclared
  }

  /// One product J · v.
  public var tangent: Cost
  /// One product v · J.
  public var adjoint: Cost
  /// Doubles that one adjoint has to keep from the forward sweep.
  public var tape: Int

  /// Creates costs; what isn't named is counted.
  public init(
    tangent: Cost = .counted, adjoint: Cost = .counted, tape: Int = 0
  ) {
    self.tangent = tangent
    self.adjoint = adjoint
    self.tape = tape
  }
}

/// The derivative of one function at one point, which moves.
///
/// Blocks are dense, row by row. Laws, J being the m × n Jacobian at the point:
/// tangents of S are J · S and adjoints are S · J, whatever the function has;
/// so ⟨ȳ, J·ẋ⟩ = ⟨ȳ·J, ẋ⟩.
///
/// Where an entry of J isn't finite, no product with it is, not even that of a
/// seed of 0: seeds may be derivatives themselves, and a 0 among them must not
/// hide a pole. IEEE arithmetic keeps that law by itself, unless zeros are left
/// out. Compositions find out where a pole has no part in what is asked for.
///
/// Not for several threads at once.
public protocol Linearization: AnyObject {
  /// Moves to a point: writes the value and keeps what is wanted, until the
  /// next move.
  ///
  /// - Parameters:
  ///   - point: n inputs.
  ///   - value: m outputs, to be written.
  ///   - kept: what will be asked for at this point; a subset of the abilities
  ///     of the function. Empty when only the value is wanted.
  func move(
    to point: Span<Double>, value: inout MutableSpan<Double>,
    keeping kept: Abilities
  ) throws

  /// J · S.
  ///
  /// - Parameters:
  ///   - seeds: S, n × `width`.
  ///   - width: the number of tangents.
  ///   - block: m × `width`, to be written.
  func tangents(
    of seeds: Span<Double>, width: Int, into block: inout MutableSpan<Double>
  ) throws

  /// S · J.
  ///
  /// - Parameters:
  ///   - seeds: S, `width` × m.
  ///   - width: the number of adjoints.
  ///   - block: `width` × n, to be written.
  func adjoints(
    of seeds: Span<Double>, width: Int, into block: inout MutableSpan<Double>
  ) throws

  /// Writes the entries of J, as its structure stores them (`Matrix` has the
  /// table).
  func entries(into entries: inout MutableSpan<Double>) throws
}

/// A function with parameters, F: ℝⁿ × ℝᵖ → ℝᵐ, which has a second Jacobian,
/// m × p.
public protocol ParametricFunction: ElementalFunction {
  /// The parameters to begin with, p of them.
  var parameters: [Double] { get }
  /// Where the entries of the m × p Jacobian lie.
  var parameterStructure: Structure { get }
  /// A place for both derivatives.
  func parametricLinearization() -> any ParametricLinearization
}

extension ParametricFunction {
  /// The same place, for whoever needs no parameters.
  public func linearization() -> any Linearization {
    parametricLinearization()
  }
}

/// The derivatives of a function with parameters at one point.
public protocol ParametricLinearization: Linearization {
  /// Takes over p parameters; they count from the next move on.
  ///
  /// - Throws: `ChainError` (`malformed`) for another number of them; those
  ///   from before stay.
  func setParameters(_ parameters: Span<Double>) throws

  /// Writes the entries of the m × p Jacobian at the point, as
  /// `parameterStructure` stores them.
  func parameterEntries(into entries: inout MutableSpan<Double>) throws
}
