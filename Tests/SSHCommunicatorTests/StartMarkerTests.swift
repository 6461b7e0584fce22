import Testing

@testable import SSHCommunicator

@Suite struct StartMarkerTests {
    static let stream = Array("motd\nT1 123\nfirst T1 4\nsecond".utf8)

    @Test(arguments: 0...stream.count)
    func `takes the marker out wherever the stream is split`(split: Int) {
        var marker = StartMarker(token: "T1")
        let passed =
            marker.filter(Array(Self.stream[..<split]))
            + marker.filter(Array(Self.stream[split...]))
            + marker.finish()
        #expect(String(decoding: passed, as: UTF8.self) == "motd\nfirst T1 4\nsecond")
        #expect(marker.processID == 123)
    }

    @Test func `takes the marker out when bytes come one by one`() {
        var marker = StartMarker(token: "T1")
        var passed: [UInt8] = []
        for byte in Self.stream { passed += marker.filter([byte]) }
        #expect(String(decoding: passed, as: UTF8.self) == "motd\nfirst T1 4\nsecond")
    }

    @Test(arguments: ["", "T", "T1", "T1 ", "no marker here", "T1 12", "T1 x\n", "T1 0\n", "TT1"])
    func `passes a stream without a whole marker unchanged`(text: String) {
        var marker = StartMarker(token: "T1")
        let passed = marker.filter(Array(text.utf8)) + marker.finish()
        #expect(String(decoding: passed, as: UTF8.self) == text)
        #expect(marker.processID == nil)
    }

    @Test func `does not hold back more than the marker's length`() {
        var marker = StartMarker(token: "T1")
        let passed = marker.filter([UInt8](repeating: 0x54, count: 100_000))
        #expect(passed.count >= 100_000 - 4)
    }
}
