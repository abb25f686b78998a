import JChainHeader

private let version = CText(JC_VERSION)

/// The version of the library; it lives for ever.
///
/// `jchain.h` has the details.
@c @implementation
public func jc_version() -> UnsafePointer<CChar>! { version.bytes }
