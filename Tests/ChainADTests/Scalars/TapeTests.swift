import RealModule
import Testing

@testable import ChainAD

@Suite("Tape") struct TapeTests {
  @Test("constants cost nothing, each other step one entry")
  func constants() {
    let tape = Tape()
    let x = tape.input(2)
    let constant = Traced.exp(Traced(3) * 2) + 1
    #expect(tape.count == 1 && constant > 400)
    _ = x * constant
    #expect(tape.count == 2)
  }

  @Test("a constant output has no slopes")
  func constantOutput() {
    #expect(reverse([1, 2]) { _ in 7 }.slopes == [0, 0])
    #expect(reverse([1, 2]) { $0[1] }.slopes == [0, 1])
  }

  @Test("the memory is used again, and nothing of before is left in it")
  func reuse() {
    let tape = Tape()
    let long = reverse([0.5], on: tape) { x in
      (0..<1000).reduce(x[0]) { sum, _ in sum + x[0] }
    }
    #expect(long.slopes == [1001] && tape.count == 1001)
    let short = reverse([3, 4], on: tape) { $0[0] * $0[1] }
    #expect(short.slopes == [4, 3] && tape.count == 3)
  }

  @Test("a full tape says so and traps nowhere")
  func full() {
    for limit in [0, 1, 3, 100] {
      let tape = Tape(limit: limit)
      var x = tape.input(1)
      while tape.count < limit { x = x + x }
      #expect(tape.isFull == (limit == 0))
      x = x + x
      #expect(tape.isFull == (limit > 0) || limit == 0)
      #expect(tape.count == limit)
      tape.restart()
      #expect(!tape.isFull && tape.count == 0)
    }
  }

  @Test("four seeds of one recording")
  func lanes() {
    let tape = Tape()
    let (x, y) = (tape.input(4), tape.input(5))
    let outputs = [x + y, x * y, x / x, y]
    tape.sweep(from: outputs) { output in
      var seeds = SIMD4<Double>.zero
      seeds[output] = 1
      return seeds
    }
    #expect(tape.adjoint(ofInput: 0) == [1, 5, 0, 0])
    #expect(tape.adjoint(ofInput: 1) == [1, 4, 0, 1])
  }

  @Test("threads record at once")
  func threads() async {
    let gradients = await withTaskGroup(of: (Int, [Double]).self) { group in
      for task in 0..<8 {
        group.addTask {
          let tape = Tape()
          var slopes: [Double] = []
          for _ in 0..<200 {
            slopes =
              reverse([Double(task), 2], on: tape) { x in
                (0..<50).reduce(x[0]) { sum, _ in sum * x[1] - x[0] }
              }.slopes
          }
          return (task, slopes)
        }
      }
      return await group.reduce(into: [Int: [Double]]()) { $0[$1.0] = $1.1 }
    }
    // s ↦ 2s − x from s = x: s stays x, and ds/dx = 1.
    for task in 0..<8 { #expect(gradients[task]?[0] == 1) }
    #expect(Set(gradients.values.map { $0[1] }).count == 8)
  }
}
