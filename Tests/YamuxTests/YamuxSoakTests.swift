import ByteStreams
import Foundation
import Testing

@testable import Yamux

/// Much of everything; all of it with PACKER_SWIFT_SOAK=full, else a hundredth of the bytes.
@Suite(.serialized, .timeLimit(.minutes(10))) struct YamuxSoakTests {
    private static let isFull = ProcessInfo.processInfo.environment["PACKER_SWIFT_SOAK"] == "full"

    /// The memory of this process that no other has, in KiB.
    private func residentKibibytes() throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("RssAnon") }
        return try #require(Int(line?.split(separator: " ").dropLast().last ?? ""))
    }

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

    @Test func `a gibibyte goes each way while memory stays flat`() async throws {
        let total = Self.isFull ? 1 << 30 : (1 << 30) / 100
        let pair = await SessionPair.make()
        let stream = try await pair.stream()
        func send(on stream: YamuxStream, _ count: Int) async throws {
            let piece = [UInt8](repeating: 3, count: 131_072)
            for start in stride(from: 0, to: count, by: piece.count) {
                let left = count - start
                try await stream.write(left < piece.count ? Array(piece.prefix(left)) : piece)
            }
        }
        func receive(on stream: YamuxStream, _ count: Int) async throws {
            var left = count
            while left > 0, let bytes = try await stream.read(upTo: min(left, 131_072)) {
                left -= bytes.count
            }
            #expect(left == 0)
        }
        func exchange(_ count: Int) async throws {
            async let out: Void = send(on: stream.client, count)
            async let outIn: Void = receive(on: stream.server, count)
            async let back: Void = send(on: stream.server, count)
            async let backIn: Void = receive(on: stream.client, count)
            _ = try await (out, outIn, back, backIn)
        }
        try await exchange(total / 10)
        let before = try residentKibibytes()
        let start = ContinuousClock.now
        try await exchange(total)
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        let growth = try residentKibibytes() - before
        // Other tests run in this process at the same time, so the bound is not tight.
        if Self.isFull { #expect(growth < 65_536, "grew by \(growth) KiB") }
        let rate = Double(2 * total) / 1_048_576 / seconds
        print("yamux: \(Int(rate)) MiB/s in both directions together, grew by \(growth) KiB")
        await pair.close()
    }
}
