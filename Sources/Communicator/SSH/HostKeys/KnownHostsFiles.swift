internal import Communicator

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// The known_hosts files of a policy.
struct KnownHostsFiles {
    /// The largest file that is read: half a million lines.
    private static let sizeLimit: UInt64 = 64 * 1_048_576

    private let paths: [String]
    /// Whether the user named them, so that they must be there.
    private let mustExist: Bool

    init(_ policy: HostKeyPolicy) {
        mustExist = policy.knownHostsFiles != nil
        paths = policy.knownHostsFiles ?? Self.usual
    }

    /// OpenSSH's files of the user and of the machine.
    private static var usual: [String] {
        let home = unsafe getenv("HOME").map { unsafe String(cString: $0) } ?? ""
        return (home.isEmpty ? [] : ["\(home)/.ssh/known_hosts"]) + ["/etc/ssh/ssh_known_hosts"]
    }

    /// What the files say about a host.
    ///
    /// - Throws: ``CommunicatorError`` for a file that is there and cannot be read, as one that
    ///   might revoke the key, and for a missing one that was named.
    @concurrent
    func about(host: String, port: UInt16) async throws -> KnownHosts {
        var known = KnownHosts(host: host, port: port)
        for path in paths {
            do {
                guard let reader = try Self.open(path) else { continue }
                guard reader.status.size <= Self.sizeLimit else {
                    throw unreadable(path, "it is larger than 64 MiB")
                }
                var content: [UInt8] = []
                while true {
                    let more = try reader.read(at: UInt64(content.count), count: 1 << 20)
                    guard !more.isEmpty, content.count <= Self.sizeLimit else { break }
                    content += more
                }
                known.add(content, from: path)
            } catch let error as CommunicatorError {
                if error.code == .noSuchFile, !mustExist { continue }
                throw unreadable(path, error.detail)
            }
        }
        return known
    }

    /// Opens a file; `nil` for `/dev/null`, by whose name people say that they know no host.
    static func open(_ path: String) throws -> LocalFileReader? {
        do {
            return try LocalFileReader(opening: BytePath(path))
        } catch let error as CommunicatorError where error.code == .localFile {
            guard let real = unsafe realpath(path, nil) else { throw error }
            defer { unsafe free(real) }
            guard unsafe String(cString: real) == "/dev/null" else { throw error }
            return nil
        }
    }

    private func unreadable(_ path: String, _ detail: String) -> CommunicatorError {
        CommunicatorError(
            .invalidConfiguration,
            operation: "reading the known hosts in",
            target: path,
            detail: detail,
            remedy: "Make it a readable file, or name another one in ssh_known_hosts_file."
        )
    }
}
