/// A type or function of a Swift program's own, written only where it is used.
struct SwiftHelper {
  /// By what the program asks for it.
  var name: String
  var needs: [String] = []
  var text: String

  /// All of them; each may use those before it.
  static let all = [
    SwiftHelper(
      name: "Dense",
      text: """
        /// A matrix, row by row.
        struct Dense {
          let rows: Int, columns: Int
          var entries: [Double]

          init(_ rows: Int, _ columns: Int, _ entries: [Double]? = nil) {
            (self.rows, self.columns) = (rows, columns)
            self.entries = entries ?? [Double](repeating: 0, count: rows * columns)
            precondition(
              self.entries.count == rows * columns, "\\(rows) × \\(columns) entries")
          }
        }
        """),
    SwiftHelper(
      name: "Places",
      text: """
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
        """),
    SwiftHelper(
      name: "Sparse", needs: ["Places"],
      text: """
        /// A matrix with its entries at places, row by row.
        struct Sparse {
          let places: Places
          var entries: [Double]

          init(_ places: Places, _ entries: [Double]) {
            (self.places, self.entries) = (places, entries)
            precondition(
              entries.count == places.indices.count, "\\(places.indices.count) entries")
          }
        }
        """),
    SwiftHelper(
      name: "unit", needs: ["Dense"],
      text: """
        func unit(_ size: Int) -> Dense {
          var result = Dense(size, size)
          for i in 0..<size { result.entries[i * size + i] = 1 }
          return result
        }
        """),
    SwiftHelper(
      name: "dense", needs: ["Dense", "Sparse"],
      text: """
        func dense(_ a: Sparse) -> Dense {
          var result = Dense(a.places.rows, a.places.columns)
          for i in 0..<result.rows {
            for p in a.places.starts[i]..<a.places.starts[i + 1] {
              result.entries[i * result.columns + a.places.indices[p]] = a.entries[p]
            }
          }
          return result
        }
        """),
    SwiftHelper(
      name: "multiply", needs: ["Dense"],
      text: """
        func multiply(_ a: Dense, _ b: Dense) -> Dense {
          var c = Dense(a.rows, b.columns)
          let (k, n) = (a.columns, b.columns)
          a.entries.withUnsafeBufferPointer { a in
            b.entries.withUnsafeBufferPointer { b in
              c.entries.withUnsafeMutableBufferPointer { c in
                for i in 0..<c.count / max(n, 1) {
                  for p in 0..<k {
                    let x = a[i * k + p]
                    for j in 0..<n { c[i * n + j] += x * b[p * n + j] }
                  }
                }
              }
            }
          }
          return c
        }
        """),
    SwiftHelper(
      name: "multiplyRows", needs: ["Dense", "Sparse"],
      text: """
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
        """),
    SwiftHelper(
      name: "multiplySparse", needs: ["Dense", "Sparse"],
      text: """
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
        """),
    SwiftHelper(
      name: "multiplyBoth", needs: ["Sparse"],
      text: """
        /// Row by row, as Gustavson does (doi:10.1145/355791.355796).
        func multiply(_ a: Sparse, _ b: Sparse) -> Sparse {
          var (starts, indices, entries) = ([0], [Int](), [Double]())
          var sums = [Double](repeating: 0, count: b.places.columns)
          var seen = [Int](repeating: -1, count: b.places.columns)
          for i in 0..<a.places.rows {
            for p in a.places.starts[i]..<a.places.starts[i + 1] {
              let k = a.places.indices[p]
              for q in b.places.starts[k]..<b.places.starts[k + 1] {
                let j = b.places.indices[q]
                if seen[j] != i {
                  (seen[j], sums[j]) = (i, 0)
                  indices.append(j)
                }
                sums[j] += a.entries[p] * b.entries[q]
              }
            }
            indices[starts[i]...].sort()
            entries += indices[starts[i]...].map { sums[$0] }
            starts.append(indices.count)
          }
          return Sparse(
            Places(columns: b.places.columns, starts: starts, indices: indices),
            entries)
        }
        """),
    SwiftHelper(
      name: "tangents", needs: ["Dense"],
      text: """
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
        """),
    SwiftHelper(
      name: "adjoints", needs: ["Dense"],
      text: """
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
        """),
    SwiftHelper(
      name: "columnSeeds", needs: ["Dense"],
      text: """
        /// One column of ones for each colour; -1 is none.
        func columnSeeds(_ colours: [Int]) -> Dense {
          var result = Dense(colours.count, (colours.max() ?? -1) + 1)
          for (i, colour) in colours.enumerated() where colour >= 0 {
            result.entries[i * result.columns + colour] = 1
          }
          return result
        }
        """),
    SwiftHelper(
      name: "rowSeeds", needs: ["Dense"],
      text: """
        /// One row of ones for each colour; -1 is none.
        func rowSeeds(_ colours: [Int]) -> Dense {
          var result = Dense((colours.max() ?? -1) + 1, colours.count)
          for (i, colour) in colours.enumerated() where colour >= 0 {
            result.entries[colour * result.columns + i] = 1
          }
          return result
        }
        """),
    SwiftHelper(
      name: "byTangents", needs: ["Dense", "Sparse"],
      text: """
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
        """),
    SwiftHelper(
      name: "byAdjoints", needs: ["Dense", "Sparse"],
      text: """
        /// Reads a matrix off one product for each colour of its rows.
        func byAdjoints(_ block: Dense, _ places: Places, _ colours: [Int]) -> Sparse {
          var entries: [Double] = []
          for i in 0..<places.rows {
            for j in places.indices[places.starts[i]..<places.starts[i + 1]] {
              entries.append(block.entries[colours[i] * block.columns + j])
            }
          }
          return Sparse(places, entries)
        }
        """),
  ]
}
