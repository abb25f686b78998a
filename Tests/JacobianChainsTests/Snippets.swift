import ChainAD
import ChainADReports
import ChainADTestSupport
import ChainCatalog
import ChainExecutor
import ChainReports
import ChainSolvers
import JacobianChain
import JacobianChains
import Testing

/// The Swift of README and DocC, compiled and run: every region between
/// `// PAGE` and `// end` is one block of that page, word for word, and the
/// first ones of a page stand first. `SnippetTests` compares them.
@Suite struct Snippets {
  @Test func libraryTour() throws {
    let lines = try Printed.collect {
      // README.md
      let problem = try Problem(factors: [
        Factor(name: "encode", rows: 10, columns: 600),
        Factor(name: "tanh", rows: 10, columns: 10, structure: .diagonal),
        Factor(name: "decode", rows: 600, columns: 10),
        Factor(
          name: "sensors", rows: 3, columns: 600,
          structure: .selection([5, 17, 590])),
      ])
      let solved = try Solved(problem)
      let plan = solved.plan  // checked and priced
      print(solved)
      // ((sensors·decode)·tanh)·encode
      // 18030 fma, optimal

      let operands = try RandomOperands.operands(for: problem, seed: 1)
      let run = try Executor().run(plan, of: problem, operands: operands)
      print(run.targets[0].rows, run.countedFMA == plan.fma)
      // end
    }
    #expect(
      lines == ["((sensors·decode)·tanh)·encode\n18030 fma, optimal", "3 true"])
  }

  @Test func fromShapesToNumbers() throws {
    let lines = try Printed.collect {
      // Sources/JacobianChains/JacobianChains.docc/FromShapesToNumbers.md
      let problem = try Problem(
        name: "encode, step, watch",
        factors: [
          Factor(name: "encode", rows: 16, columns: 1000),
          Factor(name: "lift", rows: 2048, columns: 16),
          Factor(
            name: "step", rows: 2048, columns: 2048,
            structure: .banded(lower: 1, upper: 1)),
          Factor(
            name: "watch", rows: 3, columns: 2048,
            structure: .selection([5, 17, 2000])),
        ])
      // end
      // Sources/JacobianChains/JacobianChains.docc/FromShapesToNumbers.md
      let solved = try Solved(problem).compared()
      print(solved)
      // ((watch·step)·lift)·encode
      // 48144 fma, optimal
      print(solved.saving(over: .forward)!, solved.saving(over: .reverse)!)
      // end
      // Sources/JacobianChains/JacobianChains.docc/FromShapesToNumbers.md
      let report = Report(solved)
      print(report.rendered(as: .text))
      // end
      // Sources/JacobianChains/JacobianChains.docc/FromShapesToNumbers.md
      let numbers = try RandomOperands.operands(for: problem, seed: 7)
      let run = try Executor().run(
        solved.plan, of: problem, operands: numbers)
      let jacobian = run.targets[0]
      print(jacobian.rows, jacobian.columns, run.countedFMA == solved.plan.fma)
      // 3 1000 true
      // end
    }
    #expect(
      lines[0] == "((watch·step)·lift)·encode\n48144 fma, optimal")
    #expect(lines[2].hasPrefix("encode, step, watch · 4 factors"))
    #expect(lines[3] == "3 1000 true")
  }

  @Test func compositions() throws {
    let lines = try Printed.collect {
      // README.md
      struct SumAndProduct: ScalarFunction {
        let inputCount = 2, outputCount = 2
        func callAsFunction<T: Scalar>(_ x: [T]) -> [T] {
          [x[0] + x[1], x[0] * x[1]]
        }
      }

      let f = try ComposedFunction([
        Elemental.generic(name: "sum and product", SumAndProduct()),
        Layer.tanh(count: 2),
      ])
      let prepared = try f.prepare(measuringAt: [0.4, 0.5])  // plans once
      let jacobian = try prepared.jacobian(at: [0.4, 0.5])  // for many points
      print(jacobian)
      // 2 × 2, dense
      //   0.486917  0.486917
      //   0.480521  0.384417
      // end
    }
    #expect(
      lines.joined(separator: "\n") == """
        2 × 2, dense
          0.486917  0.486917
          0.480521  0.384417
        """)
  }

  @Test func overview() throws {
    let points = [[1.0, 2], [3, 4]]
    var used: [[Double]] = []
    func use(_ jacobian: Matrix) throws {
      used.append(try jacobian.denseEntries())
    }
    // Sources/ChainAD/ChainAD.docc/ChainAD.md
    let f = try ComposedFunction([
      Elemental.generic(name: "sum and product", SumAndProduct())
    ])
    let jacobian = try f.jacobian(at: [4, 5])  // [[1, 1], [5, 4]]

    let prepared = try f.prepare(measuringAt: [4, 5])
    for x in points { try use(prepared.jacobian(at: x)) }
    // end
    #expect(try jacobian.denseEntries() == [1, 1, 5, 4])
    #expect(used == [[1, 1, 2, 1], [1, 1, 4, 3]])
  }

  @Test func compiledElimination() throws {
    let cost = ElementalCosts(tangent: .declared(90), adjoint: .declared(90))
    let f = try ComposedFunction([
      Elemental.generic(name: "sum and product", costs: cost, SumAndProduct())
    ])
    let x = [4.0, 5]
    let lines = try Printed.collect {
      // Sources/ChainAD/ChainAD.docc/CompiledEliminations.md
      let prepared = try f.prepare(measuringAt: x)
      print(prepared.compiledFunctions)  // [0]
      // end
      #expect(try prepared.jacobian(at: x).denseEntries() == [1, 1, 5, 4])
    }
    #expect(lines == ["[0]"])
  }

  @Test func functionGraph() throws {
    let layer = try Layer.affine(
      inputs: 8, outputs: 8, weights: [Double](repeating: 0.5, count: 64))
    let point = [Double](repeating: 1, count: 8)
    // Sources/ChainAD/ChainAD.docc/FunctionGraphs.md
    var g = FunctionGraph()
    let x = try g.input("x", count: 8)
    let h = try g.apply(layer, x)
    let y = try g.add(h, x)  // a skip

    let prepared = try g.prepare()
    let jacobian = try prepared.jacobian(of: y, by: x, at: point)
    // end
    #expect(jacobian[0, 0] == 1.5 && jacobian[1, 0] == 0.5)
  }

  @Test func hessianOfAGraph() throws {
    struct Distance: ScalarFunction {
      let inputCount = 4, outputCount = 1
      func callAsFunction<T: Scalar>(_ x: [T]) -> [T] {
        let (a, b) = (x[0] - x[2], x[1] - x[3])
        return [a * a + b * b]
      }
    }
    let cost = ElementalCosts(tangent: .declared(4), adjoint: .declared(4))
    let distance = Elemental.generic(
      name: "distance", costs: cost, Distance())
    let (point, v): ([Double], [Double]) = ([0, 1, 2, 3], [1, 0])
    var g = FunctionGraph()
    let (x, target) = (
      try g.input("x", count: 2), try g.input("target", count: 2)
    )
    let y = try g.add(x, x)
    // Sources/ChainAD/ChainAD.docc/FunctionGraphs.md
    let loss = try g.apply(distance, g.concatenate([y, target]))

    let prepared = try g.prepare()
    let slope = try prepared.gradient(of: loss, at: point)
    let hessian = try prepared.hessian(of: loss, by: x, at: point)  // ∂²/∂x²
    let mixed = try prepared.hessian(
      of: loss, by: x, and: target, at: point)
    let bend = try prepared.hessianVectorProduct(
      of: loss, by: x, at: point, vector: v)  // H · v without H
    // end
    #expect(slope == [-8, -4, 4, 2])
    #expect(try hessian.denseEntries() == [8, 0, 0, 8] && bend == [8, 0])
    #expect(try mixed.denseEntries() == [-4, 0, 0, -4])
  }

  @Test func aFunctionOfYourOwn() throws {
    let lines = try Printed.collect {
      // Sources/ChainAD/ChainAD.docc/FiveMinutes.md
      struct SumAndProduct: ScalarFunction {
        let inputCount = 2, outputCount = 2
        func callAsFunction<T: Scalar>(_ x: [T]) -> [T] {
          [x[0] + x[1], x[0] * x[1]]
        }
      }

      let f = try ComposedFunction([
        Elemental.generic(name: "sum and product", SumAndProduct())
      ])
      let jacobian = try f.jacobian(at: [4, 5])
      for row in jacobian { print(row) }  // [1.0, 1.0], then [5.0, 4.0]
      // end
    }
    #expect(lines == ["[1.0, 1.0]", "[5.0, 4.0]"])
  }

  @Test func layers() throws {
    let lines = try Printed.collect {
      // Sources/ChainAD/ChainAD.docc/FiveMinutes.md
      let million = try ComposedFunction([Layer.sigmoid(count: 1_000_000)])
      let diagonal = try million.jacobian(
        at: [Double](repeating: 0.5, count: 1_000_000))
      print(diagonal.pattern.structure.name, diagonal.storedBytes)
      // diagonal 8000000
      // end
    }
    #expect(lines == ["diagonal 8000000"])
  }

  /// Weights, points and seeds of the network that the guide talks of.
  private static func numbers(_ count: Int) -> [Double] {
    (0..<count).map { Double($0 * 37 % 101) / 1010 - 0.05 }
  }

  @Test func planOnceEvaluateOften() throws {
    let (encoder, decoder) = (Self.numbers(6000), Self.numbers(6000))
    let (x, unit) = (Self.numbers(600), Self.numbers(600))
    let weights = Self.numbers(600)
    let lines = try Printed.collect {
      // Sources/ChainAD/ChainAD.docc/FiveMinutes.md
      let net = try ComposedFunction([
        Layer.affine(inputs: 600, outputs: 10, weights: encoder),
        Layer.tanh(count: 10),
        Layer.affine(inputs: 10, outputs: 600, weights: decoder),
      ])
      let prepared = try net.prepare()
      let whole = try prepared.jacobian(at: x)  // 600 × 600
      let column = try prepared.jvp(at: x, tangents: unit)  // J · v
      let row = try prepared.vjp(at: x, cotangents: weights)  // v · J
      let part = try prepared.partialJacobian(from: 1, to: 3, at: x)  // ∂z₃/∂z₁
      for (function, jacobian) in try prepared.parameterJacobians(at: x) {
        print(function, jacobian.rows, jacobian.columns)
      }
      // end
      #expect(whole.rows == 600 && part.columns == 10)
      #expect(column.count == 600 && row.count == 600)
    }
    #expect(lines == ["0 600 6000", "2 600 6000"])
  }

  @Test func severalThreads() async throws {
    let prepared = try ComposedFunction([Layer.tanh(count: 3)]).prepare()
    let points = (0..<8).map { [Double($0), 1, 2] }
    // Sources/ChainAD/ChainAD.docc/FiveMinutes.md
    let shared = prepared.shared  // plans, for all threads
    let found = try await withThrowingTaskGroup(of: [Matrix].self) { group in
      for part in [points[..<4], points[4...]] {
        group.addTask {
          let own = shared.evaluator()  // memory, for this one
          return try part.map { try own.jacobian(at: $0) }
        }
      }
      return try await group.reduce(into: []) { $0 += $1 }  // in any order
    }
    // end
    #expect(found.count == 8)
  }

  @Test func secondDerivatives() throws {
    let encoder = Self.numbers(6000)
    let (x, v) = (Self.numbers(600), Self.numbers(600))
    // Sources/ChainAD/ChainAD.docc/FiveMinutes.md
    let loss = try ComposedFunction([
      Layer.affine(inputs: 600, outputs: 10, weights: encoder),
      Layer.softmax(count: 10),
      Elemental.generic(name: "loss", CrossEntropy()),
    ]).prepare(measuringAt: x)
    let hessian = try loss.hessian(at: x)  // 600 × 600
    let bend = try loss.hessianVectorProduct(at: x, vector: v)  // H · v
    // end
    #expect(hessian.rows == 600 && bend.count == 600)
  }

  @Test func givenCurvature() throws {
    // Sources/ChainAD/ChainAD.docc/FiveMinutes.md
    let square = Elemental.closures(
      name: "square", inputCount: 3, outputCount: 3,
      value: { x in x.map { $0 * $0 } },
      entries: { x in x.map { 2 * $0 } }, structure: .diagonal,
      curvature: .entries(structure: .diagonal) { x, weights in
        weights.map { 2 * $0 }
      })
    // end
    let jacobian = try ComposedFunction([square]).jacobian(at: [1, 2, 3])
    #expect(jacobian[2, 2] == 6)
  }

  @Test func reports() throws {
    let x = [4.0, 5]
    let prepared = try ComposedFunction([
      Elemental.generic(name: "sum and product", SumAndProduct()),
      Layer.tanh(count: 2),
    ]).prepare(measuringAt: x)
    let lines = try Printed.collect {
      // Sources/ChainAD/ChainAD.docc/FiveMinutes.md
      print(try prepared.report(at: x).rendered(as: .text))
      // end
    }
    #expect(lines.first?.contains("measured") == true)
  }

  @Test func conformance() throws {
    let myFunction = Elemental.generic(name: "sum and product", SumAndProduct())
    let (point, anotherPoint) = ([4.0, 5], [-1.0, 0.5])
    // Sources/ChainAD/ChainAD.docc/YourOwnEngine.md
    try AdapterConformance(myFunction).check(
      at: [point, anotherPoint], seed: 1)
    // end
  }

  private struct RootAndSum: ScalarFunction {
    let inputCount = 2
    let outputCount = 2
    func callAsFunction<T: Scalar>(_ x: [T]) -> [T] {
      [.sqrt(x[0]), x[0] + x[1]]
    }
  }

  @Test func poles() throws {
    let myFunction = Elemental.generic(name: "root and sum", RootAndSum())
    // Sources/ChainAD/ChainAD.docc/YourOwnEngine.md
    try AdapterConformance(myFunction).check(atPoles: [[0, 1]])
    // end
  }

  @Test func theLanguage() throws {
    let lines = try Printed.collect {
      // Sources/JacobianChain/JacobianChain.docc/JacobianChain.md
      let sizes = [600, 60, 40, 10, 40, 60, 600]
      let problem = try Problem(
        name: "autoencoder",
        factors: zip(sizes, sizes.dropFirst()).enumerated().map { layer, size in
          Factor(name: "J\(layer + 1)", rows: size.1, columns: size.0)
        })
      let solved = try Solved(problem, by: Catalog.choose(for: problem))
      let plan = solved.plan  // checked and priced
      print(plan.fma)  // 4368000, against 24960000 forward and reverse
      print(plan.bracketing(ofTarget: 0, in: problem))
      // end
    }
    #expect(lines == ["4368000", "(J6·(J5·J4))·((J3·J2)·J1)"])
  }
}

private struct SumAndProduct: ScalarFunction {
  let inputCount = 2, outputCount = 2
  func callAsFunction<T: Scalar>(_ x: [T]) -> [T] {
    [x[0] + x[1], x[0] * x[1]]
  }
}

/// −log of the first of ten shares.
private struct CrossEntropy: ScalarFunction {
  let inputCount = 10, outputCount = 1
  func callAsFunction<T: Scalar>(_ x: [T]) -> [T] { [-T.log(x[0])] }
}
