import ByteStreams
import Communicator
import SocketStreams
import Synchronization
import TestSupport
import Testing

@testable import SSHCommunicator

@Suite struct ConnectTests {
    @Test func `a password logs in, and the fingerprint is the server's`() async throws {
        let server = try DockerServer()
        let ssh = try await server.connect(password: server.password)
        #expect(await ssh.hostKeyFingerprint.hasPrefix("SHA256:"))
        #expect(try await ssh.run(RemoteCmd("exit 3")) { _ in }.status == .exited(3))
        await ssh.close()
    }

    @Test func `refused logins end after the attempts that are allowed`() async throws {
        var configuration = try DockerServer().configuration(password: "wrong-secret")
        configuration.handshakeAttempts = 2
        let attempts = Mutex(0)
        do {
            _ = try await SSHCommunicator.connect(configuration) { _ in
                attempts.withLock { $0 += 1 }
            }
            Issue.record("logged in with a wrong password")
        } catch let error as CommunicatorError {
            #expect(error.code == .authenticationFailed)
            #expect(error.description.contains("the server offers publickey,password"))
            #expect(!error.description.contains("wrong-secret"))
        }
        #expect(attempts.withLock { $0 } == 1)
    }

    @Test func `a closed port is told while waiting, and in the end`() async throws {
        var configuration = try DockerServer().configuration()
        configuration.host = "127.0.0.1"
        configuration.port = 1
        configuration.timeout = .seconds(3)
        let reasons = Mutex<[SSHWaiting]>([])
        do {
            _ = try await SSHCommunicator.connect(configuration) { waiting in
                reasons.withLock { $0.append(waiting) }
            }
            Issue.record("connected to a closed port")
        } catch let error as CommunicatorError {
            #expect(error.code == .connectionTimedOut)
            #expect(error.detail.contains("127.0.0.1:1 refused the TCP connection"))
        }
        let told = reasons.withLock { $0 }
        #expect(told.count >= 2)
        #expect(told.allSatisfy { $0.reason.code == .connectionFailed })
        #expect(told.allSatisfy { $0.limit == .seconds(3) && $0.elapsed < .seconds(4) })
    }

    @Test func `a server that is silent ends with the time, not before and not never`() async throws
    {
        let (ours, _) = InMemoryByteStream.pair()
        var configuration = try DockerServer().configuration()
        configuration.timeout = .seconds(2)
        let error = await #expect(throws: CommunicatorError.self) {
            _ = try await SSHCommunicator.connect(
                configuration,
                dial: { ours },
                waiting: { _ in }
            )
        }
        #expect(error?.code == .connectionTimedOut)
    }

    @Test(arguments: ["hello\r\n", "\0\u{1}\u{2}", "SSH-1.0-old\r\n"])
    func `a peer that is no SSH server is named as such`(greeting: String) async throws {
        var configuration = try DockerServer().configuration()
        configuration.timeout = .seconds(2)
        let error = await #expect(throws: CommunicatorError.self) {
            _ = try await SSHCommunicator.connect(
                configuration,
                dial: {
                    let (ours, theirs) = InMemoryByteStream.pair()
                    try await theirs.write(Array(greeting.utf8))
                    await theirs.close()
                    return ours
                },
                waiting: { _ in }
            )
        }
        #expect(error?.code == .connectionTimedOut)
    }

    @Test func `a peer that chatters for ever before SSH is cut off`() async throws {
        var configuration = try DockerServer().configuration()
        configuration.timeout = .seconds(20)
        let reasons = Mutex<[CommunicatorError]>([])
        let chatter = Task {
            try await SSHCommunicator.connect(
                configuration,
                dial: { Chatter() },
                waiting: { waiting in reasons.withLock { $0.append(waiting.reason) } }
            )
        }
        try await eventually("the chatter is cut off") {
            reasons.withLock { $0.contains { $0.code == .protocolViolation } }
        }
        chatter.cancel()
        await #expect(throws: (any Error).self) { try await chatter.value }
    }

    @Test func `another host key after a reconnect is refused before any login`() async throws {
        let first = try DockerServer()
        let other = try DockerServer(.rekey)
        let isSwapped = Mutex(false)
        let ssh = try await SSHCommunicator.connect(
            first.configuration(),
            dial: {
                let server = isSwapped.withLock { $0 } ? other : first
                return try await SocketStream.connect(
                    host: server.host,
                    port: UInt16(server.port),
                    timeout: .seconds(10)
                )
            },
            waiting: { _ in }
        )
        isSwapped.withLock { $0 = true }
        _ = try await ssh.run(RemoteCmd("kill -9 $PPID")) { _ in }
        let fingerprint = await ssh.hostKeyFingerprint
        let error = await #expect(throws: CommunicatorError.self) {
            _ = try await ssh.run(RemoteCmd("true")) { _ in }
        }
        #expect(error?.code == .hostKeyRefused)
        #expect(error?.detail.contains(fingerprint) == true)
        await ssh.close()
    }

    @Test func `cancelling while waiting ends at once`() async throws {
        var configuration = try DockerServer().configuration()
        configuration.port = 1
        let waits = Mutex(0)
        let connecting = Task { [configuration] in
            try await SSHCommunicator.connect(configuration) { _ in waits.withLock { $0 += 1 } }
        }
        try await eventually("the first attempt fails") { waits.withLock { $0 > 0 } }
        connecting.cancel()
        await #expect(throws: CancellationError.self) { _ = try await connecting.value }
    }

    @Test func `one session at a time is enough`() async throws {
        let ssh = try await DockerServer(.maxSessions).connect()
        try await ssh.upload(.bytes(Array("hello".utf8)), to: "one-session")
        try await withThrowingTaskGroup(of: RemoteCmd.ExitStatus.self) { group in
            for code in Int32(1)...4 {
                group.addTask {
                    try await ssh.run(RemoteCmd("grep -qx hello one-session && exit \(code)")) {
                        _ in
                    }.status
                }
            }
            let statuses = try await group.reduce(into: Set()) { $0.insert($1) }
            #expect(statuses == [.exited(1), .exited(2), .exited(3), .exited(4)])
        }
        await ssh.close()
    }
}

/// A peer that sends lines without end: who reads it never waits, nor notices a cancellation.
private struct Chatter: ByteStream {
    func read(upTo count: Int) async throws -> [UInt8]? {
        Array("hello\r\n".utf8)
    }
    func write(_ bytes: [UInt8]) async throws {}
    func finishWriting() async throws {}
    func close() async {}
}
