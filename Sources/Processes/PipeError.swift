#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A system call on a pipe or a pseudo-terminal that failed.
package struct PipeError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was being done: "writing to a pipe".
    package var operation: String
    /// The `errno` value.
    package var number: Int32

    /// A failure made of its parts.
    package init(_ operation: String, number: Int32) {
        self.operation = operation
        self.number = number
    }

    /// The system's own words for a number.
    package static func words(for number: Int32) -> String {
        var text = [CChar](repeating: 0, count: 256)
        unsafe _ = strerror_r(number, &text, text.count)
        let bytes = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return bytes.isEmpty ? "error \(number)" : String(decoding: bytes, as: UTF8.self)
    }

    /// What was being done, and the system's words.
    package var description: String { "\(operation): \(Self.words(for: number))" }
}
