import ByteStreams
import Testing

@testable import Yamux

@Suite struct SessionStateTests {
    @Test func `opens a stream as Go does`() throws {
        var host = SessionState(role: .client, configuration: .init())
        let first = try host.opened()
        #expect(try host.write([0, 0, 0, 0], to: first))
        #expect(host.takeOutput() == (try Wire.vector("yamux-open-stream0.h2p")))
        var plugin = try SessionState.after(.server, .init(), Wire.vector("yamux-open-stream0.h2p"))
        #expect(plugin.accept() == first)
        #expect(try plugin.write([0, 0, 0, 0], to: first))
        #expect(plugin.takeOutput() == (try Wire.vector("yamux-open-stream0.p2h")))
        #expect(plugin.accept() == nil)
    }

    @Test func `answers a ping as Go does`() throws {
        let recorded = try Wire.vector("yamux-ping.h2p")
        var state = SessionState(role: .server, configuration: .init())
        #expect(state.ping() == 0)
        try state.receive(recorded)
        #expect(state.takeOutput() == (try Wire.vector("yamux-ping.p2h")))
        #expect(state.takeEvents() == [.pong(0)])
    }

    @Test func `numbers grow by two from one and from two`() throws {
        var client = SessionState(role: .client, configuration: .init())
        #expect(try (0..<3).map { _ in try client.open(now: .zero)?.rawValue } == [1, 3, 5])
        var server = SessionState(role: .server, configuration: .init())
        #expect(try (0..<3).map { _ in try server.open(now: .zero)?.rawValue } == [2, 4, 6])
    }

    @Test func `the last numbers are not given out`() throws {
        let last = StreamID(rawValue: .max - 2)
        var state = SessionState(role: .client, configuration: .init(), nextID: last)
        #expect(try state.open(now: .zero) == last)
        #expect(throws: YamuxError.streamsExhausted) { try state.open(now: .zero) }
    }

    @Test func `half-close goes both ways, with one FIN each`() throws {
        var state = try SessionState.after(.server, .init(), Wire.update(1, .syn))
        let id = try state.accepted()
        try state.finish(id)
        try state.finish(id)
        #expect(throws: ByteStreamError.closed) { try state.write([1], to: id) }
        try state.receive(Wire.data(1, [], [5, 6]))
        #expect(try state.read(id, upTo: 10) == .bytes([5, 6]))
        #expect(try state.read(id, upTo: 10) == .nothingYet)
        try state.receive(Wire.update(1, .fin))
        #expect(try state.read(id, upTo: 10) == .end)
        #expect(try state.read(id, upTo: 10) == .end)
        state.close(id, now: .zero)
        #expect(state.streams.isEmpty)
        #expect(try state.takeHeaders().map(\.flags) == [.ack, .fin])
    }

    @Test func `flags count on data frames too, and a FIN comes after the payload`() throws {
        var state = try SessionState.after(
            .server,
            .init(),
            Wire.data(1, [.syn, .fin], [1, 2, 3])
        )
        let id = try state.accepted()
        #expect(try state.read(id, upTo: 2) == .bytes([1, 2]))
        #expect(try state.read(id, upTo: 2) == .bytes([3]))
        #expect(try state.read(id, upTo: 2) == .end)
    }

    @Test func `sends no more than the peer's window`() throws {
        var state = SessionState(role: .client, configuration: .init())
        let id = try state.opened()
        #expect(try !state.write([UInt8](repeating: 1, count: 300_000), to: id))
        var sent = try state.takeHeaders().filter { $0.kind == .data }.map(\.length)
        #expect(sent == [65_536, 65_536, 65_536, 65_536])
        #expect(state.isWriting(id))
        try state.receive(Wire.update(1, .ack, by: 1))
        #expect(try state.takeHeaders().map(\.length) == [1])
        try state.receive(Wire.update(1, [], by: 100_000))
        sent = try state.takeHeaders().map(\.length)
        #expect(sent == [37_855])
        #expect(!state.isWriting(id))
    }

    @Test func `streams with much to send take turns, and small frames go first`() throws {
        var state = SessionState(role: .client, configuration: .init())
        let bulk = try [state.opened(), state.opened()]
        let small = try state.opened()
        for id in bulk { _ = try state.write([UInt8](repeating: 1, count: 131_072), to: id) }
        #expect(try state.write([1], to: small))
        let order = try state.takeHeaders().filter { $0.kind == .data }.map(\.stream.rawValue)
        #expect(order == [5, 1, 3, 1, 3])
    }

    @Test func `a FIN follows what waits to be sent`() throws {
        var state = SessionState(role: .client, configuration: .init())
        let id = try state.opened()
        _ = try state.write([UInt8](repeating: 1, count: 300_000), to: id)
        try state.finish(id)
        #expect(try state.takeHeaders().allSatisfy { !$0.flags.contains(.fin) })
        try state.receive(Wire.update(1, [], by: 262_144))
        #expect(try state.takeHeaders().map(\.flags) == [[], .fin])
    }

    @Test func `a write given up turns the end into a reset`() throws {
        var state = SessionState(role: .client, configuration: .init())
        let id = try state.opened()
        _ = try state.write([UInt8](repeating: 1, count: 300_000), to: id)
        _ = try state.takeHeaders()
        state.abandonWrite(to: id)
        #expect(throws: ByteStreamError.self) { try state.finish(id) }
        #expect(throws: ByteStreamError.closed) { try state.write([1], to: id) }
        state.close(id, now: .zero)
        #expect(try state.takeHeaders().map(\.flags) == [.rst])
        #expect(state.streams.isEmpty)
    }

    @Test func `a closed stream passes over one window and then resets`() throws {
        var state = try SessionState.after(.server, .init(), Wire.update(1, .syn))
        let id = try state.accepted()
        try state.receive(Wire.data(1, [], [UInt8](repeating: 0, count: 200_000)))
        state.close(id, now: .zero)
        #expect(state.bufferedBytes == 0)
        try state.receive(Wire.data(1, [], [UInt8](repeating: 0, count: 62_143)))
        #expect(try state.takeHeaders().map(\.flags) == [.ack, .fin])
        try state.receive(Wire.data(1, [], [0]))
        #expect(try state.takeHeaders().map(\.flags) == [.rst])
        #expect(state.streams.isEmpty)
        try state.receive(Wire.data(1, [], [0]))
        #expect(!state.hasOutput)
    }

    @Test func `a closed stream goes when the peer finishes, also within a frame`() throws {
        for isWithinFrame in [false, true] {
            var state = try SessionState.after(.server, .init(), Wire.update(1, .syn))
            let id = try state.accepted()
            let last = Wire.data(1, .fin, [1, 2, 3])
            if isWithinFrame { try state.receive(Array(last.prefix(13))) }
            state.close(id, now: .zero)
            try state.receive(isWithinFrame ? Array(last.dropFirst(13)) : last)
            #expect(state.streams.isEmpty)
            #expect(try state.takeHeaders().map(\.flags) == [.ack, .fin])
        }
    }

    @Test func `a stream the peer does not answer, or does not finish, expires`() throws {
        var state = SessionState(role: .client, configuration: .init())
        let silent = try state.opened()
        let answered = try state.opened()
        try state.receive(Wire.update(3, .ack))
        #expect(state.nextDeadline == .seconds(75))
        state.expire(now: .milliseconds(74_999))
        #expect(try state.read(silent, upTo: 1) == .nothingYet)
        state.expire(now: .seconds(75))
        #expect(throws: ByteStreamError.self) { try state.read(silent, upTo: 1) }
        #expect(try state.read(answered, upTo: 1) == .nothingYet)
        #expect(state.unanswered == 0)
        state.close(answered, now: .seconds(80))
        #expect(state.nextDeadline == .seconds(380))
        state.expire(now: .seconds(380))
        #expect(state.streams[answered] == nil)
        #expect(try state.takeHeaders().suffix(3).map(\.flags) == [.rst, .fin, .rst])
    }
}
