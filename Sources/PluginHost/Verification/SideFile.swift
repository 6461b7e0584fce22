internal import Communicator

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// A file that may lie beside a plugin: its checksum, or a signature.
enum SideFile {
    /// Whether there is something by that name, a link that leads nowhere too.
    ///
    /// Blocks.
    ///
    /// - Throws: `SystemError` where nobody can tell: what may be there must not count as missing.
    static func isThere(_ path: String) throws -> Bool {
        do {
            _ = try FileStatus.of(BytePath(path), following: false)
            return true
        } catch let error as SystemError where [ENOENT, ENAMETOOLONG].contains(error.number) {
            return false
        }
    }
}
