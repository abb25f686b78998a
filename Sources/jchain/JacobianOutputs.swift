import ChainExecutor
import ChainFormats
import ChainSystem
import JacobianChain

/// The files that take the Jacobians of a run: opened before the work begins,
/// because what can't be written should not be computed first.
struct JacobianOutputs {
  private var files: [(path: String, file: OutputFile)] = []
  private var folders: [String] = []
  /// The file that the only Jacobian is computed in, if there is one.
  private var mapped: Int?

  /// Opens files and compares their sizes with the room on their disks.
  ///
  /// - Throws: `ChainError` (`unwritableFile`).
  init(_ paths: [String], for problem: Problem) throws(ChainError) {
    let sizes = (0..<problem.targetCount).map {
      let (rows, columns) = problem.shape(ofTarget: $0)
      return 8 * UInt128(rows) * UInt128(columns)
    }
    for path in paths {
      switch OutputName(path) {
      case .jacobian:
        // How many digits text has isn't known before.
        let size = MatrixFormat(ofFile: path) == .npy ? sizes[0] : nil
        let file = try OutputFile(
          path, expecting: size, control: Interruption.control())
        files.append((path, file))
      case .folder:
        try Files.checkRoom(
          for: sizes.reduce(0, +), in: path, at: path)
        folders.append(path)
      case .report, .code, .program, .other: continue
      }
    }
  }

  /// Maps the first `.npy` file, so that the only Jacobian is computed where it
  /// stays.
  ///
  /// - Throws: `ChainError`: `unwritableFile`, and `infeasible` when there is
  ///   no such file or there are several targets.
  mutating func map(
    _ planned: Solved
  ) throws(ChainError) -> [ResultPlace?] {
    let problem = planned.problem
    guard problem.targetCount == 1,
      let index = files.firstIndex(where: {
        MatrixFormat(ofFile: $0.path) == .npy && $0.file.partial != nil
      })
    else {
      throw ChainError(
        .infeasible, at: "/limits/memory",
        expected: "\(planned.plan.peakBytes) bytes, or a file for the results",
        found: "\(problem.limits.memory ?? 0)",
        advice: problem.targetCount == 1
          ? "write the result into a file as it is computed: --output J.npy"
          : "allow so much, or ask for one target at a time")
    }
    let (rows, columns) = problem.shape(ofTarget: 0)
    let header = Npy.header(rows: rows, columns: columns)
    let count = rows * columns
    let map = try files[index].file.map(count: header.count + 8 * count)
    map.base.copyMemory(from: header, byteCount: header.count)
    mapped = index
    return [
      ResultPlace(
        (map.base + header.count)
          .bindMemory(to: Double.self, capacity: count), count: count,
        owner: map)
    ]
  }

  /// The files that aren't whole yet.
  var partials: [String] { files.compactMap(\.file.partial) }

  /// Writes the Jacobians and gives the files their names.
  ///
  /// - Parameter opened: is told of files that were opened only now.
  /// - Throws: `ChainError` (`unwritableFile`, `tooLarge`).
  func write(
    _ targets: [Matrix], opened: ([String]) -> Void
  ) throws(ChainError) {
    for (index, (path, file)) in files.enumerated() {
      if index == mapped {
        try file.commit()
      } else {
        try MatrixFile.write(targets[0], to: file, named: path)
      }
    }
    for folder in folders {
      try MatrixFile.write(targets, toFolder: folder, opened: opened)
    }
  }
}
