#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// The plugin's log: its standard error, each line of which Packer puts in its own log, with a time
/// and the plugin's name before it.
enum PluginLog {
    /// Writes a text, whole lines of it.
    ///
    /// Packer takes lines with Go's word for a crash for one of its own, and ends with a report; so
    /// that word is never written.
    static func write(_ text: String) {
        var bytes = Array(text.utf8)
        let word = Array("panic:".utf8)
        var start = 0
        while start + word.count <= bytes.count {
            if bytes[start..<start + word.count].elementsEqual(word) {
                bytes[start + word.count - 1] = UInt8(ascii: " ")
            }
            start += 1
        }
        bytes.append(0x0A)
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes[written...].withUnsafeBytes { rest in
                unsafe Self.write(rest)
            }
            guard count > 0 else { return }
            written += count
        }
    }

    private static func write(_ bytes: UnsafeRawBufferPointer) -> Int {
        #if canImport(Glibc)
            unsafe Glibc.write(STDERR_FILENO, bytes.baseAddress, bytes.count)
        #elseif canImport(Musl)
            unsafe Musl.write(STDERR_FILENO, bytes.baseAddress, bytes.count)
        #else
            unsafe Darwin.write(STDERR_FILENO, bytes.baseAddress, bytes.count)
        #endif
    }
}
