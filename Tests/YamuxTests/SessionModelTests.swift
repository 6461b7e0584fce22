import Foundation
import TestSupport
import Testing

@testable import Yamux

/// Random frames and calls against a model that has no buffers, no lines and no frames.
@Suite struct SessionModelTests {
    private static let steps = FuzzScale.rounds(3000, full: 250_000)

    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func `behaves like the model on random frames and calls`(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        var state = SessionState(role: .server, configuration: .init())
        var model = Model()
        for step in 0..<Self.steps {
            if Int.random(in: 0..<3, using: &random) == 0 {
                try act(&state, &model, &random)
            } else {
                let (header, bytes) = frame(model, &random)
                let expected = model.receive(header)
                var found = false
                do throws(ProtocolViolation) {
                    for piece in random.split(bytes, upTo: 2000) { try state.receive(piece) }
                } catch {
                    found = true
                }
                #expect(found == expected, "step \(step): \(header)")
                if found || expected {
                    state = SessionState(role: .server, configuration: .init())
                    model = Model()
                }
            }
            guard model.matches(state) else {
                Issue.record("seed \(seed), step \(step): \(model)")
                return
            }
            _ = state.takeEvents()
            if step % 64 == 0 { _ = state.takeOutput() }
        }
    }

    /// A frame that is likely to be legal, and its bytes.
    private func frame(_ model: Model, _ random: inout SplitMix) -> (FrameHeader, [UInt8]) {
        let id = UInt32.random(in: 1...8, using: &random)
        let odds: [FrameHeader.Flags] = [
            [], [], [], [], [], .syn, .syn, .ack, .fin, .rst, [.syn, .fin], [.syn, .rst],
            [.ack, .fin],
        ]
        var flags = odds.randomElement(using: &random) ?? []
        if model.streams[id] == nil, id % 2 == 1 { flags.insert(.syn) }
        if Bool.random(using: &random) {
            let increment = ([0, 1, 1000, 1 << 31] as [UInt32]).randomElement(using: &random) ?? 0
            let header = FrameHeader(
                .windowUpdate,
                flags,
                StreamID(rawValue: id),
                length: increment
            )
            return (header, Wire.update(id, flags, by: increment))
        }
        let count = [0, 1, 7, 1000, 70_000].randomElement(using: &random) ?? 0
        let payload = [UInt8](repeating: 1, count: count)
        let header = FrameHeader(.data, flags, StreamID(rawValue: id), length: UInt32(count))
        return (header, Wire.data(id, flags, payload))
    }

    /// One call of the application.
    private func act(
        _ state: inout SessionState,
        _ model: inout Model,
        _ random: inout SplitMix
    ) throws {
        let some = model.streams.keys.sorted().randomElement(using: &random) ?? 1
        let isAccepted = model.streams[some]?.isOffered == false
        switch Int.random(in: 0..<8, using: &random) {
        case 0 where model.nextID < 8:
            model.open()
            _ = try state.opened()
        case 0...2:
            let id = state.accept()
            if let id { model.streams[id.rawValue]?.isOffered = false }
        case 3...6 where isAccepted && model.streams[some]?.isReset == false:
            let limit = [1, 900, 200_000].randomElement(using: &random) ?? 1
            if case .bytes(let bytes) = try state.read(StreamID(rawValue: some), upTo: limit) {
                model.streams[some]?.read(bytes.count)
            }
        case 7 where isAccepted && Int.random(in: 0..<4, using: &random) == 0:
            state.abort(StreamID(rawValue: some))
            model.streams[some] = nil
        default:
            break
        }
    }
}

/// What a peer's frames and the application's calls mean, in the fewest words.
private struct Model {
    struct Stream {
        let isOurs: Bool
        var isOffered: Bool
        var isAnswered = false
        var isAcknowledged = false
        var isFinished = false
        var isReset = false
        var unread = 0
        var owed = 0
        var room = 262_144
        var credit = 262_144

        mutating func read(_ count: Int) {
            unread -= count
            owed += count
            guard owed >= 131_072 else { return }
            room += owed
            owed = 0
        }
    }

    var streams: [UInt32: Stream] = [:]
    var nextID: UInt32 = 2

    mutating func open() {
        streams[nextID] = Stream(isOurs: true, isOffered: false)
        nextID += 2
    }

    /// Whether the frame is a fault; what came before the fault in it does not matter any more.
    mutating func receive(_ header: FrameHeader) -> Bool {
        let id = header.stream.rawValue
        if header.flags.contains(.syn) {
            if id % 2 == 0 || streams[id] != nil { return true }
            streams[id] = Stream(isOurs: false, isOffered: true)
        }
        guard var stream = streams[id], !stream.isReset else {
            return id % 2 == 0 && id >= nextID
        }
        if header.flags.contains(.ack) {
            if !stream.isOurs || stream.isAcknowledged { return true }
            stream.isAcknowledged = true
        }
        stream.isAnswered = true
        let length = Int(header.length)
        if header.kind == .data {
            if length > stream.room { return true }
            stream.room -= length
            if !stream.isFinished { stream.unread += length }
        } else {
            stream.credit += length
            if stream.credit > UInt32.max { return true }
        }
        if header.flags.contains(.fin) {
            if stream.isFinished { return true }
            stream.isFinished = true
        }
        if header.flags.contains(.rst) {
            stream.isReset = true
            stream.unread = 0
        }
        streams[id] = stream.isReset && stream.isOffered ? nil : stream
        return false
    }

    func matches(_ state: SessionState) -> Bool {
        Set(streams.keys) == Set(state.streams.keys.map(\.rawValue))
            && state.bufferedBytes == streams.values.reduce(0) { $0 + $1.unread }
            && state.backlog.count == streams.values.count { $0.isOffered }
            && state.unanswered == streams.values.count { $0.isOurs && !$0.isAnswered }
            && streams.allSatisfy { id, stream in
                guard let other = state.streams[StreamID(rawValue: id)] else { return false }
                guard !stream.isReset else { return other.reset != nil }
                return other.reset == nil && other.inbound.count == stream.unread
                    && Int(other.receiveWindow.available) == stream.room
                    && Int(other.sendWindow.available) == stream.credit
                    && (other.receiving == .finished) == stream.isFinished
            }
    }
}
