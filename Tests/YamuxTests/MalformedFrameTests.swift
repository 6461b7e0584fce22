import ByteStreams
import Testing

@testable import Yamux

/// What a peer must not do, and what happens then: one test a category.
@Suite struct MalformedFrameTests {
    /// The peer is a client that has opened stream 1, which was accepted.
    private func established() throws -> SessionState {
        var state = try SessionState.after(.server, .init(), Wire.update(1, .syn))
        _ = try state.accepted()
        _ = state.takeOutput()
        _ = state.takeEvents()
        return state
    }

    @Test(arguments: [Wire.data(0), Wire.update(0)])
    func `data and window updates of stream 0 are a fault`(frame: [UInt8]) throws {
        var state = try established()
        #expect(throws: ProtocolViolation.self) { try state.receive(frame) }
    }

    @Test(arguments: [FrameHeader.Kind.ping, .goAway])
    func `pings and go-aways of a stream are a fault`(kind: FrameHeader.Kind) throws {
        var state = try established()
        let frame = Wire.frame(kind, kind == .ping ? .syn : [], 1)
        #expect(throws: ProtocolViolation.session(1, "\(kind)")) { try state.receive(frame) }
    }

    @Test(arguments: [0, 3, 4, 5, 6, 8, 9, 15] as [UInt16])
    func `a ping is a question or an answer`(flags: UInt16) throws {
        var state = try established()
        let frame = Wire.frame(.ping, .init(rawValue: flags))
        #expect(throws: ProtocolViolation.flags(flags, "ping")) { try state.receive(frame) }
    }

    @Test(arguments: [3, 4, 255, .max] as [UInt32])
    func `a go-away has a known reason`(reason: UInt32) throws {
        var state = try established()
        #expect(throws: ProtocolViolation.goAway(reason)) {
            try state.receive(Wire.frame(.goAway, length: reason))
        }
    }

    @Test(arguments: [0, 1, 2] as [UInt32])
    func `a go-away ends the openings, or all`(reason: UInt32) throws {
        var state = try established()
        try state.receive(Wire.frame(.goAway, length: reason) + Wire.data(1, [], [5]))
        #expect(throws: YamuxError.peerWentAway) { try state.open(now: .zero) }
        #expect(state.peerFailure == (reason == 0 ? nil : GoAwayReason(rawValue: reason)))
        #expect(state.bufferedBytes == (reason == 0 ? 1 : 0))
    }

    @Test(
        arguments: [
            (YamuxRole.server, 2), (.server, 0xFFFF_FFFE), (.client, 1), (.client, 3),
        ] as [(YamuxRole, UInt32)]
    )
    func `a stream is opened by the side that gives out its number`(
        role: YamuxRole,
        id: UInt32
    ) throws {
        var state = SessionState(role: role, configuration: .init())
        #expect(throws: ProtocolViolation.parity(id)) { try state.receive(Wire.update(id, .syn)) }
    }

    @Test(arguments: [Wire.update(1, .syn), Wire.data(1, .syn), Wire.data(1, [.syn, .fin], [1])])
    func `a live stream is not opened again`(frame: [UInt8]) throws {
        var state = try established()
        #expect(throws: ProtocolViolation.duplicate(1)) { try state.receive(frame) }
    }

    @Test func `numbers may come out of order, as from concurrent Go openers`() throws {
        var state = try established()
        try state.receive(Wire.update(7, .syn) + Wire.update(5, .syn))
        #expect(state.accept()?.rawValue == 7)
        #expect(state.accept()?.rawValue == 5)
    }

    @Test(arguments: [262_145, 1 << 20, 1 << 31, .max] as [UInt32])
    func `more than the window is a fault before any of it is there`(length: UInt32) throws {
        var state = try established()
        #expect(throws: ProtocolViolation.window(1, length: length, available: 262_144)) {
            try state.receive(Wire.frame(.data, [], 1, length: length))
        }
        // The same on a stream that is gone, or never was.
        var other = try established()
        #expect(throws: ProtocolViolation.window(9, length: length, available: 262_144)) {
            try other.receive(Wire.frame(.data, [], 9, length: length))
        }
    }

    @Test func `the window counts over frames and is enforced to the byte`() throws {
        var state = try established()
        let half = [UInt8](repeating: 1, count: 131_072)
        try state.receive(Wire.data(1, [], half) + Wire.data(1, [], half))
        #expect(state.bufferedBytes == 262_144)
        #expect(throws: ProtocolViolation.window(1, length: 1, available: 0)) {
            try state.receive(Wire.data(1, [], [1]))
        }
    }

    @Test(arguments: [[0xFFFF_FFFF], [0xFFFB_FFFF, 1], [1 << 31, 1 << 31]] as [[UInt32]])
    func `window updates do not add up to more than 32 bits`(increments: [UInt32]) throws {
        var state = try established()
        for increment in increments.dropLast() {
            try state.receive(Wire.update(1, [], by: increment))
        }
        let last = try #require(increments.last)
        #expect(throws: ProtocolViolation.self) {
            try state.receive(Wire.update(1, [], by: last))
        }
    }

    @Test func `a stream is finished once`() throws {
        var state = try established()
        try state.receive(Wire.update(1, .fin))
        #expect(throws: ProtocolViolation.finish(1)) { try state.receive(Wire.data(1, .fin)) }
    }

    @Test func `data after the end is passed over, because a Go peer's race may send it`() throws {
        var state = try established()
        let id = StreamID(rawValue: 1)
        try state.receive(Wire.update(1, .fin) + Wire.data(1, [], [1, 2, 3]))
        #expect(try state.read(id, upTo: 10) == .end)
        #expect(state.bufferedBytes == 0)
        #expect(throws: ProtocolViolation.window(1, length: 262_144, available: 262_141)) {
            try state.receive(Wire.frame(.data, [], 1, length: 262_144))
        }
    }

    @Test func `an acknowledgement is for a stream of this side, once`() throws {
        var state = try established()
        #expect(throws: ProtocolViolation.acknowledgement(1)) {
            try state.receive(Wire.update(1, .ack))
        }
        var opener = try established()
        let id = try opener.opened()
        try opener.receive(Wire.update(id.rawValue, .ack))
        #expect(throws: ProtocolViolation.acknowledgement(2)) {
            try opener.receive(Wire.update(id.rawValue, .ack))
        }
        var stranger = try established()
        #expect(throws: ProtocolViolation.neverOpened(4)) {
            try stranger.receive(Wire.update(4, .ack))
        }
    }

    @Test(arguments: [Wire.update(9, .fin), Wire.update(9, .rst), Wire.data(9, [], [1, 2])])
    func `frames of streams that are gone are passed over`(frame: [UInt8]) throws {
        var state = try established()
        try state.receive(frame + Wire.data(1, [], [7]))
        #expect(try state.read(StreamID(rawValue: 1), upTo: 9) == .bytes([7]))
        #expect(!state.hasOutput)
    }

    /// All orders of the four flags, each on a frame of its own, on a stream that is new.
    static let orders: [[FrameHeader.Flags]] = {
        func orders(of flags: [FrameHeader.Flags]) -> [[FrameHeader.Flags]] {
            guard !flags.isEmpty else { return [[]] }
            return flags.flatMap { first in
                orders(of: flags.filter { $0 != first }).map { [first] + $0 }
            }
        }
        return orders(of: [.syn, .ack, .fin, .rst])
    }()

    @Test(arguments: orders)
    func `each order of SYN, ACK, FIN and RST has its outcome`(order: [FrameHeader.Flags]) throws {
        var state = SessionState(role: .server, configuration: .init())
        var violation: ProtocolViolation?
        for flags in order where violation == nil {
            do throws(ProtocolViolation) {
                try state.receive(Wire.update(1, flags))
            } catch {
                violation = error
            }
        }
        // An ACK is a fault while the peer's own stream lives: after SYN and before RST.
        let index = { (flag: FrameHeader.Flags) in order.firstIndex(of: flag) ?? 0 }
        let acksLive =
            index(.syn) < index(.ack) && !(index(.syn) < index(.rst) && index(.rst) < index(.ack))
        #expect(violation == (acksLive ? .acknowledgement(1) : nil))
        let isReset = index(.syn) < index(.rst)
        if violation == nil { #expect(state.streams.isEmpty == isReset) }
        if isReset, violation == nil { #expect(state.accept() == nil) }
    }

    @Test(arguments: orders)
    func `the same on a stream of this side`(order: [FrameHeader.Flags]) throws {
        var state = SessionState(role: .client, configuration: .init())
        let id = try state.opened()
        var found: ProtocolViolation?
        var taken: [FrameHeader.Flags] = []
        for flags in order where found == nil {
            do throws(ProtocolViolation) {
                try state.receive(Wire.update(id.rawValue, flags))
                taken.append(flags)
            } catch {
                found = error
            }
        }
        // The peer does not give out this number, whatever has become of the stream.
        #expect(found == .parity(id.rawValue))
        #expect(taken == Array(order.prefix { $0 != .syn }))
        if taken.contains(.rst) {
            #expect(throws: ByteStreamError.self) { try state.read(id, upTo: 1) }
        } else if taken.contains(.fin) {
            #expect(try state.read(id, upTo: 1) == .end)
        }
    }

    @Test func `more streams than the backlog are reset, and the session goes on`() throws {
        var state = SessionState(role: .server, configuration: .init())
        for number in 0..<257 { try state.receive(Wire.update(UInt32(2 * number + 1), .syn)) }
        #expect(state.streams.count == 256)
        #expect(try state.takeHeaders() == [.init(.windowUpdate, .rst, .init(rawValue: 513))])
        _ = try state.accepted()
        try state.receive(Wire.data(515, .syn, [1]))
        #expect(state.streams.count == 257)
    }

    @Test func `more streams than there may be are reset, with what they carry`() throws {
        var configuration = YamuxConfiguration()
        configuration.maximumStreams = 2
        var state = try SessionState.after(
            .server,
            configuration,
            Wire.update(1, .syn) + Wire.update(3, .syn) + Wire.data(5, .syn, [1, 2, 3])
        )
        #expect(state.streams.count == 2)
        #expect(state.bufferedBytes == 0)
        #expect(try state.takeHeaders().map(\.flags) == [.rst])
    }

    @Test func `streams opened and reset at once leave nothing behind`() throws {
        var state = SessionState(role: .server, configuration: .init())
        for number in 0..<10_000 {
            let id = UInt32(2 * number + 1)
            try state.receive(Wire.data(id, .syn, [1, 2, 3]) + Wire.update(id, .rst))
        }
        #expect(state.streams.isEmpty)
        #expect(state.backlog.isEmpty)
        #expect(state.bufferedBytes == 0)
        #expect(!state.hasOutput)
    }

    @Test func `the stream that holds too much with all the others is reset`() throws {
        var configuration = YamuxConfiguration()
        configuration.maximumBufferedBytes = 100
        var state = try SessionState.after(
            .server,
            configuration,
            Wire.data(1, .syn, [UInt8](repeating: 1, count: 60)),
            Wire.data(3, .syn, [UInt8](repeating: 1, count: 40))
        )
        let (first, second) = (try state.accepted(), try state.accepted())
        try state.receive(Wire.data(1, [], [1]))
        #expect(try state.takeHeaders().last?.flags == .rst)
        #expect(throws: ByteStreamError.self) { try state.read(first, upTo: 1) }
        #expect(state.bufferedBytes == 40)
        #expect(try state.read(second, upTo: 100) == .bytes([UInt8](repeating: 1, count: 40)))
    }

    @Test func `after this side's go-away new streams are reset`() throws {
        var state = try established()
        state.goAway(.normal)
        try state.receive(Wire.update(3, .syn))
        #expect(state.accept() == nil)
        #expect(try state.takeHeaders().map(\.flags) == [[], .rst])
    }
}
