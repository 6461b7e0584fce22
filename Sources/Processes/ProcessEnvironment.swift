#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The environment that this program was started with.
package enum ProcessEnvironment {
    /// Its entries as the bytes they are, in order: `NAME=value`.
    package static let entries: [[UInt8]] = {
        var entries: [[UInt8]] = []
        #if canImport(Darwin)
            var entry = unsafe _NSGetEnviron().pointee
        #else
            guard var entry = unsafe Optional(environ) else { return entries }
        #endif
        while let text = unsafe entry.pointee {
            let bytes = unsafe UnsafeBufferPointer(start: text, count: strlen(text))
            unsafe entries.append(bytes.map { UInt8(bitPattern: $0) })
            unsafe entry += 1
        }
        return entries
    }()

    /// Its variables by name; of two with one name the first counts, as for `getenv`.
    package static let variables: [String: String] = {
        var variables: [String: String] = [:]
        for entry in entries {
            guard let equals = entry.firstIndex(of: 0x3D) else { continue }
            let name = String(decoding: entry[..<equals], as: UTF8.self)
            guard variables[name] == nil else { continue }
            variables[name] = String(decoding: entry[(equals + 1)...], as: UTF8.self)
        }
        return variables
    }()

    /// The entries with these in place of those of the same names.
    package static func entries(adding variables: [String: [UInt8]]) -> [[UInt8]] {
        let added = variables.sorted { $0.key < $1.key }
            .map { Array($0.key.utf8) + [0x3D] + $0.value }
        let kept = entries.filter { entry in
            let name = String(decoding: entry.prefix { $0 != 0x3D }, as: UTF8.self)
            return variables[name] == nil
        }
        return kept + added
    }
}
