import Gob
import TestSupport
import Testing

/// What holds for any stream.
@Suite struct StreamPropertyTests {
    @Test func `reads back whatever it writes`() throws {
        var generator = SplitMix(seed: 11)
        for _ in 0..<(1000 * thoroughness) {
            let random = RandomStream(using: &generator)
            let stream = try random.stream
            var decoder = GobDecoder()
            decoder.append(stream)
            let value = try decoder.next()
            try decoder.finish()
            #expect(value == random.value)
            #expect(decoder.types == random.types)
        }
    }

    /// Several values, split anywhere.
    @Test func `reads alike however the stream is split`() throws {
        var generator = SplitMix(seed: 12)
        for _ in 0..<(100 * thoroughness) {
            let random = RandomStream(using: &generator)
            var encoder = GobEncoder(types: random.types)
            var stream = try encoder.encode(random.value, as: random.type)
            stream += try encoder.encode(random.value, as: random.type)
            let whole = Reading(of: [stream])
            #expect(whole.values == [random.value, random.value])
            #expect(Reading(of: stream.pieces(of: 1)) == whole)
            #expect(Reading(of: Self.pieces(of: stream, using: &generator)) == whole)
        }
    }

    @Test(arguments: ["provisioner-sleep", "builder-hcloud"])
    func `reads a value spread over messages alike however it is split`(name: String) throws {
        var generator = SplitMix(seed: 13)
        let stream = try vector("configspec-packer-\(name).gob")
        let whole = Reading(of: [stream])
        #expect(whole.values.count == 1)
        #expect(Reading(of: stream.pieces(of: 1)) == whole)
        for _ in 0..<20 {
            #expect(Reading(of: Self.pieces(of: stream, using: &generator)) == whole)
        }
    }

    @Test func `waits for the rest of a stream that is cut short`() throws {
        let stream = KnownStreams.goFlatSpec
        for end in stream.indices {
            var decoder = GobDecoder()
            decoder.append(stream[..<end])
            #expect(try decoder.next() == nil)
            if end == 0 {
                try decoder.finish()
            } else {
                #expect { try decoder.finish() } throws: {
                    ($0 as? GobError)?.code == .unexpectedEnd
                }
            }
        }
    }

    /// What is read of a damaged stream may be an error or another value, but it is one or the
    /// other, alike for any split, and what was read can be written.
    @Test func `survives damage`() throws {
        var generator = SplitMix(seed: 14)
        let seeds = [
            KnownStreams.goFlatSpec, KnownStreams.nestedSpec, KnownStreams.ctyValue,
            KnownStreams.listType, try vector("configspec-packer-provisioner-breakpoint.gob"),
            try vector("gob-commandfinished-5.bin"),
        ]
        for _ in 0..<(1000 * thoroughness) {
            var stream = seeds.randomElement(using: &generator) ?? []
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                Self.damage(&stream, using: &generator)
            }
            let whole = Reading(of: [stream])
            #expect(Reading(of: Self.pieces(of: stream, using: &generator)) == whole)
            try whole.checkThatItCanBeWritten()
        }
    }

    private static func damage(_ stream: inout [UInt8], using generator: inout SplitMix) {
        guard let place = stream.indices.randomElement(using: &generator) else { return }
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: stream[place] = UInt8.random(in: 0...255, using: &generator)
        case 1: stream[place] ^= 1 << UInt8.random(in: 0...7, using: &generator)
        case 2: stream.remove(at: place)
        default: stream.insert(UInt8.random(in: 0...255, using: &generator), at: place)
        }
    }

    private static func pieces(
        of stream: [UInt8],
        using generator: inout SplitMix
    ) -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        var rest = stream[...]
        while !rest.isEmpty {
            let count = Int.random(
                in: 1...(Bool.random(using: &generator) ? 3 : 40),
                using: &generator
            )
            pieces.append(Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        return pieces
    }
}

/// All that can be read of a stream that comes in pieces.
struct Reading: Equatable {
    private(set) var values: [GobValue] = []
    private(set) var error: GobError?
    private(set) var types = GobTypes()

    init(of pieces: [[UInt8]], limits: GobLimits = .standard) {
        var decoder = GobDecoder(limits: limits)
        do throws(GobError) {
            for piece in pieces {
                decoder.append(piece)
                while let value = try decoder.next() { values.append(value) }
            }
            try decoder.finish()
        } catch {
            self.error = error
        }
        types = decoder.types
    }

    /// By what was written where a value is not equal to itself, being not a number.
    static func == (one: Reading, other: Reading) -> Bool {
        one.error == other.error && one.types == other.types
            && "\(one.values)" == "\(other.values)"
    }

    /// Writes what was read, reads that, writes it again and finds the same bytes.
    func checkThatItCanBeWritten() throws {
        for value in values {
            for type in types.ids {
                guard
                    let stream = try? GobEncoder.stream(of: value, as: type, types: types)
                else { continue }
                let again = try GobDecoder.value(of: stream)
                #expect(try GobEncoder.stream(of: again, as: type, types: types) == stream)
            }
        }
    }
}
