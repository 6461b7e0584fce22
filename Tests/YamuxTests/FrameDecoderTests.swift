import TestSupport
import Testing

@testable import Yamux

@Suite struct FrameDecoderTests {
    /// What a decoder finds in pieces: headers, and payload bytes with a mark at each end.
    private func decode(_ pieces: [[UInt8]]) throws -> (found: [Found], decoder: FrameDecoder) {
        var decoder = FrameDecoder()
        var found: [Found] = []
        for piece in pieces {
            var position = 0
            while let element = try decoder.next(in: piece, at: &position) {
                switch element {
                case .header(let header): found.append(.header(header))
                case .payload(let range, let isLast):
                    #expect(!range.isEmpty)
                    found += piece[range].map { .byte($0) }
                    if isLast { found.append(.end) }
                }
            }
        }
        return (found, decoder)
    }

    private enum Found: Equatable {
        case header(FrameHeader)
        case byte(UInt8)
        case end
    }

    @Test(arguments: ["yamux-open-stream0", "prov-shell-keepalive", "builder-null-ssh-json"])
    func `finds the same frames however the bytes are cut`(name: String) throws {
        var random = SplitMix(seed: 1)
        for direction in ["h2p", "p2h"] {
            let bytes = try Wire.vector("\(name).\(direction)")
            let (whole, decoder) = try decode([bytes])
            #expect(!decoder.isInsideFrame)
            #expect(try decode(bytes.map { [$0] }).found == whole)
            for _ in 0..<50 { #expect(try decode(random.split(bytes)).found == whole) }
        }
    }

    @Test(arguments: 0..<12)
    func `waits for the rest of a header`(count: Int) throws {
        let (found, decoder) = try decode([Array(Wire.update(1, .syn).prefix(count))])
        #expect(found.isEmpty)
        #expect(decoder.isInsideFrame == (count > 0))
    }

    @Test func `passes a payload on as it comes and holds nothing for its length`() throws {
        let header = Wire.frame(.data, [], 1, length: .max)
        let (found, decoder) = try decode([header, [7, 8]])
        #expect(found.count == 3)
        #expect(decoder.isInsideFrame)
    }

    @Test func `a frame without payload ends with its header`() throws {
        let (found, decoder) = try decode([Wire.data(1, .fin)])
        #expect(found.count == 1)
        #expect(!decoder.isInsideFrame)
    }

    @Test func `the recorded frames are those of their listing`() throws {
        let headers = try Wire.headers(Wire.vector("prov-shell-keepalive.h2p"))
        #expect(headers.filter { $0.kind == .ping }.count == 2)
        #expect(headers.filter { $0.flags == .syn && $0.kind == .windowUpdate }.count > 3)
        #expect(headers.allSatisfy { $0.kind == .ping || $0.stream != .session })
    }
}
