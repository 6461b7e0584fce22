import SFTP
import TestSupport
import Testing

/// Against OpenSSH's own `sftp-server`.
@Suite(.timeLimit(.minutes(1))) struct SFTPServerTests {
    private let directory: TemporaryDirectory
    private let server: SFTPServerProcess

    init() throws {
        directory = try TemporaryDirectory()
        server = try SFTPServerProcess()
    }

    private func path(_ name: String) -> [UInt8] { Array(directory[name].utf8) }

    @Test func `learns extensions and limits`() async throws {
        let client = try await SFTPClient.start(over: server.stream)
        #expect(client.extensions == Set(SFTPExtension.allCases))
        #expect(await client.limits.writeLength >= 32_768)
        guard case .extended(let bytes) = try await client.request(.statvfs(path: path(""))) else {
            Issue.record("no reply")
            return
        }
        #expect(try SFTPFileSystemStatus(reply: bytes).availableBytes > 0)
        await client.close()
    }

    @Test func `writes, renames and reads back in batches`() async throws {
        let client = try await SFTPClient.start(over: server.stream)
        let opened = try await client.request(
            .open(
                path: path("part"),
                flags: [.write, .create, .exclusive],
                attributes: SFTPAttributes(permissions: 0o600)
            )
        )
        guard case .handle(let handle) = opened else {
            Issue.record("\(opened)")
            return
        }
        let replies = try await client.request(batch: [
            .write(handle, offset: 0, data: Array("hello ".utf8)),
            .write(handle, offset: 6, data: Array("world".utf8)),
            .fsetstat(handle, SFTPAttributes(permissions: 0o640)), .fsync(handle), .close(handle),
            .posixRename(from: path("part"), to: path("whole")), .stat(path: path("part")),
        ])
        #expect(
            replies.dropLast()
                == Array(repeating: .status(SFTPStatus(.ok, message: "Success")), count: 6)[...]
        )
        #expect(replies.last == .status(SFTPStatus(.noSuchFile, message: "No such file")))
        #expect(try directory.read("whole") == Array("hello world".utf8))
        await client.close()
    }

    @Test func `gets an error when the server is killed`() async throws {
        let client = try await SFTPClient.start(over: server.stream)
        server.kill()
        let error = await #expect(throws: SFTPError.self) {
            while true { _ = try await client.request(.stat(path: path(""))) }
        }
        guard case .connectionLost = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }
}
