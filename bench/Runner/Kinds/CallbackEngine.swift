#if canImport(CJacobianChainRun)
  import CJacobianChain
  import CJacobianChainRun
  import ChainAD
  import ChainFormats
  import ChainWorkloads
  import JChainHeader
  import JacobianChain

  /// A composed function behind the C interface: `libjchain_run` gets its
  /// problem as JSON, and calls C functions for entries, tangents and adjoints
  /// of its layers, which are those that ChainAD has.
  final class CallbackEngine {
    private let functions: [any ElementalFunction]
    private let places: [any Linearization]
    private let kept: [Abilities]
    private let program: OpaquePointer
    /// Where a Jacobian goes that the program keeps in a structure; nil when
    /// it keeps all entries, row by row, which are then read in place.
    private let copy: UnsafeMutablePointer<Double>?
    /// How many entries the Jacobian has, m · n.
    let count: Int

    /// - Parameter prepared: whose problem is solved once more.
    /// - Throws: `ChainError` for what C refuses.
    init(
      _ function: ComposedFunction, as prepared: PreparedJacobian
    ) throws(ChainError) {
      functions = function.functions
      places = functions.map { $0.linearization() }
      count = function.outputCount * function.inputCount
      let text = ProblemFile(problem: prepared.problem).json().serialized()
      var solved: OpaquePointer?
      var made: OpaquePointer?
      defer { jc_solved_free(solved) }
      let options = "{\"baselines\": false}"
      let status = jc_solve(
        text, text.utf8.count, nil, options, options.utf8.count, nil, nil,
        &solved)
      guard Int(status) == JC_DONE, let solved,
        Int(jc_prepare(solved, nil, 0, &made)) == JC_DONE, let made
      else { throw Self.lastError }
      var kept = [Abilities](repeating: [], count: functions.count)
      var steps = 0
      let start = jc_solved_steps(solved, &steps)
      for step in UnsafeBufferPointer(start: start, count: steps)
      where step.factor >= 0 {
        kept[Int(step.factor)].insert(
          Int(step.kind) == JC_GIVEN
            ? .entries : Int(step.mode) == JC_TANGENT ? .tangent : .adjoint)
      }
      (program, self.kept) = (made, kept)
      copy =
        Int(jc_target_count(made, 0, nil, nil)) == count
        ? nil : .allocate(capacity: count)
    }

    deinit {
      jc_program_free(program)
      copy?.deallocate()
    }

    /// The Jacobian, m × n, row by row, until the next one.
    func jacobian(at point: [Double]) throws -> UnsafePointer<Double> {
      var value = point
      for (index, function) in functions.enumerated() {
        let input = value
        value = try [Double](unsafeUninitializedCapacity: function.outputCount)
        {
          buffer, filled in
          var span = MutableSpan(
            _unsafeStart: buffer.baseAddress!, count: function.outputCount)
          try places[index].move(
            to: input.span, value: &span, keeping: kept[index])
          filled = function.outputCount
        }
      }
      var callbacks = jc_functions(
        entries: { user, factor, count, entries in
          CallbackEngine.answer(user, factor) { place, _ in
            var span = MutableSpan(_unsafeStart: entries!, count: Int(count))
            try place.entries(into: &span)
          }
        },
        tangents: { user, factor, width, seeds, block in
          CallbackEngine.answer(user, factor) { place, function in
            let width = Int(width)
            var span = MutableSpan(
              _unsafeStart: block!, count: function.outputCount * width)
            try place.tangents(
              of: Span(
                _unsafeStart: seeds!, count: function.inputCount * width),
              width: width, into: &span)
          }
        },
        adjoints: { user, factor, width, seeds, block in
          CallbackEngine.answer(user, factor) { place, function in
            let width = Int(width)
            var span = MutableSpan(
              _unsafeStart: block!, count: function.inputCount * width)
            try place.adjoints(
              of: Span(
                _unsafeStart: seeds!, count: function.outputCount * width),
              width: width, into: &span)
          }
        }, user: Unmanaged.passUnretained(self).toOpaque())
      guard Int(jc_run(program, &callbacks)) == JC_DONE
      else { throw Self.lastError }
      guard let copy else { return jc_target_entries(program, 0) }
      guard Int(jc_target_dense(program, 0, copy)) == JC_DONE
      else { throw Self.lastError }
      return UnsafePointer(copy)
    }

    private static func answer(
      _ user: UnsafeMutableRawPointer?, _ factor: Int64,
      _ body: (any Linearization, any ElementalFunction) throws -> Void
    ) -> Int32 {
      let engine = Unmanaged<CallbackEngine>.fromOpaque(user!)
        .takeUnretainedValue()
      do {
        try body(engine.places[Int(factor)], engine.functions[Int(factor)])
        return 0
      } catch {
        return 1
      }
    }

    private static var lastError: ChainError {
      let error = jc_last_error()?.pointee
      return ChainError(
        .unsupported, at: "libjchain_run", expected: "a Jacobian",
        found: error.map { String(cString: $0.message) } ?? "no error",
        advice: "see the function that failed")
    }
  }
#endif
