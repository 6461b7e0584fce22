import Communicator
import Testing

@Suite struct Base64Tests {
    @Test(arguments: 0...66) func `gives back what it was given`(count: Int) {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 37 + 11) }
        let text = Base64.encode(bytes)
        #expect(Base64.decode(text.utf8) == bytes)
        let padding = String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        #expect(Base64.decode((text + padding + "\r\n").utf8) == bytes)
    }

    @Test(arguments: ["A", "AAAAA", "AA=", "AA===", "AAA==", "====", "AA=A", "A-==", "AAAA=", "é"])
    func `refuses what is no base64`(text: String) {
        #expect(Base64.decode(text.utf8) == nil)
    }
}
