import ByteStreams
import Testing

@testable import Yamux

/// Many streams in memory.
///
/// What they leave behind, and many bytes, are measured by `make soak`.
@Suite(.serialized, .timeLimit(.minutes(10))) struct ManyStreamsTests {
    /// Answers every stream with what it brings.
    private func echo(_ session: YamuxSession) -> Task<Void, any Error> {
        Task {
            try await withThrowingDiscardingTaskGroup { group in
                while true {
                    let stream = try await session.accept()
                    group.addTask {
                        while let bytes = try await stream.read(upTo: 65_536) {
                            try await stream.write(bytes)
                        }
                        await stream.close()
                    }
                }
            }
        }
    }

    @Test func `ten thousand streams come and go`() async throws {
        let pair = await SessionPair.make()
        let echoing = echo(pair.server)
        let client = pair.client
        try await withThrowingDiscardingTaskGroup { group in
            for lane in 0..<100 {
                group.addTask {
                    for round in 0..<100 {
                        let stream = try await client.open()
                        let bytes = [UInt8](repeating: UInt8(lane), count: 1 + round * 30)
                        try await stream.write(bytes)
                        try await stream.finishWriting()
                        #expect(try await stream.readAll() == bytes)
                        await stream.close()
                    }
                }
            }
        }
        while await pair.client.streamCount + pair.server.streamCount > 0 { await Task.yield() }
        #expect(await pair.client.waiting.isEmpty)
        await pair.close()
        await #expect(throws: YamuxError.self) { try await echoing.value }
    }

    @Test func `ten thousand streams are open at once`() async throws {
        var configuration = YamuxConfiguration()
        configuration.maximumStreams = 10_000
        let pair = await SessionPair.make(configuration)
        let (client, server) = (pair.client, pair.server)
        async let accepting = {
            var accepted: [YamuxStream] = []
            while accepted.count < 10_000 { accepted.append(try await server.accept()) }
            return accepted
        }()
        var opened: [YamuxStream] = []
        while opened.count < 10_000 { opened.append(try await client.open()) }
        let accepted = try await accepting
        for (one, other) in zip(opened, accepted) {
            try await one.write([1])
            #expect(try await other.read(upTo: 1) == [1])
            await other.close()
            await one.close()
        }
        while await pair.client.streamCount + pair.server.streamCount > 0 { await Task.yield() }
        await pair.close()
    }
}
