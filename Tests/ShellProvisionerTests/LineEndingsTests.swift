import Testing

@testable import ShellProvisioner

struct LineEndingsTests {
    @Test(
        arguments: [
            ("", ""),
            ("a\nb\n", "a\nb\n"),
            ("a\r\nb\r\n", "a\nb\n"),
            ("a\nb", "a\nb\n"),
            ("a\nb\r", "a\nb\n"),
            ("a\rb\n", "a\rb\n"),
            ("a\r\r\nb\n", "a\r\nb\n"),
            ("\r\n\r\n", "\n\n"),
            ("a\n\r", "a\n\n"),
            ("\r", "\n"),
        ]
    )
    func `turns CRLF into LF and ends the last line`(text: String, expected: String) {
        #expect(LineEndings.converted(Array(text.utf8)) == Array(expected.utf8))
    }

    @Test func `gives the same wherever the bytes are cut`() {
        let text = Array("one\r\ntwo\rthree\r\r\n\nfour\r".utf8)
        let whole = LineEndings.converted(text)
        for cut in 0...text.count {
            var endings = LineEndings()
            let parts =
                endings.convert(Array(text[..<cut])) + endings.convert(Array(text[cut...]))
                + endings.finish()
            #expect(parts == whole, "cut at \(cut)")
        }
    }

    @Test func `keeps a line of a million bytes whole`() {
        let line = [UInt8](repeating: UInt8(ascii: "x"), count: 1_000_000)
        #expect(LineEndings.converted(line + Array("\r\n".utf8)) == line + [0x0A])
    }
}
