/// What shows that a table or a drawing goes on beyond an edge: a shadow, which
/// the paper covers where it ends. The page has the colours `--paper` and
/// `--edge`.
package enum ScrollEdge {
  /// The property `background` of what scrolls.
  package static let background = """
    background:
    linear-gradient(90deg,var(--paper) 40%,transparent) 0/2rem 100% no-repeat
    local,
    linear-gradient(270deg,var(--paper) 40%,transparent) 100%/2rem 100%
    no-repeat local,
    linear-gradient(90deg,var(--edge),transparent) 0/.8rem 100% no-repeat,
    linear-gradient(270deg,var(--edge),transparent) 100%/.8rem 100% no-repeat
    """
}
