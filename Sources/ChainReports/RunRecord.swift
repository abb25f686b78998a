import JacobianChain

/// What was measured when a plan and its baselines were executed.
package struct RunRecord: Hashable, Sendable {
  /// One execution of one plan.
  package struct Measured: Hashable, Sendable {
    /// Wall-clock seconds.
    package var seconds: Double
    /// The fma that the kernels counted.
    package var countedFMA: UInt128
    /// The most bytes of computed values alive at one time.
    package var peakBytes: Int

    /// Creates a measurement.
    package init(seconds: Double, countedFMA: UInt128, peakBytes: Int) {
      self.seconds = seconds
      self.countedFMA = countedFMA
      self.peakBytes = peakBytes
    }
  }

  /// Another way to carry out the same plan.
  package struct Alternative: Hashable, Sendable {
    /// The workers that shared the steps.
    package var workers: Int
    /// Threads that shared each large product.
    package var threads: Int
    /// What it took.
    package var measured: Measured

    /// Creates an alternative.
    package init(workers: Int, threads: Int, measured: Measured) {
      self.workers = workers
      self.threads = threads
      self.measured = measured
    }
  }

  /// Why a baseline was not run.
  package enum Omission: Hashable, Sendable {
    /// It does the same steps as the plan: the plan's measurement is its own.
    case samePlan
    /// Only its price was asked for.
    case notAsked
    /// It costs more than so many times the fma of the plan.
    case tooDear(times: Int)
    /// Its values don't fit into memory.
    case tooLarge(bytes: UInt128)
    /// There was no time left.
    case stopped
    /// It failed, for another reason.
    case failed(String)

    /// It failed with an error.
    package init(_ error: ChainError) {
      self = .failed("\(error.found), where \(error.expected) was expected")
    }
  }

  /// How the result was compared with an independent evaluation.
  package struct Verification: Hashable, Sendable {
    /// What came out.
    package enum Verdict: String, Hashable, Sendable, CaseIterable {
      /// Right but for rounding.
      case verified
      /// Rounding may change so much of the result that there is nothing to
      /// hold it against.
      case illConditioned = "ill-conditioned"
      /// An entry is wrong, or can't be compared.
      case wrong
    }

    /// What came out.
    package var verdict: Verdict
    /// The largest deviation, relative to the largest entry of the same row or
    /// column.
    package var maxRelativeError: Double
    /// What rounding may do to the result, likewise; nil when it isn't known.
    package var errorBound: Double?
    /// What it was compared with, such as "600 one-hot tangents".
    package var method: String

    /// A verdict that was given elsewhere.
    package init(
      verdict: Verdict, maxRelativeError: Double, errorBound: Double?,
      method: String
    ) {
      self.verdict = verdict
      self.maxRelativeError = maxRelativeError
      self.errorBound = errorBound
      self.method = method
    }

    /// Without a bound: verified up to `tolerance`; wrong beyond it, and when
    /// the error is no number.
    package init(maxRelativeError: Double, method: String) {
      self.init(
        verdict: maxRelativeError <= Self.tolerance ? .verified : .wrong,
        maxRelativeError: maxRelativeError, errorBound: nil, method: method)
    }

    /// Whether the result was found to be right.
    package var agrees: Bool { verdict == .verified }

    /// Errors above this are no rounding, where nothing else is known of it.
    package static let tolerance = 1e-6
  }

  /// The execution of the plan.
  package var plan: Measured
  /// The executions of the baselines that were run.
  package var baselines: [Baseline: Measured]
  /// How the Jacobian of the plan was verified.
  package var verification: Verification
  /// The most bytes of computed values alive at one time, over the whole run.
  package var peakBytes: Int
  /// The number of threads the kernels of each worker used.
  package var threads: Int
  /// The seed of the random data; nil when the data came from files.
  package var seed: UInt64?
  /// The workers that shared the steps of the plan.
  package var workers: Int
  /// The other ways to carry out the plan that were measured beside it; the
  /// plan took the fastest.
  package var alternatives: [Alternative]
  /// The vectors that the kernels used, such as "avx2"; nil when it isn't known.
  package var kernels: String?

  /// Why baselines were not run; what was only to be compared never ends a run.
  package var omissions: [Baseline: Omission]

  /// Creates a record.
  package init(
    plan: Measured, baselines: [Baseline: Measured] = [:],
    verification: Verification, peakBytes: Int, threads: Int,
    seed: UInt64? = nil, workers: Int = 1, alternatives: [Alternative] = [],
    kernels: String? = nil, omissions: [Baseline: Omission] = [:]
  ) {
    self.plan = plan
    self.baselines = baselines
    self.verification = verification
    self.peakBytes = peakBytes
    self.threads = threads
    self.seed = seed
    self.workers = workers
    self.alternatives = alternatives
    self.kernels = kernels
    self.omissions = omissions
  }
}
