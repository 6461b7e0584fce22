#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The environment that this program was started with.
package enum ProcessEnvironment {
    /// Its variables by name; of two with one name the first counts, as for `getenv`.
    package static let variables: [String: String] = {
        var variables: [String: String] = [:]
        #if canImport(Darwin)
            var entry = unsafe _NSGetEnviron().pointee
        #else
            guard var entry = unsafe Optional(environ) else { return variables }
        #endif
        while let text = unsafe entry.pointee {
            let pair = unsafe String(cString: text)
            if let equals = pair.firstIndex(of: "=") {
                let name = String(pair[..<equals])
                if variables[name] == nil {
                    variables[name] = String(pair[pair.index(after: equals)...])
                }
            }
            unsafe entry += 1
        }
        return variables
    }()
}
