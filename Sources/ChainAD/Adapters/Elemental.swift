/// Functions of your own as `ElementalFunction`s, for a `ComposedFunction`
/// or a `FunctionGraph`: written once for every kind of number, as a pullback
/// or as closures.
///
/// ```swift
/// let f = try ComposedFunction([
///   Elemental.generic(name: "sum and product", SumAndProduct()),
///   Layer.tanh(count: 2),
/// ])
/// ```
///
/// Functions whose formulas are known have theirs in `Layer`.
public enum Elemental {}
