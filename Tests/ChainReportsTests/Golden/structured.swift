// structured: 4 factors · 2 Jacobians in 196 fma, optimal
// 2 Jacobians from 3 steps, shared where it pays
// Call jacobian(…): given factors are their entries, row by row, without known zeros; f_tangent maps v to f·v; f_adjoint maps u to u·f. Needs nothing.

func jacobian(
  activation: [Double],  // activation, 8 × 8, diagonal
  step_tangent: ([Double]) -> [Double],  // step·v: 8 to 8 numbers
  mix_adjoint: ([Double]) -> [Double]  // u·mix: 5 to 8 numbers
) -> (Dense, Sparse) {
  let places = Places(8, 8) { $0..<$0 + 1 }
  let places_2 = Places(columns: 5, starts: Array(0...2), indices: [4, 0])
  let places_3 = Places(8, 8) { max(0, $0 - 1)..<max(0, $0 - 1, min(8, $0 + 2)) }
  let colours: [Int] = (0..<8).map { $0 % 3 }
  let activation = Sparse(places, activation)
  let sensors = Sparse(places_2, [Double](repeating: 1, count: 2))
  // step·activation, 8 × 8, 3 products, 72 fma
  let s1 = byTangents(tangents(step_tangent, 8, multiply(activation, columnSeeds(colours))), places_3, colours)
  // sensors·mix, 2 × 8, 2 products, 80 fma
  let s2 = adjoints(mix_adjoint, 8, dense(sensors))
  // sensors·mix·step·activation, 2 × 8, 44 fma
  let s3 = multiply(s2, s1)
  return (s3, s1)
}

/// A matrix, row by row.
struct Dense {
  let rows: Int, columns: Int
  var entries: [Double]

  init(_ rows: Int, _ columns: Int, _ entries: [Double]? = nil) {
    (self.rows, self.columns) = (rows, columns)
    self.entries = entries ?? [Double](repeating: 0, count: rows * columns)
    precondition(
      self.entries.count == rows * columns, "\(rows) × \(columns) entries")
  }
}

/// Where a matrix isn't 0: row i in columns indices[starts[i]..<starts[i + 1]].
struct Places {
  let columns: Int
  var starts = [0]
  var indices: [Int] = []

  init(columns: Int, starts: [Int], indices: [Int]) {
    (self.columns, self.starts, self.indices) = (columns, starts, indices)
  }

  init(_ rows: Int, _ columns: Int, _ row: (Int) -> Range<Int>) {
    self.columns = columns
    for i in 0..<rows {
      indices += row(i)
      starts.append(indices.count)
    }
  }

  var rows: Int { starts.count - 1 }
}

/// A matrix with its entries at places, row by row.
struct Sparse {
  let places: Places
  var entries: [Double]

  init(_ places: Places, _ entries: [Double]) {
    (self.places, self.entries) = (places, entries)
    precondition(
      entries.count == places.indices.count, "\(places.indices.count) entries")
  }
}

func dense(_ a: Sparse) -> Dense {
  var result = Dense(a.places.rows, a.places.columns)
  for i in 0..<result.rows {
    for p in a.places.starts[i]..<a.places.starts[i + 1] {
      result.entries[i * result.columns + a.places.indices[p]] = a.entries[p]
    }
  }
  return result
}

func multiply(_ a: Sparse, _ b: Dense) -> Dense {
  var c = Dense(a.places.rows, b.columns)
  let n = b.columns
  for i in 0..<c.rows {
    for p in a.places.starts[i]..<a.places.starts[i + 1] {
      let (x, row) = (a.entries[p], a.places.indices[p] * n)
      for j in 0..<n { c.entries[i * n + j] += x * b.entries[row + j] }
    }
  }
  return c
}

func multiply(_ a: Dense, _ b: Sparse) -> Dense {
  var c = Dense(a.rows, b.places.columns)
  for i in 0..<c.rows {
    for k in 0..<a.columns {
      let x = a.entries[i * a.columns + k]
      for p in b.places.starts[k]..<b.places.starts[k + 1] {
        c.entries[i * c.columns + b.places.indices[p]] += x * b.entries[p]
      }
    }
  }
  return c
}

/// f applied to the columns of b, or to some of them; the others give 0.
func tangents(
  _ f: ([Double]) -> [Double], _ rows: Int, _ b: Dense, only chosen: [Int]? = nil
) -> Dense {
  var c = Dense(rows, b.columns)
  for j in chosen ?? Array(0..<b.columns) {
    let column = f((0..<b.rows).map { b.entries[$0 * b.columns + j] })
    for i in 0..<rows { c.entries[i * b.columns + j] = column[i] }
  }
  return c
}

/// f applied to the rows of a, or to some of them; the others give 0.
func adjoints(
  _ f: ([Double]) -> [Double], _ columns: Int, _ a: Dense,
  only chosen: [Int]? = nil
) -> Dense {
  var c = Dense(a.rows, columns)
  for i in chosen ?? Array(0..<a.rows) {
    let row = f(Array(a.entries[i * a.columns..<(i + 1) * a.columns]))
    c.entries.replaceSubrange(i * columns..<(i + 1) * columns, with: row)
  }
  return c
}

/// One column of ones for each colour; -1 is none.
func columnSeeds(_ colours: [Int]) -> Dense {
  var result = Dense(colours.count, (colours.max() ?? -1) + 1)
  for (i, colour) in colours.enumerated() where colour >= 0 {
    result.entries[i * result.columns + colour] = 1
  }
  return result
}

/// Reads a matrix off one product for each colour of its columns.
func byTangents(_ block: Dense, _ places: Places, _ colours: [Int]) -> Sparse {
  var entries: [Double] = []
  for i in 0..<places.rows {
    for j in places.indices[places.starts[i]..<places.starts[i + 1]] {
      entries.append(block.entries[i * block.columns + colours[j]])
    }
  }
  return Sparse(places, entries)
}
