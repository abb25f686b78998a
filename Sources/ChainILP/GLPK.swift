import JacobianChain

#if GLPK
  import CGLPK
  import CGLPKGuard
#endif

/// The one file that calls GLPK: linear relaxations by the simplex method.
///
/// GLPK's state is one environment per thread. A `Relaxation` makes it and
/// frees it, so it has to be created and dropped in one synchronous function;
/// any number of threads may have one. GLPK aborts the process on misuse, so
/// every index that goes in has been checked by construction, and the one call
/// that computes is guarded. GLPK prints nothing.
///
/// What comes out are doubles: hints for `DualBound` and `Incumbent`, which
/// decide in integers.
struct Relaxation: ~Copyable {
  /// What an incomplete or complete run left.
  struct State {
    /// Whether the simplex method has ended, one way or the other.
    var isFinished: Bool
    /// A multiplier per row, fma.
    var duals: [Double]
    /// A value per column.
    var values: [Double]
  }

  /// Why there is no relaxation in this build; nil when there is.
  static var absence: String? {
    #if GLPK
      nil
    #else
      "built without GLPK; install it (apt-get install libglpk-dev, brew "
        + "install glpk) and build without --disable-default-traits"
    #endif
  }

  /// Of GLPK; nil when there is none.
  static var version: String? {
    #if GLPK
      String(cString: glp_version())
    #else
      nil
    #endif
  }

  private static func failure(_ found: String) -> ChainError {
    ChainError(
      .unsupported, at: "GLPK", expected: "a solved linear relaxation",
      found: found, advice: "take another solver, see `jchain solvers`")
  }

  #if GLPK
    private let problem: OpaquePointer
    private var isAlive = true
    private let rows, columns: Int
    /// Prices are divided by this power of two, so that GLPK's absolute
    /// tolerances mean something.
    private let unit: Double

    /// Hands the program, without integrality, to GLPK.
    ///
    /// - Precondition: all numbers are below 2^53.
    init(_ program: LinearProgram) throws(ChainError) {
      guard glp_init_env() == 0 else {
        throw Self.failure("a thread that uses GLPK for something else")
      }
      _ = glp_term_out(GLP_OFF)
      problem = glp_create_prob()
      (rows, columns) = (program.rows.count, program.columns.count)
      unit = Self.unit(program)
      if rows > 0 { glp_add_rows(problem, Int32(rows)) }
      if columns > 0 { glp_add_cols(problem, Int32(columns)) }
      load(program)
    }

    deinit {
      if isAlive { glp_delete_prob(problem) }
      _ = glp_free_env()
    }

    /// The largest price comes to lie between 2^9 and 2^10.
    private static func unit(_ program: LinearProgram) -> Double {
      let most = program.columns.map(\.objective.magnitude).max() ?? 0
      return Double(
        sign: .plus,
        exponent: most.bitWidth
          - most.leadingZeroBitCount - 10, significand: 1)
    }

    private func load(_ program: LinearProgram) {
      for (index, column) in program.columns.enumerated() {
        let type = column.lower == column.upper ? GLP_FX : GLP_DB
        glp_set_col_bnds(
          problem, Int32(index + 1), type, Double(column.lower),
          Double(column.upper))
        glp_set_obj_coef(
          problem, Int32(index + 1), Double(column.objective) / unit)
      }
      // GLPK counts from 1 and leaves element 0 unused.
      var (ia, ja, ar): ([Int32], [Int32], [Double]) = ([0], [0], [0])
      for (index, row) in program.rows.enumerated() {
        let type =
          switch (row.lower, row.upper) {
          case (nil, nil): GLP_FR
          case (_?, nil): GLP_LO
          case (nil, _?): GLP_UP
          case (let lower?, let upper?): lower == upper ? GLP_FX : GLP_DB
          }
        glp_set_row_bnds(
          problem, Int32(index + 1), type, Double(row.lower ?? 0),
          Double(row.upper ?? 0))
        for term in row.terms {
          ia.append(Int32(index + 1))
          ja.append(Int32(term.column + 1))
          ar.append(Double(term.coefficient))
        }
      }
      glp_load_matrix(problem, Int32(ia.count - 1), ia, ja, ar)
      let isUnimodular = ar.allSatisfy { abs($0) <= 1 }
      if !isUnimodular { glp_scale_prob(problem, GLP_SF_AUTO) }
    }

    /// Goes on for at most `iterations` iterations from where it stands.
    ///
    /// - Throws: `ChainError` after a fault inside GLPK; the relaxation can't
    ///   be used any more then.
    mutating func run(iterations: Int) throws(ChainError) -> State {
      precondition(isAlive, "a relaxation after a fault")
      var code: Int32 = 0
      var message = [CChar](repeating: 0, count: Int(CGLPK_MESSAGE_SIZE))
      guard
        cglpk_simplex(problem, Int32(iterations), &code, &message) == 0
      else {
        isAlive = false
        let text = String(
          decoding: message.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)),
          as: UTF8.self)
        throw Self.failure("a fault: " + text.filter { !$0.isNewline })
      }
      return State(
        isFinished: code != GLP_EITLIM,
        duals: (0..<rows).map {
          glp_get_row_dual(problem, Int32($0 + 1)) * unit
        },
        values: (0..<columns).map {
          glp_get_col_prim(problem, Int32($0 + 1))
        })
    }
  #else
    /// Refuses: there is no GLPK in this build.
    init(_ program: LinearProgram) throws(ChainError) {
      throw Self.failure(Self.absence ?? "")
    }

    /// Never called.
    mutating func run(iterations: Int) throws(ChainError) -> State {
      throw Self.failure(Self.absence ?? "")
    }
  #endif
}
