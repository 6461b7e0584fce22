import ByteStreams
import Foundation
import SoakReports
import TestSupport
import Yamux

/// Two yamux sessions back to back in this process, over a Unix socket.
struct YamuxSoak {
    /// How many streams are open at once.
    private static let lanes = 10

    private let count: Int
    private let start = ContinuousClock.now

    init(_ count: Int) { self.count = count }

    /// So many streams, each of which brings back what was sent on it.
    func runStreams() async throws {
        let sessions = try await Sessions()
        let echoing = Task { try await sessions.echo() }
        var wrong: [String] = []
        let step = max(Self.lanes, count / 100)
        var done = 0
        while done < count {
            let some = min(step, count - done)
            wrong += try await withThrowingTaskGroup(of: [String].self) { group in
                for lane in 0..<Self.lanes {
                    let numbers = stride(from: done + lane, to: done + some, by: Self.lanes)
                    group.addTask { try await ask(numbers, over: sessions.client) }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            done += some
            try sample(after: done, since: start)
        }
        try await eventually("the end of all streams") {
            await sessions.client.streamCount + sessions.server.streamCount == 0
        }
        await sessions.close()
        _ = await echoing.result
        try report(wrong)
    }

    private func ask(
        _ numbers: StrideTo<Int>,
        over session: YamuxSession
    ) async throws -> [String] {
        var wrong: [String] = []
        for number in numbers {
            let stream = try await session.open()
            let question = SoakPattern.bytes(at: 0, count: 1 + number * 37 % 5000)
            try await stream.write(question)
            try await stream.finishWriting()
            var answer: [UInt8] = []
            while let bytes = try await stream.read(upTo: 65_536) { answer += bytes }
            if answer != question { wrong.append("stream \(number) brought \(answer.count) bytes") }
            await stream.close()
        }
        return wrong
    }

    /// So many bytes each way at once, on one stream.
    func runBulk() async throws {
        let sessions = try await Sessions()
        async let accepted = sessions.server.accept()
        let near = try await sessions.client.open()
        let far = try await accepted
        // Buffers and threads grow to their size once.
        var wrong = try await exchange(min(count, 64 << 20), near, far) { _ in }
        let step = max(1, count / 50)
        var next = 0
        wrong += try await exchange(count, near, far) { passed in
            guard passed >= next else { return }
            next += step
            try sample(after: passed >> 20, since: start)
        }
        await sessions.close()
        try report(wrong)
    }

    private func exchange(
        _ total: Int,
        _ near: YamuxStream,
        _ far: YamuxStream,
        _ progress: (Int) throws -> Void
    ) async throws -> [String] {
        async let out: Void = send(total, on: near)
        async let back: Void = send(total, on: far)
        async let arrived = receive(total, on: far) { _ in }
        let wrong = try await receive(total, on: near, progress)
        _ = try await (out, back)
        return try await wrong + arrived
    }

    private func send(_ total: Int, on stream: YamuxStream) async throws {
        var sent = 0
        while sent < total {
            let size = min(100_000, total - sent)
            try await stream.write(SoakPattern.bytes(at: sent, count: size))
            sent += size
        }
    }

    private func receive(
        _ total: Int,
        on stream: YamuxStream,
        _ progress: (Int) throws -> Void
    ) async throws -> [String] {
        var count = 0
        while count < total {
            let wanted = min(131_072, total - count)
            guard let bytes = try await stream.read(upTo: wanted) else {
                return ["a stream ended after \(count) bytes"]
            }
            guard SoakPattern.has(bytes, at: count) else {
                return ["other bytes came than were sent, at \(count)"]
            }
            count += bytes.count
            try progress(count)
        }
        return []
    }

    private func report(_ wrong: [String]) throws {
        let end = SoakEnd(
            wrong: Array(wrong.prefix(10)),
            wrongCount: wrong.count,
            hasChild: hasChild(),
            times: []
        )
        try SoakLine(end).write()
    }
}

/// Both ends of a connection.
private struct Sessions {
    let client: YamuxSession
    let server: YamuxSession
    private let connection: SocketPair

    init() async throws {
        connection = try await SocketPair()
        client = await YamuxSession.start(over: connection.near, as: .client)
        server = await YamuxSession.start(over: connection.far, as: .server)
    }

    /// Answers every stream with what it brings, until the session ends.
    func echo() async throws {
        try await withThrowingDiscardingTaskGroup { group in
            while true {
                let stream = try await server.accept()
                group.addTask {
                    while let bytes = try await stream.read(upTo: 65_536) {
                        try await stream.write(bytes)
                    }
                    await stream.close()
                }
            }
        }
    }

    func close() async {
        await client.close()
        await server.close()
        await connection.close()
    }
}
