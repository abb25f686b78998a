// autoencoder-600: 6 factors · Jacobian 600 × 600 in 4 368 000 fma, optimal
// mixed: reverse below z3, forward above it; forward takes 5.71×, reverse takes 5.71×
// Call jacobian(…): given factors are their entries, row by row. Needs nothing.

func jacobian(
  enc1: [Double],  // enc1, 60 × 600
  enc2: [Double],  // enc2, 40 × 60
  enc3: [Double],  // enc3, 10 × 40
  dec1: [Double],  // dec1, 40 × 10
  dec2: [Double],  // dec2, 60 × 40
  dec3: [Double]  // dec3, 600 × 60
) -> Dense {
  let enc1 = Dense(60, 600, enc1)
  let enc2 = Dense(40, 60, enc2)
  let enc3 = Dense(10, 40, enc3)
  let dec1 = Dense(40, 10, dec1)
  let dec2 = Dense(60, 40, dec2)
  let dec3 = Dense(600, 60, dec3)
  // enc3·enc2, 10 × 60, 24 000 fma
  let s1 = multiply(enc3, enc2)
  // enc3·enc2·enc1, 10 × 600, 360 000 fma
  let s2 = multiply(s1, enc1)
  // dec2·dec1, 60 × 10, 24 000 fma
  let s3 = multiply(dec2, dec1)
  // dec3·dec2·dec1, 600 × 10, 360 000 fma
  let s4 = multiply(dec3, s3)
  // dec3…enc1 (6 factors), 600 × 600, 3 600 000 fma
  let s5 = multiply(s4, s2)
  return s5
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
