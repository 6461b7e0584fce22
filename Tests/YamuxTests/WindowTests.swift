import TestSupport
import Testing

@testable import Yamux

@Suite struct WindowTests {
    @Test func `takes as much as the window and not one byte more`() {
        var window = ReceiveWindow()
        #expect(window.available == 262_144)
        #expect(window.reserve(262_145) == false)
        #expect(window.reserve(.max) == false)
        #expect(window.reserve(262_144) == true)
        #expect(window.reserve(1) == false)
        #expect(window.reserve(0) == true)
    }

    @Test func `gives room back at half a window, as Go does`() {
        var window = ReceiveWindow()
        #expect(window.reserve(262_144) == true)
        #expect(window.consume(131_071) == nil)
        #expect(window.owed == 131_071)
        #expect(window.consume(1) == 131_072)
        #expect(window.owed == 0)
        #expect(window.available == 131_072)
        #expect(window.consume(131_072) == 131_072)
        #expect(window.available == 262_144)
    }

    @Test func `a send window lets through what it has`() {
        var window = SendWindow()
        #expect(window.take(262_143) == 262_143)
        #expect(window.take(10) == 1)
        #expect(window.take(10) == 0)
        #expect(window.add(5) == true)
        #expect(window.take(10) == 5)
    }

    @Test func `a send window grows to 32 bits and no further`() {
        var window = SendWindow()
        #expect(window.add(.max - 262_144) == true)
        #expect(window.available == .max)
        #expect(window.add(0) == true)
        #expect(window.add(1) == false)
        #expect(window.available == .max)
        var fresh = SendWindow()
        #expect(fresh.add(.max) == false)
    }
}

@Suite struct InboundBufferTests {
    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `gives back what was put in, in any sizes`(seed: UInt64) {
        var random = SplitMix(seed: seed)
        var buffer = InboundBuffer()
        var model: [UInt8] = []
        for step in 0..<2000 {
            if Bool.random(using: &random) {
                let largest = [3, 300, 9000].randomElement(using: &random) ?? 3
                let count = Int.random(in: 0...largest, using: &random)
                let bytes = (0..<count).map { UInt8(truncatingIfNeeded: step + $0) }
                buffer.append(bytes[...])
                model += bytes
            } else {
                let limit = Int.random(in: 0...12_000, using: &random)
                let taken = buffer.take(upTo: limit)
                #expect(taken.count <= limit)
                #expect(taken.isEmpty == (limit == 0 || model.isEmpty))
                #expect(taken == Array(model.prefix(taken.count)))
                model.removeFirst(taken.count)
            }
            #expect(buffer.count == model.count)
            #expect(buffer.isEmpty == model.isEmpty)
        }
    }

    @Test func `joins single bytes`() {
        var buffer = InboundBuffer()
        for byte in 0..<100 { buffer.append([UInt8(byte)]) }
        #expect(buffer.take(upTo: 1000).count == 100)
    }

    @Test func `passes a large piece on whole`() {
        var buffer = InboundBuffer()
        buffer.append([UInt8](repeating: 1, count: 32_768)[...])
        buffer.append([UInt8](repeating: 2, count: 32_768)[...])
        #expect(buffer.take(upTo: 65_536).count == 32_768)
        #expect(buffer.take(upTo: 10).count == 10)
        #expect(buffer.take(upTo: 65_536).count == 32_758)
    }
}
