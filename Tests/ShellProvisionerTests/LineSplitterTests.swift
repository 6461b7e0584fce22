import Testing

@testable import ShellProvisioner

struct LineSplitterTests {
    private func lines(_ bytes: [UInt8], cutAt cut: Int? = nil) -> [String] {
        var splitter = LineSplitter()
        let cut = cut ?? bytes.count
        return splitter.append(Array(bytes[..<cut]), elapsed: .zero)
            + splitter.append(Array(bytes[cut...]), elapsed: .zero) + splitter.finish()
    }

    @Test(
        arguments: [
            ("a\nb\n", ["a", "b"]),
            ("a\n\nb", ["a", "", "b"]),
            ("a \t\r\n", ["a"]),
            ("tail", ["tail"]),
            ("10%\r50%\r100%\n", ["100%"]),
            ("50%\r\r\n", ["50%"]),
            ("abc\r   \n", ["abc"]),
            ("abc\rde\n", ["de"]),
            ("\u{1B}[31mred\u{1B}[0m\n", ["\u{1B}[31mred\u{1B}[0m"]),
            ("a\u{7}b\u{1B}]0;x\n", ["a\\x07b\\x1b]0;x"]),
            ("\u{1B}[2Jx\u{0}\n", ["\\x1b[2Jx\\x00"]),
            ("\u{9B}31m\n", ["\\x9b31m"]),
            ("tab\tstays\n", ["tab\tstays"]),
        ]
    )
    func `shows what a person can read`(text: String, expected: [String]) {
        #expect(lines(Array(text.utf8)) == expected)
    }

    @Test func `gives the same wherever a character of four bytes is cut`() {
        let bytes = Array("a\u{1F600}é\u{20AC}\n".utf8)
        for cut in 0...bytes.count {
            #expect(lines(bytes, cutAt: cut) == ["a\u{1F600}é\u{20AC}"], "cut at \(cut)")
        }
    }

    @Test func `shows invalid UTF-8 as replacement characters`() {
        #expect(lines([0x61, 0xFF, 0x62, 0x0A]) == ["a\u{FFFD}b"])
        #expect(lines([0x61, 0xE2, 0x82, 0x0A]) == ["a\u{FFFD}"])
    }

    @Test func `cuts a long line between characters and loses nothing`() {
        let text =
            String(repeating: "x", count: LineSplitter.pieceLimit - 1)
            + String(repeating: "\u{20AC}", count: 50_000)
        let pieces = lines(Array(text.utf8) + [0x0A])
        #expect(pieces.count == 4)
        #expect(pieces.joined() == text)
        #expect(pieces.allSatisfy { $0.utf8.count <= LineSplitter.pieceLimit })
    }

    @Test func `adds no blank line after a line that is exactly one piece`() {
        let line = [UInt8](repeating: 0x78, count: LineSplitter.pieceLimit)
        #expect(lines(line + [0x0A]).count == 1)
    }

    @Test func `shows at most two states a second and always the last`() {
        var splitter = LineSplitter()
        var shown: [String] = []
        for step in 0..<100 {
            let bytes = Array("\(step)%\r".utf8)
            shown += splitter.append(bytes, elapsed: .milliseconds(step * 100))
        }
        shown += splitter.append(Array("100%\n".utf8), elapsed: .seconds(10))
        #expect(shown.first == "5%")
        #expect(shown.last == "100%")
        #expect(shown.count == 20)
    }

    @Test func `does not repeat a state that was shown`() {
        var splitter = LineSplitter()
        var shown = splitter.append(Array("wait".utf8), elapsed: .zero)
        shown += splitter.append(Array("\r".utf8), elapsed: .seconds(1))
        shown += splitter.append(Array("\n".utf8), elapsed: .seconds(2))
        #expect(shown == ["wait"])
    }

    @Test func `keeps the last twenty lines and cuts long ones`() {
        var tail = OutputTail()
        for number in 1...30 { tail.append("\(number)") }
        #expect(tail.lines == (11...30).map(String.init))
        tail.append(String(repeating: "x", count: 10_000))
        #expect(tail.lines.last?.count == OutputTail.lengthLimit)
    }
}
