internal import Processes

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// A folder of one plugin's own, mode 0700, for its socket and its temporary files.
///
/// Its path is short enough for the name of a socket in it (`sun_path` has 108 bytes on Linux, 104 on
/// macOS), and it can be written: a place that is full, read-only or not there is passed over for the
/// next. Removing it is the ``PluginWatcher``'s.
package struct SocketFolder: Sendable, Hashable {
    /// How many bytes of a path are left for the name of a plugin's socket.
    private static let socketName = 40
    private static let maximumPath = 103 - socketName

    /// No place could be used: which were tried, and why not.
    package struct Unavailable: Error, CustomStringConvertible {
        /// The places with their reasons.
        package let description: String
    }

    /// Where it is; absolute.
    package let path: String

    /// Makes a folder in `TMPDIR`, in `/tmp`, or in the user's runtime folder.
    ///
    /// - Parameter environment: Whose `TMPDIR` and `XDG_RUNTIME_DIR` count.
    /// - Throws: ``Unavailable``.
    package init(environment: [String: String] = ProcessEnvironment.variables) throws {
        var reasons: [String] = []
        for place in Self.places(environment) {
            switch Self.make(in: place) {
            case .success(let path):
                self.path = path
                return
            case .failure(let reason): reasons.append("\(place): \(reason.text)")
            }
        }
        throw Unavailable(
            description: "there is no place for a plugin's socket: "
                + reasons.joined(separator: "; ")
                + ". Set TMPDIR to a folder of yours that can be written and whose path has at "
                + "most \(Self.maximumPath - 24) bytes."
        )
    }

    /// Removes it while it is empty.
    func remove() { unsafe rmdir(path) }

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

    private static func make(in place: String) -> Result<String, Reason> {
        guard place.hasPrefix("/") else { return .failure(Reason("it is no absolute path")) }
        let name = "packer-swift-" + String(UInt64.random(in: 0 ... .max), radix: 36)
        let parent = place.hasSuffix("/") ? String(place.dropLast()) : place
        let path = "\(parent)/\(name)"
        guard path.utf8.count <= maximumPath else {
            return .failure(Reason("its path is too long for a socket"))
        }
        var status = stat()
        guard unsafe stat(place, &status) == 0 else {
            return .failure(Reason("it cannot be looked at", number: errno))
        }
        // Whoever may rename it could put another in its place.
        guard status.st_mode & 0o1002 != 0o002 else {
            return .failure(Reason("everybody may replace what is in it (chmod o-w, or +t)"))
        }
        guard unsafe mkdir(path, 0o700) == 0 else {
            return .failure(Reason("nothing can be made in it", number: errno))
        }
        // Not by the mask of this process.
        guard unsafe chmod(path, 0o700) == 0, let reason = probe(path) else {
            return .success(path)
        }
        unsafe rmdir(path)
        return .failure(reason)
    }

    /// Why nothing can be written there: making a folder needs no block where all are taken.
    private static func probe(_ folder: String) -> Reason? {
        let path = "\(folder)/probe"
        let file = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { return Reason("nothing can be made in it", number: errno) }
        let bytes = [UInt8](repeating: 0, count: 4096)
        let count = unsafe write(file, bytes, bytes.count)
        let number = count < 0 ? errno : ENOSPC
        _ = close(file)
        unsafe unlink(path)
        return count == bytes.count ? nil : Reason("it cannot be written", number: number)
    }
}
