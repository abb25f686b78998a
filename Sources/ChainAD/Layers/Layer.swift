/// Functions whose derivatives are formulas, and which know where the entries
/// of their Jacobians lie: `ElementalFunction`s for a `ComposedFunction` or
/// a `FunctionGraph`.
///
/// ```swift
/// let net = try ComposedFunction([
///   Layer.affine(inputs: 600, outputs: 10, weights: encoder),
///   Layer.tanh(count: 10),
///   Layer.affine(inputs: 10, outputs: 600, weights: decoder),
/// ])
/// ```
///
/// Those with parameters are `ParametricFunction`s. All of them have second
/// derivatives, unless they are made of functions that have none.
public enum Layer {}
