internal import Processes

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
    /// Writes a text, whole lines of it; another task's come before or after them.
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
        // Nobody is there to hear that nobody reads it.
        oneAtATime.withLock { _ in try? StandardOutput.write(bytes, to: STDERR_FILENO) }
    }

    /// Held while a line is written.
    ///
    /// A pipe that is full parts what does not fit into a page, and lets others in between. Who has
    /// to wait for its reader would without the lock.
    private static let oneAtATime = LockedValue(())
}
