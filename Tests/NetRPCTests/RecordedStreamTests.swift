import MessagePack
import NetRPC
import Testing

@Suite struct RecordedStreamTests {
    /// One half of a recorded connection, with the listing's values of that half.
    private func listed(_ name: String) throws -> [Substring] {
        let isFromHost = name.hasSuffix(".h2p")
        let listing = String(
            decoding: try WireFiles.bytes(name.dropLast(4) + ".txt"),
            as: UTF8.self
        )
        var isThisHalf = false
        var values: [Substring] = []
        for line in listing.split(separator: "\n") {
            if line.contains(" H>P ") { isThisHalf = isFromHost }
            if line.contains(" P>H ") { isThisHalf = !isFromHost }
            if isThisHalf, line.hasPrefix("        MP ") { values.append(line) }
        }
        return values
    }

    @Test func `has both halves of the recorded connections`() {
        #expect(WireFiles.names(ending: ".h2p").count == 17)
        #expect(WireFiles.names(ending: ".p2h").count == 21)
    }

    @Test(
        arguments: WireFiles.names(ending: ".h2p") + WireFiles.names(ending: ".p2h"),
        [1, 7, .max]
    )
    func `finds every message of a recording, in any split`(name: String, piece: Int) throws {
        var openings: [UInt32: [UInt8]] = [:]
        var calls: [UInt32: StreamHalf] = [:]
        var values: [String] = []
        for (stream, payload) in try WireFiles.payloads(name) {
            // The broker's id comes first, then whatever the stream is for.
            var rest = payload
            if calls[stream] == nil {
                openings[stream, default: []] += payload
                guard let opening = openings[stream], opening.count > 4 else { continue }
                guard let half = StreamHalf(opening: opening.dropFirst(4)) else { continue }
                calls[stream] = half
                rest = Array(opening.dropFirst(4))
            }
            while !rest.isEmpty {
                let part = Array(rest.prefix(piece))
                rest.removeFirst(part.count)
                try calls[stream]?.append(part)
            }
            values += calls[stream]?.takeValues() ?? []
        }
        let expected = try listed(name)
        #expect(!expected.isEmpty)
        #expect(values.count == expected.count)
        for (value, line) in zip(values, expected) {
            #expect("        MP \(value) ".prefix(1_200) == line)
        }
        for half in calls.values { try half.checkEnd() }
    }
}

/// What one side says on one stream of calls: requests, or responses.
private struct StreamHalf {
    private var requests: NetRPCMessageParser<NetRPCRequestHeader>?
    private var responses: NetRPCMessageParser<NetRPCResponseHeader>?
    private var arrived: [UInt8] = []
    private var encoded: [UInt8] = []
    private var values: [String] = []

    init?(opening: ArraySlice<UInt8>) {
        guard opening.dropFirst(2).starts(with: "ServiceMethod".utf8) else { return nil }
        if opening.first == 0x82 {
            requests = NetRPCMessageParser()
        } else {
            responses = NetRPCMessageParser()
        }
    }

    mutating func append(_ bytes: [UInt8]) throws {
        arrived += bytes
        requests?.append(bytes)
        responses?.append(bytes)
        while let request = try requests?.next() {
            try add(request)
        }
        while let response = try responses?.next() {
            try add(response)
        }
    }

    /// The values of the messages since the last time, as the listing shows them.
    mutating func takeValues() -> [String] {
        defer { values = [] }
        return values
    }

    func checkEnd() throws {
        try requests?.expectEnd()
        try responses?.expectEnd()
        // Our own bytes for the same headers are the recorded ones.
        #expect(encoded == arrived)
    }

    private mutating func add<Header: NetRPCHeader>(_ message: NetRPCMessage<Header>) throws {
        var header = MessagePackWriter()
        message.header.write(to: &header)
        let body = try MessagePackValue(decoding: message.body)
        #expect(body.encoded == message.body)
        values += [try MessagePackValue(decoding: header.bytes).pythonText, body.pythonText]
        encoded += message.encoded()
    }
}
