import ByteStreams
import Foundation
import Processes
import TestSupport
import Testing

@testable import Yamux

/// Against hashicorp/yamux itself, in both roles.
@Suite(.serialized, .timeLimit(.minutes(5))) struct GoPeerTests {
    /// A session whose server is Go.
    private func withGoServer(
        _ body: (YamuxSession, GoPeer) async throws -> Void
    ) async throws {
        let peer = try await GoPeer("server")
        let session = await YamuxSession.start(over: peer, as: .client)
        do {
            try await body(session, peer)
        } catch {
            await session.close()
            throw error
        }
        await session.close()
        let (end, complaints) = try await peer.end()
        #expect(end == .exited(0))
        #expect(!complaints.contains("[ERR]"), "\(complaints)")
    }

    /// A stream that asks Go for something.
    private func ask(_ session: YamuxSession, _ command: String) async throws -> YamuxStream {
        let stream = try await session.open()
        try await stream.write(Array(command.utf8))
        return stream
    }

    @Test func `Go echoes three hundred streams at once`() async throws {
        try await withGoServer { session, _ in
            try await withThrowingDiscardingTaskGroup { group in
                for number in 0..<300 {
                    group.addTask {
                        var random = SplitMix(seed: UInt64(number))
                        let count = Int.random(in: 0..<200_000, using: &random)
                        let sent = [UInt8](repeating: UInt8(number % 251), count: count)
                        let stream = try await ask(session, "e")
                        async let writing: Void = {
                            for piece in random.split(sent, upTo: 100_000) {
                                try await stream.write(piece)
                            }
                            try await stream.finishWriting()
                        }()
                        #expect(try await stream.readAll() == sent)
                        try await writing
                        await stream.close()
                    }
                }
            }
            #expect(await session.streamCount == 0)
        }
    }

    @Test func `Go counts what it gets to the end and then answers`() async throws {
        try await withGoServer { session, _ in
            let stream = try await ask(session, "n")
            let piece = [UInt8](repeating: 1, count: 100_000)
            for _ in 0..<100 { try await stream.write(piece) }
            try await stream.finishWriting()
            let answer = try await stream.readAll()
            #expect(answer.reduce(0) { $0 << 8 | Int($1) } == 10_000_000)
        }
    }

    @Test func `Go gives as much as is asked for, to a slow reader`() async throws {
        try await withGoServer { session, _ in
            let stream = try await ask(session, "g")
            try await stream.write([0, 0, 0, 0, 0, 0x30, 0, 0])
            // Nothing is lost while the window is full, and other streams go on.
            while await stream.unread < 262_144 { await Task.yield() }
            let other = try await ask(session, "e")
            try await other.write([1, 2, 3])
            #expect(try await other.read(exactly: 3) == [1, 2, 3])
            await other.close()
            let given = try await stream.readAll()
            #expect(given == [UInt8](repeating: 7, count: 0x30_0000))
        }
    }

    @Test func `pings go both ways, and Go opens streams too`() async throws {
        try await withGoServer { session, _ in
            #expect(try await session.ping() > .zero)
            let pinging = try await ask(session, "p")
            #expect(try await pinging.readAll() == Array("ok".utf8))
            await pinging.close()
            let asking = try await ask(session, "o")
            let back = try await session.accept()
            #expect(back.number == 2)
            try await back.write([4, 3, 2, 1])
            #expect(try await back.read(exactly: 4) == [4, 3, 2, 1])
            #expect(try await asking.readAll() == Array("ok".utf8))
        }
    }

    @Test func `a reset, a closed reader and a cancelled write leave Go's session whole`()
        async throws
    {
        try await withGoServer { session, _ in
            try await ask(session, "e").reset()
            let endless = try await ask(session, "g")
            try await endless.write([0, 0, 1, 0, 0, 0, 0, 0])
            _ = try await endless.read(upTo: 10)
            await endless.close()
            let cut = try await ask(session, "e")
            let writing = Task { try await cut.write([UInt8](repeating: 0, count: 5_000_000)) }
            while await session.waiterCount == 0 { await Task.yield() }
            writing.cancel()
            await #expect(throws: CancellationError.self) { try await writing.value }
            await cut.close()
            let last = try await ask(session, "e")
            try await last.write([1])
            try await last.finishWriting()
            #expect(try await last.readAll() == [1])
            await last.close()
            while await session.streamCount > 0 { await Task.yield() }
        }
    }

    @Test func `after Go's go-away no stream opens, and open ones go on`() async throws {
        try await withGoServer { session, _ in
            let open = try await ask(session, "e")
            let leaving = try await ask(session, "a")
            #expect(try await leaving.readAll() == Array("ok".utf8))
            await #expect(throws: YamuxError.peerWentAway) { try await session.open() }
            try await open.write([1])
            #expect(try await open.read(upTo: 1) == [1])
        }
    }

    @Test func `everyone who waits ends when Go leaves without a word`() async throws {
        try await withGoServer { session, _ in
            let waiting = try await ask(session, "e")
            let reading = Task { try await waiting.read(upTo: 1) }
            let accepting = Task { try await session.accept() }
            let leaving = try await ask(session, "l")
            await #expect(throws: YamuxError.self) { try await reading.value }
            await #expect(throws: YamuxError.self) { try await accepting.value }
            await leaving.close()
        }
    }

    @Test func `Go opens three hundred streams at once and gets its echo`() async throws {
        let peer = try await GoPeer("client")
        let session = await YamuxSession.start(over: peer, as: .server)
        let serving = Task {
            try await withThrowingDiscardingTaskGroup { group in
                while true {
                    let stream = try await session.accept()
                    group.addTask {
                        while let bytes = try await stream.read(upTo: 30_000) {
                            try await stream.write(bytes)
                        }
                        await stream.close()
                    }
                }
            }
        }
        let (end, complaints) = try await peer.end()
        #expect(end == .exited(0))
        #expect(complaints == "ok\n")
        await #expect(throws: YamuxError.peerClosed) { try await serving.value }
        #expect(await session.streamCount == 0)
        await session.close()
    }

    @Test func `bulk data to Go and back`() async throws {
        let total = 1 << 24
        try await withGoServer { session, _ in
            let stream = try await ask(session, "e")
            let start = ContinuousClock.now
            async let writing: Void = {
                let piece = [UInt8](repeating: 1, count: 131_072)
                for _ in 0..<(total / piece.count) { try await stream.write(piece) }
                try await stream.finishWriting()
            }()
            var count = 0
            while let bytes = try await stream.read(upTo: 131_072) { count += bytes.count }
            try await writing
            #expect(count == total)
            let seconds = (ContinuousClock.now - start) / .seconds(1)
            print("yamux: \(Int(Double(total) / 1_048_576 / seconds)) MiB/s each way through Go")
        }
    }
}
