import MessagePack
import NetRPC
import TestSupport
import Testing

/// The headers beside what `Codable` makes of the same fields.
@Suite struct HeaderTests {
    struct Request: Codable {
        var serviceMethod: String
        var sequence: UInt64

        enum CodingKeys: String, CodingKey {
            case serviceMethod = "ServiceMethod"
            case sequence = "Seq"
        }
    }

    struct Response: Codable {
        var serviceMethod: String
        var sequence: UInt64
        var error: String

        enum CodingKeys: String, CodingKey {
            case serviceMethod = "ServiceMethod"
            case sequence = "Seq"
            case error = "Error"
        }
    }

    @Test(arguments: [0, 127, 128, 255, 256, 65_536, 1 << 32, .max] as [UInt64])
    func `writes a header as the encoder writes the same fields`(sequence: UInt64) throws {
        for count in [0, 1, 31, 32, 255, 256, 65_536] {
            let text = String(repeating: "é", count: count / 2) + (count % 2 == 0 ? "" : "x")
            var request = MessagePackWriter()
            NetRPCRequestHeader(serviceMethod: text, sequence: sequence).write(to: &request)
            let requestFields = Request(serviceMethod: text, sequence: sequence)
            #expect(try request.bytes == MessagePackEncoder().encode(requestFields))
            var response = MessagePackWriter()
            NetRPCResponseHeader(serviceMethod: "A.B", sequence: sequence, error: text)
                .write(to: &response)
            let responseFields = Response(serviceMethod: "A.B", sequence: sequence, error: text)
            #expect(try response.bytes == MessagePackEncoder().encode(responseFields))
        }
    }

    @Test func `takes and refuses the headers that the decoder takes and refuses`() {
        var generator = SplitMix(seed: 1)
        var taken = 0
        var refused = 0
        for _ in 0..<FuzzScale.rounds(5_000, full: 500_000) {
            let seed = generator.state
            let isTaken = expectAgreement(on: randomHeader(&generator), "seed \(seed)")
            if isTaken { taken += 1 } else { refused += 1 }
        }
        #expect(taken > 500 && refused > 500)
    }

    @Test func `takes and refuses damaged headers as the decoder does`() throws {
        var generator = SplitMix(seed: 2)
        for _ in 0..<FuzzScale.rounds(5_000, full: 500_000) {
            let seed = generator.state
            var bytes = randomHeader(&generator).encoded
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                guard let index = bytes.indices.randomElement(using: &generator) else { break }
                bytes[index] = UInt8(truncatingIfNeeded: generator.next())
            }
            guard let value = try? MessagePackValue(decoding: bytes) else { continue }
            expectAgreement(on: value, "seed \(seed)")
        }
    }

    @Test func `refuses a key whose comparison would take long`() {
        for size in [1024, 1025] {
            let long = String(repeating: "x", count: size - 2)
            for key in [MessagePackValue.string(long + "é"), .string(long + "xx")] {
                let header = MessagePackValue.map([.init(key: key, value: 1)])
                let isTaken = expectAgreement(on: header, "\(size)")
                #expect(isTaken == (size == 1024 || key == .string(long + "xx")))
            }
        }
    }

    /// Checks that both ways come to the same; says whether the request was taken.
    @discardableResult
    private func expectAgreement(on value: MessagePackValue, _ comment: Comment) -> Bool {
        let request = result { () throws(MessagePackError) in
            try NetRPCRequestHeader(value)
        }
        let requestFields = result { () throws(MessagePackError) in
            let fields = try MessagePackDecoder().decode(Request.self, from: value)
            return NetRPCRequestHeader(
                serviceMethod: fields.serviceMethod,
                sequence: fields.sequence
            )
        }
        #expect(request == requestFields, comment)
        let response = result { () throws(MessagePackError) in
            try NetRPCResponseHeader(value)
        }
        let responseFields = result { () throws(MessagePackError) in
            let fields = try MessagePackDecoder().decode(Response.self, from: value)
            return NetRPCResponseHeader(
                serviceMethod: fields.serviceMethod,
                sequence: fields.sequence,
                error: fields.error
            )
        }
        #expect(response == responseFields, comment)
        return (try? request.get()) != nil
    }

    private func result<Header>(
        _ read: () throws(MessagePackError) -> Header
    ) -> Result<Header, MessagePackError> {
        do throws(MessagePackError) {
            return .success(try read())
        } catch {
            return .failure(error)
        }
    }

    private func randomHeader(_ generator: inout SplitMix) -> MessagePackValue {
        switch Int.random(in: 0...9, using: &generator) {
        case 0: return randomField(&generator)
        case 1, 2:
            let count = Int.random(in: 0...4, using: &generator)
            return .array((0..<count).map { _ in randomField(&generator) })
        default:
            // Few entries, and as many as are looked up otherwise.
            let count = Int.random(
                in: 0...(Bool.random(using: &generator) ? 4 : 24),
                using: &generator
            )
            return .map(
                (0..<count).map { _ in
                    .init(key: randomKey(&generator), value: randomField(&generator))
                }
            )
        }
    }

    private func randomKey(_ generator: inout SplitMix) -> MessagePackValue {
        let names = [
            "ServiceMethod", "ServiceMethod", "Seq", "Seq", "Error", "Error", "seq", "", "Sèq",
            "Se\u{300}q", "Err\u{212B}r",
        ]
        let name = names.randomElement(using: &generator) ?? ""
        switch Int.random(in: 0...39, using: &generator) {
        case 0: return .int(7)
        case 1: return .uint(700)
        case 2: return .binary(Array(name.utf8))
        case 3: return .invalidString(Array(name.utf8) + [0xff])
        case 4: return randomField(&generator)
        default: return .string(name)
        }
    }

    private func randomField(_ generator: inout SplitMix) -> MessagePackValue {
        let fields: [MessagePackValue] = [
            .nil, "A.B", "A.B", "", .binary(Array("A.B".utf8)), .invalidString([0x41, 0xff]), 0, 5,
            .uint(.max), .uint(200), 1.0, .float(2), 3, "a longer text than fits in a value", -1,
            0.5, true, [], ["A.B"], [:], .ext(type: 1, data: [1]), .double(.nan), .double(1e300),
        ]
        // The first ones are those that a field takes.
        let isUsual = Int.random(in: 0...7, using: &generator) > 0
        return fields.prefix(isUsual ? 14 : fields.count).randomElement(using: &generator) ?? .nil
    }
}
