#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A path of a template in which a leading `~` stands for the home directory.
struct HomePath {
    /// The path with the home directory in it.
    let text: String

    init(_ path: String) {
        let isHome = path == "~" || path.hasPrefix("~/")
        text = isHome ? (Self.homeDirectory ?? "~") + path.dropFirst() : path
    }

    private static var homeDirectory: String? {
        guard let value = unsafe getenv("HOME") else { return nil }
        return unsafe String(cString: value)
    }
}
