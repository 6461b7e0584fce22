import ByteStreams
import Communicator
import SocketStreams
import TestSupport
import Testing

@testable import SSHCommunicator

/// Key exchanges in the middle of everything, over a transport that takes and gives 1,024 bytes at
/// a time: where libssh2 1.10 with a socket of its own stands still.
@Suite(.serialized) struct FullDuplexTests {
    private static let total = 64 * 1_048_576

    @Test(arguments: [1, 4])
    func `64 MiB each way come through whole`(channels: Int) async throws {
        let server = try DockerServer(.rekey)
        let ssh = try await SSHCommunicator.connect(
            server.configuration(),
            dial: {
                NarrowStream(
                    try await SocketStream.connect(
                        host: server.host,
                        port: UInt16(server.port),
                        timeout: .seconds(10)
                    )
                )
            },
            waiting: { _ in }
        )
        let bytes = Self.total / channels
        let results = try await withThrowingTaskGroup(of: Bool.self) { group in
            for channel in 0..<channels {
                group.addTask { try await echo(bytes, seed: UInt8(channel), over: ssh) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(results == [Bool](repeating: true, count: channels))
        await ssh.close()
    }

    /// Sends a known stream through `cat` and compares what comes back, both at once.
    private func echo(_ count: Int, seed: UInt8, over ssh: SSHCommunicator) async throws -> Bool {
        let pattern = Pattern(seed: seed)
        let result = try await ssh.run(RemoteCmd("exec cat", standardInput: .body)) { execution in
            let writing = Task {
                var sent = 0
                while sent < count {
                    let block = pattern.bytes(at: sent, count: min(40_000, count - sent))
                    try await execution.write(block)
                    sent += block.count
                }
                try await execution.finishInput()
            }
            var got = 0
            for try await case .standardOutput(let bytes) in execution.output {
                guard bytes == pattern.bytes(at: got, count: bytes.count) else { return -1 }
                got += bytes.count
            }
            try await writing.value
            return got
        }
        return result.value == count && result.status == .exited(0)
    }
}

/// A stream of bytes that is known at every place and repeats at a prime length.
private struct Pattern: Sendable {
    private static let period = 65_521
    private let block: [UInt8]

    init(seed: UInt8) {
        var state = UInt32(seed) &+ 12_345
        block = (0..<Self.period).map { _ in
            state = state &* 1_664_525 &+ 1_013_904_223
            return UInt8(truncatingIfNeeded: state >> 24)
        }
    }

    func bytes(at place: Int, count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        var next = place
        while bytes.count < count {
            let start = next % Self.period
            let piece = min(count - bytes.count, Self.period - start)
            bytes += block[start..<start + piece]
            next += piece
        }
        return bytes
    }
}

/// Takes and gives at most 1,024 bytes at a time.
private final class NarrowStream: ByteStream {
    private let stream: SocketStream

    init(_ stream: SocketStream) {
        self.stream = stream
    }

    func read(upTo count: Int) async throws -> [UInt8]? {
        try await stream.read(upTo: min(count, 1_024))
    }

    func write(_ bytes: [UInt8]) async throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            try await stream.write(Array(rest.prefix(1_024)))
            rest = rest.dropFirst(1_024)
        }
    }

    func finishWriting() async throws { try await stream.finishWriting() }
    func close() async { await stream.close() }
}
