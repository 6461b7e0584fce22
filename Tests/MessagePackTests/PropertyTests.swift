import MessagePack
import TestSupport
import Testing

@Suite struct PropertyTests {
    @Test func `reads back what it writes`() throws {
        var generator = SplitMix(seed: 1)
        for _ in 0..<FuzzScale.rounds(2_000, full: 300_000) {
            let seed = generator.state
            let value = MessagePackValue.random(&generator)
            #expect(try MessagePackValue(decoding: value.encoded) == value, "seed \(seed)")
        }
    }

    @Test func `finds a value's end in any split of its bytes`() throws {
        var generator = SplitMix(seed: 2)
        for _ in 0..<FuzzScale.rounds(500, full: 50_000) {
            let seed = generator.state
            let bytes = MessagePackValue.random(&generator).encoded
            let behind: [UInt8] = [0x93, 0xc1, 0xff]
            let pieces = bytes.count < 400 ? 1 : Int.random(in: 1...64, using: &generator)
            var scanner = MessagePackScanner()
            var arrived: [UInt8] = []
            while arrived.count < bytes.count {
                #expect(try !scanner.scan(arrived), "seed \(seed)")
                arrived += bytes[arrived.count..<min(arrived.count + pieces, bytes.count)]
            }
            #expect(try scanner.scan(arrived + behind), "seed \(seed)")
            #expect(scanner.position == bytes.count, "seed \(seed)")
            var reader = MessagePackReader(bytes + behind)
            try reader.skipValue()
            #expect(reader.position == bytes.count, "seed \(seed)")
        }
    }

    @Test func `makes of damaged bytes an error or a value that is stable`() throws {
        var generator = SplitMix(seed: 3)
        for _ in 0..<FuzzScale.rounds(5_000, full: 1_000_000) {
            let seed = generator.state
            var bytes = MessagePackValue.random(&generator, depth: 2).encoded
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                guard let index = bytes.indices.randomElement(using: &generator) else { break }
                switch Int.random(in: 0...2, using: &generator) {
                case 0: bytes[index] = UInt8(truncatingIfNeeded: generator.next())
                case 1: bytes.remove(at: index)
                default: bytes.insert(UInt8(truncatingIfNeeded: generator.next()), at: index)
                }
            }
            var scanner = MessagePackScanner()
            let isWhole = (try? scanner.scan(bytes)) ?? false
            var reader = MessagePackReader(bytes)
            guard let value = try? reader.readValue() else {
                #expect(!isWhole, "seed \(seed)")
                continue
            }
            #expect(isWhole && scanner.position == reader.position, "seed \(seed)")
            let again = try MessagePackValue(decoding: value.encoded)
            #expect(again.encoded == value.encoded, "seed \(seed)")
        }
    }
}
