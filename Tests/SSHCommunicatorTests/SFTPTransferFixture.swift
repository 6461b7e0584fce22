import ByteStreams
import Communicator
import Foundation
import SFTP
import SSHCommunicator
import Synchronization
import TestSupport

/// Transfers over a real `sftp-server`, between a local and a "far" directory of a test's own.
final class SFTPTransferFixture: Sendable {
    /// OpenSSH's extensions, by the names that `sftp-server -P` knows.
    static let extensions = ["posix-rename", "fsync", "limits", "statvfs", "hardlink", "lsetstat"]

    let local: TemporaryDirectory
    let far: TemporaryDirectory
    let transfer: SFTPTransfer
    let client: SFTPClient
    private let server: SFTPServerProcess
    private let heard = Warnings()

    /// Starts a server; `asNobody` makes it one that root's privileges do not help;
    /// `denied` names requests that it refuses and extensions that it does not offer.
    init(
        asNobody: Bool = false,
        without denied: [String] = [],
        far: TemporaryDirectory? = nil,
        through wrap: (any ByteStream) -> any ByteStream = { $0 }
    ) async throws {
        let identity = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        local = try TemporaryDirectory()
        self.far = try far ?? TemporaryDirectory()
        server = try SFTPServerProcess(
            arguments: denied.isEmpty ? [] : ["-P", denied.joined(separator: ",")],
            wrapper: asNobody && geteuid() == 0 ? identity : [],
            directory: self.far.path
        )
        client = try await SFTPClient.start(over: wrap(server.stream))
        let heard = heard
        transfer = SFTPTransfer(over: client) { heard.add($0) }
    }

    /// What was warned of so far.
    var warnings: [String] { heard.all }

    private final class Warnings: Sendable {
        private let texts = Mutex<[String]>([])
        var all: [String] { texts.withLock { $0 } }
        func add(_ text: String) { texts.withLock { $0.append(text) } }
    }
}

/// Bytes that differ at every place, so that a misplaced piece is seen.
func pattern(_ count: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    for index in stride(from: 0, to: count, by: 997) { bytes[index] = UInt8(index / 997 % 255) + 1 }
    return bytes
}

extension TemporaryDirectory {
    /// The permission bits of an entry.
    func mode(_ name: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: self[name])[.posixPermissions] as? Int
    }

    /// Makes a directory.
    func makeDirectory(_ name: String, mode: Int = 0o755) throws {
        try FileManager.default.createDirectory(
            atPath: self[name],
            withIntermediateDirectories: false
        )
        try setMode(name, mode)
    }

    /// Sets the permission bits of an entry.
    func setMode(_ name: String, _ mode: Int) throws {
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: self[name])
    }

    /// Makes a symbolic link.
    func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(
            atPath: self[name],
            withDestinationPath: target
        )
    }

    /// Every path below, in order, with what is there: bytes for a file, `nil` for a directory.
    func contents() throws -> [String: [UInt8]?] {
        var found: [String: [UInt8]?] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: path) {
            let type = try FileManager.default.attributesOfItem(atPath: self[name])[.type]
            let isDirectory = type as? FileAttributeType == .typeDirectory
            found[name] = .some(isDirectory ? nil : try read(name))
        }
        return found
    }
}
