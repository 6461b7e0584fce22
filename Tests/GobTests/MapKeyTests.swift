import Gob
import Testing

@Suite struct MapKeyTests {
    private static let floatsToBools = message(hex("ff81 04 01 02 ff82 00 01 08 01 02 00 00"))
    private static let textsToInts = message(hex("ff81 04 01 02 ff82 00 01 0c 01 04 00 00"))

    private func map(_ definition: [UInt8], _ entries: [[UInt8]]) -> Reading {
        let value = hex("ff82 00") + unsigned(entries.count) + entries.joined()
        return Reading(of: [definition + message(value)])
    }

    private func text(_ text: String) -> [UInt8] { unsigned(text.utf8.count) + Array(text.utf8) }

    @Test func `takes texts that only look the same for two keys, as Go does`() throws {
        let reading = map(Self.textsToInts, [text("\u{E9}") + [2], text("e\u{301}") + [4]])
        #expect(reading.error == nil)
        #expect(reading.values.count == 1)
        guard case .map(let entries)? = reading.values.first else { return }
        #expect(entries.map(\.element) == [.int(1), .int(2)])
    }

    @Test func `takes each NaN for another key, and both zeros for one`() {
        let nan = hex("fe f8 7f 01")
        let many = map(Self.floatsToBools, Array(repeating: nan, count: 20_000))
        #expect(many.error == nil)
        let zeros = map(Self.floatsToBools, [hex("00 01"), hex("ff 80 01")])
        #expect(zeros.error?.code == .duplicateKey)
    }

    @Test func `takes a long key of combining marks in no time`() {
        // Compared as texts, two of these would take minutes.
        let marks = "S" + String(repeating: "\u{301}\u{316}", count: 60_000)
        let reading = map(Self.textsToInts, [text(marks) + [2], text(marks) + [4]])
        #expect(reading.error?.code == .duplicateKey)
    }
}
