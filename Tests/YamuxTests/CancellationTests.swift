import ByteStreams
import TestSupport
import Testing

@testable import Yamux

@Suite(.timeLimit(.minutes(5))) struct CancellationTests {
    @Test func `a cancelled read loses nothing`() async throws {
        let pair = await SessionPair.make()
        let stream = try await pair.stream()
        let reading = Task { try await stream.server.read(upTo: 1) }
        while await pair.server.waiterCount == 0 { await Task.yield() }
        reading.cancel()
        await #expect(throws: CancellationError.self) { try await reading.value }
        try await stream.client.write([1, 2])
        #expect(try await stream.server.read(exactly: 2) == [1, 2])
        await pair.close()
    }

    @Test func `a cancelled accept leaves the stream to the next`() async throws {
        let pair = await SessionPair.make()
        let accepting = Task { try await pair.server.accept() }
        while await pair.server.waiterCount == 0 { await Task.yield() }
        accepting.cancel()
        await #expect(throws: CancellationError.self) { try await accepting.value }
        let opened = try await pair.client.open()
        #expect(try await pair.server.accept().number == opened.number)
        await pair.close()
    }

    @Test func `a cancelled open takes no place and no number`() async throws {
        var configuration = YamuxConfiguration()
        configuration.acceptBacklog = 1
        let pair = await SessionPair.make(configuration)
        let first = try await pair.client.open()
        let opening = Task { try await pair.client.open() }
        while await pair.client.waiterCount == 0 { await Task.yield() }
        opening.cancel()
        await #expect(throws: CancellationError.self) { try await opening.value }
        #expect(await pair.client.streamCount == 1)
        #expect(try await pair.server.accept().number == first.number)
        #expect(try await pair.client.open().number == 3)
        await pair.close()
    }

    @Test func `a cancelled write makes the peer see a reset and no end`() async throws {
        let pair = await SessionPair.make()
        let stream = try await pair.stream()
        let writing = Task { try await stream.client.write([UInt8](repeating: 0, count: 600_000)) }
        while await pair.client.waiterCount == 0 { await Task.yield() }
        writing.cancel()
        await #expect(throws: CancellationError.self) { try await writing.value }
        await #expect(throws: ByteStreamError.self) { try await stream.client.finishWriting() }
        await stream.client.close()
        await #expect(throws: ByteStreamError.self) { try await stream.server.readAll() }
        _ = try await pair.client.ping()
        await pair.close()
    }

    @Test func `a cancelled ping and a cancelled close leave nothing behind`() async throws {
        let peer = await RawPeer.make(.client)
        let pinging = Task { try await peer.session.ping() }
        while await peer.session.waiterCount == 0 { await Task.yield() }
        pinging.cancel()
        await #expect(throws: CancellationError.self) { try await pinging.value }
        #expect(await peer.session.pings.isEmpty)
        // The answer comes all the same, and is no fault.
        try await peer.wire.write(Wire.frame(.ping, .ack))
        let closing = Task { await peer.session.close() }
        closing.cancel()
        await closing.value
        #expect(await peer.session.isClosed)
        _ = try await peer.rest()
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func `calls cancelled at any moment leave the session whole`(seed: UInt64) async throws {
        var random = SplitMix(seed: seed)
        let pair = await SessionPair.make(chunkSize: 1000)
        let server = pair.server
        let serving = Task {
            try await withThrowingDiscardingTaskGroup { group in
                while true {
                    let stream = try await server.accept()
                    group.addTask {
                        while let bytes = try? await stream.read(upTo: 9000) {
                            do { try await stream.write(bytes) } catch { break }
                        }
                        await stream.close()
                    }
                }
            }
        }
        for _ in 0..<300 {
            let count = Int.random(in: 1...400_000, using: &random)
            let client = pair.client
            let call = Task {
                let stream = try await client.open()
                async let echo = stream.readAll()
                do {
                    try await stream.write([UInt8](repeating: 5, count: count))
                    try await stream.finishWriting()
                } catch {
                    await stream.close()
                    throw error
                }
                #expect(try await echo.count == count)
                await stream.close()
            }
            for _ in 0..<Int.random(in: 0...60, using: &random) { await Task.yield() }
            call.cancel()
            _ = await call.result
        }
        let last = try await pair.client.open()
        try await last.write([1, 2, 3])
        try await last.finishWriting()
        #expect(try await last.readAll() == [1, 2, 3])
        await last.close()
        while await pair.client.streamCount > 0 { await Task.yield() }
        while await pair.server.streamCount > 0 { await Task.yield() }
        #expect(await pair.client.waiterCount == 0)
        #expect(await pair.client.state.bufferedBytes == 0)
        #expect(await pair.client.state.unanswered == 0)
        await pair.close()
        _ = await serving.result
    }
}
