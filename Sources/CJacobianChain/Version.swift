import JChainHeader

private let version = CText(JC_VERSION)

@c @implementation
public func jc_version() -> UnsafePointer<CChar>! { version.bytes }
