/// Everything that a program needs which has functions or matrices and wants
/// their Jacobian in the best order, by one import: problems and plans, the
/// searches, execution, composed functions, and reports.
///
/// GLPK isn't linked: the solver `integer-program` is in `ChainCatalog`.
@_exported import ChainAD
@_exported import ChainADReports
@_exported import ChainExecutor
@_exported import ChainFormats
@_exported import ChainReports
@_exported import ChainSolvers
@_exported import JacobianChain
