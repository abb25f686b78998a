#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

enum DoubleMath {
  static func log(_ x: Double) -> Double {
    #if canImport(Darwin)
      Darwin.log(x)
    #else
      Glibc.log(x)
    #endif
  }
  static func power(_ x: Double, _ y: Double) -> Double {
    #if canImport(Darwin)
      Darwin.pow(x, y)
    #else
      Glibc.pow(x, y)
    #endif
  }
}
