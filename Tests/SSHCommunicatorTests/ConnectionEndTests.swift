import ByteStreams
import Communicator
import SocketStreams
import Synchronization
import TestSupport
import Testing

@testable import SSHCommunicator

@Suite struct ConnectionEndTests {
    @Test func `a peer that leaves in the middle of a handshake ends it at once`() async throws {
        let (ours, theirs) = InMemoryByteStream.pair()
        let connection = try SSHConnection(target: "test", notes: SSHNotes())
        await connection.start(over: ours)
        try await theirs.write(Array("SSH-2.0-test\r\n".utf8))
        await theirs.close()
        try await within(.seconds(10), "the end of the handshake") {
            let error = await #expect(throws: CommunicatorError.self) {
                _ = try await connection.handshake(within: .seconds(60))
            }
            #expect(error?.code == .disconnected || error?.code == .handshakeFailed)
        }
        await connection.close()
    }

    @Test func `what waits for its turn cannot be late yet`() {
        let operation = SessionOperation(
            gate: .session,
            name: "asking",
            limit: .seconds(1),
            attempt: { false },
            fail: { _ in }
        )
        #expect(operation.deadline == nil)
        #expect(!operation.retry())
        let deadline = operation.deadline
        #expect(deadline != nil)
        #expect(!operation.retry())
        #expect(operation.deadline == deadline)
    }

    @Test func `letting go of a communicator ends its connection`() async throws {
        let server = try DockerServer()
        let closing = Closing()
        do {
            let ssh = try await SSHCommunicator.connect(
                server.configuration(),
                dial: {
                    WatchedStream(
                        try await SocketStream.connect(
                            host: server.host,
                            port: UInt16(server.port),
                            timeout: .seconds(10)
                        ),
                        closing
                    )
                },
                waiting: { _ in }
            )
            #expect(try await ssh.run(RemoteCmd("exit 3")) { _ in }.status == .exited(3))
        }
        try await eventually("the connection is closed") { closing.isDone.withLock { $0 } }
    }

    @Test func `a command that ended swallows all that is written to it`() async throws {
        let ssh = try await DockerServer().connect()
        let result = try await within(.seconds(60), "the last write") {
            try await ssh.run(RemoteCmd("exit 4", standardInput: .body)) { execution in
                let block = [UInt8](repeating: 0x61, count: 65_536)
                for _ in 0..<256 { try await execution.write(block) }
            }.status
        }
        #expect(result == .exited(4))
        await ssh.close()
    }

    @Test func `several tasks may write to one command`() async throws {
        let ssh = try await DockerServer().connect()
        let result = try await ssh.run(RemoteCmd("sleep 1; wc -c", standardInput: .body)) {
            execution in
            let block = [UInt8](repeating: 0x61, count: 1_048_576)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<8 { group.addTask { try await execution.write(block) } }
                try await group.waitForAll()
            }
            try await execution.finishInput()
            var out: [UInt8] = []
            for try await case .standardOutput(let bytes) in execution.output { out += bytes }
            return out
        }
        #expect(result.value == Array("8388608\n".utf8))
        await ssh.close()
    }

    @Test func `a deadline may pass while the body begins to read`() async throws {
        let ssh = try await DockerServer().connect()
        for _ in 0..<10 {
            let error = await #expect(throws: CommunicatorError.self) {
                _ = try await ssh.run(RemoteCmd("sleep 60", deadline: .zero)) { execution in
                    for try await _ in execution.output {}
                }
            }
            #expect(error?.code == .deadlineExceeded)
        }
        #expect(try await ssh.run(RemoteCmd("exit 2")) { _ in }.status == .exited(2))
        await ssh.close()
    }
}

/// Whether a stream was closed.
private final class Closing: Sendable {
    let isDone = Mutex(false)
}

/// Tells when it is closed.
private final class WatchedStream: ByteStream {
    private let stream: SocketStream
    private let closing: Closing

    init(_ stream: SocketStream, _ closing: Closing) {
        self.stream = stream
        self.closing = closing
    }

    func read(upTo count: Int) async throws -> [UInt8]? { try await stream.read(upTo: count) }
    func write(_ bytes: [UInt8]) async throws { try await stream.write(bytes) }
    func finishWriting() async throws { try await stream.finishWriting() }
    func close() async {
        await stream.close()
        closing.isDone.withLock { $0 = true }
    }
}
