import Foundation

@testable import Yamux

/// The bytes of frames, for tests.
enum Wire {
    /// A frame with its payload.
    static func frame(
        _ kind: FrameHeader.Kind,
        _ flags: FrameHeader.Flags = [],
        _ stream: UInt32 = 0,
        length: UInt32 = 0,
        _ payload: [UInt8] = []
    ) -> [UInt8] {
        var bytes: [UInt8] = []
        let length = payload.isEmpty ? length : UInt32(payload.count)
        FrameHeader(kind, flags, StreamID(rawValue: stream), length: length).append(to: &bytes)
        return bytes + payload
    }

    static func data(
        _ stream: UInt32,
        _ flags: FrameHeader.Flags = [],
        _ payload: [UInt8] = []
    ) -> [UInt8] {
        frame(.data, flags, stream, payload)
    }

    static func update(
        _ stream: UInt32,
        _ flags: FrameHeader.Flags = [],
        by increment: UInt32 = 0
    ) -> [UInt8] {
        frame(.windowUpdate, flags, stream, length: increment)
    }

    /// The headers in whole frames.
    static func headers(_ bytes: [UInt8]) throws -> [FrameHeader] {
        var decoder = FrameDecoder()
        var position = 0
        var headers: [FrameHeader] = []
        while let element = try decoder.next(in: bytes, at: &position) {
            if case .header(let header) = element { headers.append(header) }
        }
        return headers
    }

    /// A recorded file of this target.
    static func vector(_ name: String, path: String = #filePath) throws -> [UInt8] {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
        let file = folder.appendingPathComponent("Vectors/\(name)")
        return try [UInt8](Data(contentsOf: file))
    }

    static func hex(_ text: String) -> [UInt8] {
        let digits = text.filter { !$0.isWhitespace }
        return stride(from: 0, to: digits.count, by: 2).compactMap { start in
            let from = digits.index(digits.startIndex, offsetBy: start)
            return UInt8(digits[from..<digits.index(from, offsetBy: 2)], radix: 16)
        }
    }
}

extension SessionState {
    /// A session that has taken in `frames`.
    static func after(
        _ role: YamuxRole = .server,
        _ configuration: YamuxConfiguration = .init(),
        _ frames: [UInt8]...
    ) throws -> SessionState {
        var state = SessionState(role: role, configuration: configuration)
        for frame in frames { try state.receive(frame) }
        return state
    }

    /// One more stream, which there must be room for.
    mutating func opened() throws -> StreamID {
        guard let id = try open(now: .zero) else { throw Missing.stream }
        return id
    }

    /// The peer's next stream, which there must be.
    mutating func accepted() throws -> StreamID {
        guard let id = accept() else { throw Missing.stream }
        return id
    }

    private enum Missing: Error {
        case stream
    }

    /// All that waits for the connection.
    mutating func takeOutput() -> [UInt8] {
        var output: [UInt8] = []
        while let batch = nextBatch() { output += batch }
        return output
    }

    /// The headers of all that waits for the connection.
    mutating func takeHeaders() throws -> [FrameHeader] { try Wire.headers(takeOutput()) }
}
