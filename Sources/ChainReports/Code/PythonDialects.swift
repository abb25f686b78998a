import JacobianChain

/// Python with numpy; scipy.sparse holds what has structure.
struct NumPyDialect: PythonDialect {
  static let convention = (
    diagonal: "diagonal ones the array of their diagonal",
    sparse: "banded, block-diagonal and sparse ones are scipy.sparse arrays",
    tangent: "f_tangent takes an array V and returns f·V",
    adjoint: "f_adjoint takes an array U and returns U·f"
  )
  static let dropsValues = true

  static func needs(sparse: Bool) -> String {
    sparse ? "numpy and scipy" : "numpy"
  }

  static func imports(sparse: Bool) -> [String] {
    ["import numpy as np"] + (sparse ? ["import scipy.sparse"] : [])
  }

  static let helpers =
    PythonHelper.patterns + [
      PythonHelper(
        name: "zeros",
        text: """
          def zeros(rows, columns):
              return np.zeros((rows, columns))
          """),
      PythonHelper(
        name: "on_columns",
        text: """
          def on_columns(tangent, operand, chosen):
              \"""Apply a factor to some columns of an operand; the others give 0.\"""
              block = tangent(operand[:, chosen])
              result = np.zeros((len(block), operand.shape[1]), block.dtype)
              result[:, chosen] = block
              return result
          """),
      PythonHelper(
        name: "on_rows",
        text: """
          def on_rows(adjoint, operand, chosen):
              \"""Apply a factor to some rows of an operand; the others give 0.\"""
              block = adjoint(operand[chosen])
              result = np.zeros((len(operand), block.shape[1]), block.dtype)
              result[chosen] = block
              return result
          """),
      PythonHelper(
        name: "by_tangents",
        text: """
          def by_tangents(block, places, colours):
              \"""Read a sparse matrix off one product for each colour of its columns.\"""
              rows, columns = places
              entries = block[rows, colours[columns]]
              return scipy.sparse.csr_array(
                  (entries, places), shape=(len(block), len(colours))
              )
          """),
      PythonHelper(
        name: "by_adjoints",
        text: """
          def by_adjoints(block, places, colours):
              \"""Read a sparse matrix off one product for each colour of its rows.\"""
              rows, columns = places
              entries = block[colours[rows], columns]
              return scipy.sparse.csr_array(
                  (entries, places), shape=(len(colours), block.shape[1])
              )
          """),
    ]

  func matrix(
    _ entries: String, _ pattern: String, _ shape: Pattern
  ) -> String {
    "scipy.sparse.csr_array((\(entries), \(pattern)), "
      + "shape=(\(shape.rows), \(shape.columns)))"
  }

  func received(
    _ name: String, _ pattern: String, _ shape: Pattern
  ) -> String? { nil }

  func ones(_ pattern: String, _ shape: Pattern) -> String {
    matrix("np.ones(\(shape.rows))", pattern, shape)
  }

  func handedOver(_ name: String) -> String { name }
  func dense(ofSparse name: String) -> String { "\(name).toarray()" }
  func dense(ofDiagonal name: String) -> String { "np.diag(\(name))" }
  func dense(identity size: Int) -> String { "np.eye(\(size))" }
  func diagonal(ones size: Int) -> String { "np.ones(\(size))" }

  func sparse(ofDiagonal name: String) -> String {
    "scipy.sparse.diags_array(\(name))"
  }

  func scaled(rowsOf sparse: String, by left: String) -> String {
    "scipy.sparse.diags_array(\(left)) @ \(sparse)"
  }

  func scaled(columnsOf sparse: String, by right: String) -> String {
    "\(sparse) @ scipy.sparse.diags_array(\(right))"
  }

  func applied(_ function: String, _ mode: Mode, _ block: String) -> String {
    "\(function)(\(block))"
  }
}

/// Python with JAX: places of entries are known when it is traced, entries
/// are traced.
struct JAXDialect: PythonDialect {
  static let convention = (
    diagonal: "diagonal ones the array of their diagonal",
    sparse:
      "banded, block-diagonal and sparse ones the array of their entries, "
      + "row by row",
    tangent:
      "f_tangent takes a vector v and returns f·v, as from jax.linearize",
    adjoint: "f_adjoint takes a vector u and returns u·f, as from jax.vjp"
  )
  static let dropsValues = false

  static func needs(sparse: Bool) -> String { "jax" }

  static func imports(sparse: Bool) -> [String] {
    ["import jax", "import jax.numpy as jnp", "import numpy as np"]
      + (sparse ? ["from jax.experimental.sparse import BCOO"] : [])
  }

  static let helpers =
    PythonHelper.patterns + [
      PythonHelper(
        name: "Sparse",
        text: """
          class Sparse:
              \"""A matrix that is 0 but for its entries at places, row by row.\"""

              __array_ufunc__ = None

              def __init__(self, entries, places, shape):
                  self.entries, self.shape = entries, shape
                  self.rows, self.columns = places

              def __matmul__(self, other):
                  if isinstance(other, Sparse):
                      return self.times(other)
                  terms = self.entries[:, None] * other[self.columns]
                  return jax.ops.segment_sum(
                      terms, self.rows, self.shape[0], indices_are_sorted=True
                  )

              def __rmatmul__(self, other):
                  terms = (other[:, self.rows] * self.entries).T
                  return jax.ops.segment_sum(terms, self.columns, self.shape[1]).T

              def times(self, other):
                  starts = np.searchsorted(other.rows, np.arange(other.shape[0] + 1))
                  counts = np.diff(starts)[self.columns]
                  left = np.repeat(np.arange(len(counts)), counts)
                  within = np.arange(len(left)) - np.repeat(np.cumsum(counts) - counts, counts)
                  right = starts[self.columns][left] + within
                  width = other.shape[1]
                  keys = self.rows[left] * width + other.columns[right]
                  keys, place = np.unique(keys, return_inverse=True)
                  terms = self.entries[left] * other.entries[right]
                  entries = jax.ops.segment_sum(terms, place, len(keys))
                  return Sparse(
                      entries, (keys // width, keys % width), (self.shape[0], width)
                  )

              def scaled(self, factors):
                  return Sparse(
                      self.entries * factors, (self.rows, self.columns), self.shape
                  )

              def todense(self):
                  zeros = jnp.zeros(self.shape, self.entries.dtype)
                  return zeros.at[self.rows, self.columns].set(self.entries)

              def bcoo(self):
                  places = np.stack([self.rows, self.columns], axis=1)
                  return BCOO((self.entries, places), shape=self.shape)
          """),
      PythonHelper(
        name: "zeros",
        text: """
          def zeros(rows, columns):
              return jnp.zeros((rows, columns))
          """),
      PythonHelper(
        name: "on_columns",
        text: """
          def on_columns(tangent, operand, chosen):
              \"""Apply a factor to some columns of an operand; the others give 0.\"""
              block = jax.vmap(tangent, 1, 1)(operand[:, chosen])
              result = jnp.zeros((len(block), operand.shape[1]), block.dtype)
              return result.at[:, chosen].set(block)
          """),
      PythonHelper(
        name: "on_rows",
        text: """
          def on_rows(adjoint, operand, chosen):
              \"""Apply a factor to some rows of an operand; the others give 0.\"""
              block = jax.vmap(adjoint)(operand[chosen])
              result = jnp.zeros((len(operand), block.shape[1]), block.dtype)
              return result.at[chosen].set(block)
          """),
      PythonHelper(
        name: "diagonal", needs: ["Sparse"],
        text: """
          def diagonal(entries):
              \"""The matrix with this diagonal.\"""
              place = np.arange(len(entries))
              return Sparse(entries, (place, place), (len(entries), len(entries)))
          """),
      PythonHelper(
        name: "by_tangents", needs: ["Sparse"],
        text: """
          def by_tangents(block, places, colours):
              \"""Read a sparse matrix off one product for each colour of its columns.\"""
              rows, columns = places
              entries = block[rows, colours[columns]]
              return Sparse(entries, places, (len(block), len(colours)))
          """),
      PythonHelper(
        name: "by_adjoints", needs: ["Sparse"],
        text: """
          def by_adjoints(block, places, colours):
              \"""Read a sparse matrix off one product for each colour of its rows.\"""
              rows, columns = places
              entries = block[colours[rows], columns]
              return Sparse(entries, places, (len(colours), block.shape[1]))
          """),
    ]

  func matrix(
    _ entries: String, _ pattern: String, _ shape: Pattern
  ) -> String {
    "Sparse(\(entries), \(pattern), (\(shape.rows), \(shape.columns)))"
  }

  func received(
    _ name: String, _ pattern: String, _ shape: Pattern
  ) -> String? { matrix(name, pattern, shape) }

  func ones(_ pattern: String, _ shape: Pattern) -> String {
    matrix("jnp.ones(\(shape.rows))", pattern, shape)
  }

  func handedOver(_ name: String) -> String { "\(name).bcoo()" }
  func dense(ofSparse name: String) -> String { "\(name).todense()" }
  func dense(ofDiagonal name: String) -> String { "jnp.diag(\(name))" }
  func dense(identity size: Int) -> String { "jnp.eye(\(size))" }
  func diagonal(ones size: Int) -> String { "jnp.ones(\(size))" }
  func sparse(ofDiagonal name: String) -> String { "diagonal(\(name))" }

  func scaled(rowsOf sparse: String, by left: String) -> String {
    "\(sparse).scaled(\(left)[\(sparse).rows])"
  }

  func scaled(columnsOf sparse: String, by right: String) -> String {
    "\(sparse).scaled(\(right)[\(sparse).columns])"
  }

  func applied(_ function: String, _ mode: Mode, _ block: String) -> String {
    switch mode {
    case .tangent: "jax.vmap(\(function), 1, 1)(\(block))"
    case .adjoint: "jax.vmap(\(function))(\(block))"
    }
  }
}

extension PythonHelper {
  /// Places of entries and seeds, which numpy finds for both.
  fileprivate static let patterns = [
    PythonHelper(
      name: "band",
      text: """
        def band(rows, columns, lower, upper):
            \"""Rows and columns of the entries of a band.\"""
            row = np.repeat(np.arange(rows), lower + upper + 1)
            column = row + np.tile(np.arange(-lower, upper + 1), rows)
            inside = (column >= 0) & (column < columns)
            return row[inside], column[inside]
        """),
    PythonHelper(
      name: "blocks",
      text: """
        def blocks(count, rows, columns):
            \"""Rows and columns of the entries of blocks down the diagonal.\"""
            row = np.repeat(np.arange(count * rows), columns)
            column = np.tile(np.arange(columns), count * rows)
            return row, row // rows * columns + column
        """),
    PythonHelper(
      name: "listed",
      text: """
        def listed(starts, columns):
            \"""Rows and columns of compressed rows.\"""
            counts = np.diff(starts)
            return np.repeat(np.arange(len(counts)), counts), np.array(columns, dtype=int)
        """),
    PythonHelper(
      name: "seeds",
      text: """
        def seeds(colours):
            \"""One column of ones for each colour; -1 is none.\"""
            return np.equal.outer(colours, np.arange(colours.max() + 1)).astype(float)
        """),
  ]
}
