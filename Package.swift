// swift-tools-version: 6.2
import PackageDescription

/// One room of the house: a target, what it may import, and where it lives.
struct Room {
  enum Kind { case library, door, c, executable, tests, testSupport }
  var name: String
  var kind: Kind = .library
  var imports: [Target.Dependency] = []
  var path: String?
  var excluded: [String] = []
  var plugins: [Target.PluginUsage] = []
  /// Sees what is public, as a program outside this package does: what is public
  /// suffices for it.
  var isClient = false
}

let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")

/// What links GLPK, and is GPL-3 therefore: `--disable-default-traits` builds
/// without it.
let glpk = "GLPK"
let whenGLPK = TargetDependencyCondition.when(traits: [glpk])

/// What links zlib, which reads compressed matrices.
let zlib = "Zlib"
let whenZlib = TargetDependencyCondition.when(traits: [zlib])

/// `@c` came with Swift 6.3: without it there is nothing that C calls, nor a
/// measurement of it.
#if compiler(>=6.3)
  let measuredDoors: [Target.Dependency] = [
    "CJacobianChain", "CJacobianChainRun", "JChainHeader",
  ]
#else
  let measuredDoors: [Target.Dependency] = []
#endif

/// Top to bottom: a room may import only what stands above it.
let rooms: [Room] = [
  Room(name: "JacobianChain"),
  Room(name: "ChainMemory", imports: ["JacobianChain"]),
  Room(name: "CArguments", kind: .c),
  Room(name: "ChainSystem", imports: ["JacobianChain", "CArguments"]),
  Room(name: "ChainRandom", imports: ["JacobianChain"]),
  Room(name: "ChainGraphs", imports: ["JacobianChain", "ChainRandom"]),
  Room(
    name: "ChainSolvers",
    imports: ["JacobianChain", "ChainRandom", "ChainGraphs"]),
  Room(
    name: "CGLPKGuard", kind: .c,
    imports: [.target(name: "CGLPK", condition: whenGLPK)]),
  Room(
    name: "ChainILP",
    imports: [
      "JacobianChain", "ChainSolvers",
      .target(name: "CGLPK", condition: whenGLPK),
      .target(name: "CGLPKGuard", condition: whenGLPK),
    ]),
  Room(
    name: "ChainCatalog",
    imports: ["JacobianChain", "ChainSolvers", "ChainILP"]),
  Room(name: "CChainKernels", kind: .c),
  Room(
    name: "ChainExecutor",
    imports: ["JacobianChain", "ChainMemory", "ChainRandom", "CChainKernels"]),
  Room(
    name: "ChainAD",
    imports: [
      "JacobianChain", "ChainRandom", "ChainGraphs", "ChainSolvers",
      "ChainExecutor", "CChainKernels",
      .product(name: "RealModule", package: "swift-numerics"),
    ]),
  Room(
    name: "ChainADTestSupport",
    imports: ["JacobianChain", "ChainRandom", "ChainAD"]),
  Room(
    name: "ChainADDifferentiable", imports: ["JacobianChain", "ChainAD"]),
  Room(
    name: "ChainFormats",
    imports: [
      "JacobianChain", "ChainMemory",
      .target(name: "CZlib", condition: whenZlib),
    ]),
  Room(name: "ChainReports", imports: ["JacobianChain", "ChainFormats"]),
  Room(
    name: "ChainADReports",
    imports: [
      "JacobianChain", "ChainSolvers", "ChainExecutor", "ChainAD",
      "ChainReports",
    ]),
  Room(
    name: "JacobianChains",
    imports: [
      "JacobianChain", "ChainSolvers", "ChainExecutor", "ChainAD",
      "ChainFormats", "ChainReports", "ChainADReports",
    ]),
  Room(
    name: "jchain", kind: .executable,
    imports: [
      "JacobianChain", "ChainMemory", "ChainSystem", "ChainSolvers",
      "ChainCatalog", "ChainExecutor", "ChainFormats", "ChainILP",
      "ChainRandom", "ChainReports", argumentParser,
    ],
    excluded: ["README.md"], plugins: ["CommitPlugin"]),
  Room(
    name: "jacobian-examples", kind: .executable,
    imports: [
      "JacobianChain", "ChainSolvers", "ChainExecutor", "ChainAD",
      "ChainADReports", "ChainReports",
    ],
    isClient: true),
  Room(
    name: "ChainWorkloads", kind: .testSupport,
    imports: ["JacobianChain", "ChainRandom", "ChainAD"],
    path: "bench/Workloads"),
  Room(name: "ChainBenchResults", kind: .testSupport, path: "bench/Results"),
  Room(
    name: "ChainBenchReport", kind: .testSupport,
    imports: ["JacobianChain", "ChainReports", "ChainBenchResults"],
    path: "bench/Report"),
  Room(
    name: "ChainBenchRunner", kind: .testSupport,
    imports: [
      "JacobianChain", "ChainSystem", "ChainSolvers", "ChainCatalog",
      "ChainExecutor", "ChainFormats", "ChainRandom", "ChainReports",
      "ChainAD", "ChainWorkloads", "ChainBenchResults", "COpenBLAS",
    ] + measuredDoors,
    path: "bench/Runner"),
  Room(
    name: "jchain-bench", kind: .executable,
    imports: [
      "JacobianChain", "ChainSystem", "ChainBenchResults",
      "ChainBenchRunner", "ChainBenchReport", argumentParser,
    ],
    path: "bench/Sources"),
  Room(
    name: "ChainTestSupport", kind: .testSupport,
    imports: ["JacobianChain", "ChainRandom"], path: "Tests/ChainTestSupport"),
  Room(
    name: "ChainFuzzing", kind: .testSupport,
    imports: ["JacobianChain", "ChainFormats"], path: "Tests/Fuzzing",
    excluded: ["Seeds", "Dictionaries", "fuzz"]),
  Room(
    name: "JacobianChainTests", kind: .tests,
    imports: ["JacobianChain", "ChainRandom", "ChainTestSupport"]),
  Room(
    name: "ChainGraphsTests", kind: .tests,
    imports: [
      "JacobianChain", "ChainGraphs", "ChainRandom", "ChainTestSupport",
    ]),
  Room(
    name: "ChainSolversTests", kind: .tests,
    imports: [
      "JacobianChain", "ChainGraphs", "ChainSolvers", "ChainCatalog",
      "ChainFormats", "ChainRandom", "ChainTestSupport",
    ]),
  Room(
    name: "ChainILPTests", kind: .tests,
    imports: [
      "JacobianChain", "ChainSolvers", "ChainILP", "ChainRandom",
      "ChainTestSupport", .target(name: "CGLPK", condition: whenGLPK),
    ]),
  Room(
    name: "ChainExecutorTests", kind: .tests,
    imports: [
      "JacobianChain", "ChainMemory", "ChainSolvers", "ChainCatalog",
      "CChainKernels", "ChainExecutor", "ChainFormats", "ChainRandom",
      "ChainTestSupport",
    ]),
  Room(
    name: "ChainADTests", kind: .tests,
    imports: [
      "JacobianChain", "CChainKernels", "ChainSolvers", "ChainExecutor",
      "ChainAD", "ChainADDifferentiable", "ChainADReports",
      "ChainADTestSupport",
      "ChainRandom", "ChainReports", "ChainTestSupport", "ChainWorkloads",
      "jacobian-examples",
      .product(name: "RealModule", package: "swift-numerics"),
    ],
    excluded: ["Fixtures"]),
  Room(
    name: "ChainFormatsTests", kind: .tests,
    imports: [
      "JacobianChain", "ChainRandom", "ChainSolvers", "ChainFormats",
      "ChainCatalog", "ChainFuzzing", "ChainTestSupport",
    ],
    excluded: ["Fixtures"]),
  Room(
    name: "ChainReportsTests", kind: .tests,
    imports: [
      "JacobianChain", "ChainSolvers", "ChainReports", "ChainCatalog",
      "ChainFormats", "ChainRandom", "ChainTestSupport",
    ],
    excluded: ["Golden"]),
  Room(
    name: "JacobianChainsTests", kind: .tests,
    imports: [
      "JacobianChain", "ChainSolvers", "ChainCatalog", "ChainExecutor",
      "ChainAD", "ChainADReports", "ChainADTestSupport", "ChainReports",
      "JacobianChains",
    ],
    isClient: true),
  Room(
    name: "BenchTests", kind: .tests,
    imports: [
      "JacobianChain", "ChainFormats", "ChainReports", "ChainBenchResults",
      "ChainBenchRunner", "ChainBenchReport", "jchain-bench",
    ],
    excluded: ["Fixtures", "Golden"]),
  Room(
    name: "CommandTests", kind: .tests,
    imports: [
      "JacobianChain", "ChainSolvers", "ChainCatalog", "ChainExecutor",
      "ChainFormats", "ChainReports", "ChainAD", "ChainADReports",
      "ChainADTestSupport", "JacobianChains", "ChainTestSupport", "jchain",
    ]),
]

/// What C calls; everything else is built with Swift 6.2, too.
#if compiler(>=6.3)
  let doors: [Room] = [
    Room(
      name: "CJacobianChain", kind: .door,
      imports: [
        "JacobianChain", "ChainSolvers", "ChainCatalog", "ChainFormats",
        "ChainReports", "JChainHeader",
      ],
      excluded: ["include", "examples", "packaging"]),
    Room(
      name: "CJacobianChainRun", kind: .door,
      imports: [
        "JacobianChain", "ChainExecutor", "ChainFormats", "CJacobianChain",
        "JChainHeader",
      ]),
    Room(
      name: "CJacobianChainTests", kind: .tests,
      imports: [
        "JacobianChain", "ChainSolvers", "ChainCatalog", "ChainFormats",
        "ChainReports", "CJacobianChain", "JChainHeader",
      ],
      excluded: ["Programs"]),
  ]
#else
  let doors: [Room] = []
#endif

let house = rooms + doors

/// `make test` sets it: what is tested is optimised in debug builds, too, with its
/// assertions. The tests then take a quarter of the time.
let isTested = Context.environment["JCHAIN_TESTED"] != nil

let optimized: [SwiftSetting] =
  isTested ? [.unsafeFlags(["-O"], .when(configuration: .debug))] : []

let optimizedC: [CSetting] =
  isTested ? [.unsafeFlags(["-O2"], .when(configuration: .debug))] : []

let settings: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// Rounding doubles calls the C library; without Foundation nothing else in a
/// client's program links it.
let links: [LinkerSetting] = [
  .linkedLibrary("m", .when(platforms: [.linux]))
]

extension Room {
  var target: Target {
    switch kind {
    case .library, .door, .testSupport:
      return .target(
        name: name, dependencies: imports, path: path, exclude: excluded,
        packageAccess: !isClient, swiftSettings: settings + optimized,
        linkerSettings: links)
    case .c:
      return .target(
        name: name, dependencies: imports, path: path,
        cSettings: [.define(glpk, .when(traits: [glpk]))] + optimizedC)
    case .executable:
      return .executableTarget(
        name: name, dependencies: imports, path: path, exclude: excluded,
        packageAccess: !isClient, swiftSettings: settings + optimized,
        plugins: plugins)
    case .tests:
      return .testTarget(
        name: name, dependencies: imports, path: path, exclude: excluded,
        packageAccess: !isClient, swiftSettings: settings)
    }
  }
}

let package = Package(
  name: "JacobianChain",
  platforms: [.macOS(.v15)],
  products: rooms.filter { $0.kind == .library }
    .map { .library(name: $0.name, targets: [$0.name]) }
    + doors.filter { $0.kind == .door }
    .map { .library(name: $0.name, type: .dynamic, targets: [$0.name]) }
    + [
      .executable(name: "jchain", targets: ["jchain"]),
      .executable(name: "jchain-bench", targets: ["jchain-bench"]),
      .executable(
        name: "jacobian-examples", targets: ["jacobian-examples"]),
    ],
  traits: [
    .trait(
      name: glpk, description: "The solver integer-program, on GLPK (GPL-3)."),
    .trait(name: zlib, description: "Reading .mtx.gz files, with zlib."),
    .default(enabledTraits: [glpk, zlib]),
  ],
  dependencies: [
    .package(
      url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    .package(url: "https://github.com/apple/swift-numerics", from: "1.0.0"),
  ],
  targets: [
    .systemLibrary(
      name: "COpenBLAS", pkgConfig: "openblas",
      providers: [.apt(["libopenblas-dev"]), .brew(["openblas"])]),
    .systemLibrary(
      name: "CGLPK", providers: [.apt(["libglpk-dev"]), .brew(["glpk"])]),
    .systemLibrary(
      name: "CZlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .plugin(
      name: "CommitPlugin", capability: .buildTool(),
      path: "Sources/CommitPlugin"),
    .systemLibrary(
      name: "JChainHeader", path: "Sources/CJacobianChain/include"),
  ] + house.map(\.target)
)
