internal import Communicator

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// A place for a folder of one plugin's own, for its socket and its temporary files.
///
/// Its path is short enough for the name of a socket in it (`sun_path` has 108 bytes on Linux, 104 on
/// macOS), and there is room to write. The ``PluginWatcher`` makes the folder and removes it, so that it is
/// never there without somebody who removes it.
package struct SocketFolder: Sendable, Hashable {
    /// How many bytes of a path are left for the name of a plugin's socket.
    private static let socketName = 40
    private static let maximumPath = 103 - socketName

    /// No place could be used: which were tried, and why not.
    package struct Unavailable: Error, CustomStringConvertible {
        /// The places with their reasons.
        package let description: String

        init(_ reasons: [String]) {
            description =
                "there is no place for a plugin's socket: " + reasons.joined(separator: "; ")
                + ". Set TMPDIR to a folder of yours that can be written and whose path has at "
                + "most \(maximumPath - 27) bytes."
        }
    }

    /// Where it is to be; absolute, and nobody can guess it.
    package let path: String

    /// Where a folder can be made: in `TMPDIR`, in `/tmp`, or in the user's runtime folder.
    ///
    /// - Parameter environment: Whose `TMPDIR` and `XDG_RUNTIME_DIR` count.
    /// - Returns: The folders that can be tried, the first first, and why other places cannot.
    static func candidates(
        _ environment: [String: String]
    ) -> (folders: [SocketFolder], reasons: [String]) {
        var (folders, reasons): ([SocketFolder], [String]) = ([], [])
        for place in places(environment) {
            switch folder(in: place) {
            case .success(let folder): folders.append(folder)
            case .failure(let reason): reasons.append("\(BytePath(place)): \(reason.text)")
            }
        }
        return (folders, reasons)
    }

    private static func places(_ environment: [String: String]) -> [String] {
        let wanted = [
            environment["TMPDIR"] ?? "", "/tmp", environment["XDG_RUNTIME_DIR"] ?? "",
            "/run/user/\(geteuid())",
        ]
        var places: [String] = []
        for place in wanted where !place.isEmpty && !places.contains(place) {
            places.append(place)
        }
        return places
    }

    private struct Reason: Error {
        let text: String

        init(_ text: String) { self.text = text }
        init(_ doing: String, number: Int32) {
            text = "\(doing): \(unsafe String(cString: strerror(number)))"
        }
    }

    private static func folder(in place: String) -> Result<SocketFolder, Reason> {
        guard place.hasPrefix("/") else { return .failure(Reason("it is no absolute path")) }
        // Whoever may rename it, or a folder on the way to it, could put another in its place. Links are
        // followed now, and not again.
        guard let parent = PluginTrust.resolved(place) else {
            return .failure(Reason("it cannot be looked at", number: errno))
        }
        // A newline would be two patterns for the watcher.
        guard !parent.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
            return .failure(Reason("its path has control characters"))
        }
        if let doubt = PluginTrust.doubt(ofFolder: parent, mayBeShared: true) {
            return .failure(Reason("\(doubt.reason); \(doubt.remedy)"))
        }
        let name = "packer-swift-" + String(UInt64.random(in: 0 ... .max), radix: 36)
        let path = "\(parent == "/" ? "" : parent)/\(name)"
        guard path.utf8.count <= maximumPath else {
            return .failure(Reason("its path is too long for a socket"))
        }
        return probe(place).map { .failure($0) } ?? .success(SocketFolder(path: path))
    }

    /// Why nothing can be written there, as far as a file tells that never has a name: making a folder
    /// needs no block where all are taken.
    private static func probe(_ place: String) -> Reason? {
        #if os(Linux)
            // O_TMPFILE of open(2), which glibc shows only to who asks for its extensions.
            let withoutName = 0o20_000_000 | O_DIRECTORY
            let file = unsafe open(place, O_WRONLY | O_CLOEXEC | withoutName, 0o600)
            guard file >= 0 else {
                let isUnknown = errno == EOPNOTSUPP || errno == EISDIR
                return isUnknown ? nil : Reason("nothing can be made in it", number: errno)
            }
            defer { _ = close(file) }
            let bytes = [UInt8](repeating: 0, count: 4096)
            let count = unsafe write(file, bytes, bytes.count)
            guard count == bytes.count else {
                return Reason("it cannot be written", number: count < 0 ? errno : ENOSPC)
            }
        #endif
        return nil
    }
}
