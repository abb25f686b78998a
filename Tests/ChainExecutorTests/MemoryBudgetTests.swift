import ChainExecutor
import ChainMemory
import ChainRandom
import JacobianChain
import Testing

@Suite("Memory, asked before it is taken")
struct MemoryBudgetTests {
  @Test("The smallest say counts, and four fifths of it")
  func smallest() {
    #expect(MemoryBudget(machine: 1000).bytes == 800)
    #expect(MemoryBudget(machine: 1000, group: 500).bytes == 400)
    #expect(
      MemoryBudget(machine: 1000, group: 500, addresses: 10).bytes == 8)
    #expect(MemoryBudget(machine: 10, group: -5).bytes == 0)
    #expect(MemoryBudget(machine: nil).bytes == .max)
  }

  @Test("What the system writes is read as it stands")
  func numbers() {
    let text = "MemFree:  12 kB\nMemAvailable:   345 kB\n"
    #expect(MemoryBudget.number(after: "MemAvailable:", in: text) == 345)
    #expect(MemoryBudget.number(after: "Swap:", in: text) == nil)
    #expect(MemoryBudget.number(after: "", in: "max\n") == nil)
    #expect(MemoryBudget.number(after: "", in: "77 5 3\n") == 77)
    let group = "inactive_file_more 1\ninactive_file 2\n"
    #expect(MemoryBudget.number(after: "inactive_file", in: group) == 2)
  }

  @Test("Bytes have their number and a unit that can be read")
  func words() {
    #expect(MemoryBudget.words(1023) == "1023 bytes")
    #expect(MemoryBudget.words(8 << 40) == "8796093022208 bytes (8.0 TiB)")
    #expect(MemoryBudget.words(1536) == "1536 bytes (1.5 KiB)")
    #expect(MemoryBudget.words(.max).hasSuffix(" bytes"))
  }

  @Test("A refusal has the bytes, their purpose and what would fit")
  func refusal() throws {
    try MemoryBudget.check(1, at: "", for: "", advice: "")
    let error = #expect(throws: ChainError.self) {
      try MemoryBudget.check(
        1 << 60, at: "/steps/3", for: "a value", advice: "less")
    }
    #expect(error?.kind == .tooLarge && error?.location == "/steps/3")
    #expect(error?.found == "\(1 << 60) bytes (1.0 EiB) for a value")
    #expect(error?.expected.contains("which fit into memory") == true)
  }

  @Test("A value that no memory holds names its step")
  func step() throws {
    let n = 1 << 22
    let problem = try Problem(factors: [
      Factor(name: "a", rows: 1, columns: n),
      Factor(name: "b", rows: n, columns: 1),
    ])
    let plan = try Plan(
      steps: [
        .given(factor: 0), .given(factor: 1), .multiply(outer: 1, inner: 0),
      ], targets: [2]
    ).priced(for: problem)
    func row(_ rows: Int, _ columns: Int) throws -> Operand {
      Operand(
        try .dense(rows: rows, columns: columns) { $0.initialize(repeating: 1) }
      )
    }
    let operands = [try row(1, n), try row(n, 1)]
    let error = #expect(throws: ChainError.self) {
      try Executor().run(plan, of: problem, operands: operands)
    }
    #expect(error?.kind == .tooLarge && error?.location == "/steps/2")
    #expect(error?.found == "\(1 << 47) bytes (128.0 TiB)")
  }

  @Test("Rows are handed out in blocks, whatever the structure")
  func blocks() throws {
    for sample in [
      Pattern(denseRows: 700, columns: 300),
      try Pattern(
        rows: 900, columns: 400, structure: .banded(lower: 2, upper: 3), at: ""),
      try Pattern(
        rows: 5, columns: 40, structure: .selection([3, 1, 39, 0, 3]), at: ""),
    ] {
      var generator = SplitMix64(seed: 3)
      let matrix = try Matrix.random(sample, using: &generator)
      var listed: [Double] = []
      try matrix.forEachRowBlock { listed.append(contentsOf: $0) }
      #expect(try listed == matrix.denseEntries())
    }
  }
}
