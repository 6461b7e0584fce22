@testable import Configuration
import Testing

@Suite struct SpellingTests {
    @Test(arguments: [
        ("", "", 0), ("a", "", 1), ("inline", "inlin", 1), ("inline", "inilne", 1),
        ("kitten", "sitting", 3), ("abc", "abc", 0),
    ])
    func `counts edits`(from: String, to: String, edits: Int) {
        #expect(Spelling.distance(from, to) == edits)
        #expect(Spelling.distance(to, from) == edits)
    }

    @Test func `suggests a close name, lists few names, else says nothing`() {
        #expect(
            Spelling.suggestion(for: "inlin", among: ["script", "inline"])
                == "did you mean `inline`?"
        )
        #expect(Spelling.suggestion(for: "INLINE", among: ["inline"]) == "did you mean `inline`?")
        #expect(
            Spelling.suggestion(for: "foo", among: ["script", "inline"])
                == "there is `script`, `inline`"
        )
        #expect(Spelling.suggestion(for: "foo", among: (0..<40).map { "option_\($0)" }) == "")
    }

    @Test func `quotes as Go does`() {
        #expect("a\"b\\\n\u{1}\u{7F}\u{202E}é".goQuoted == #""a\"b\\\n\x01\x7f\u202eé""#)
    }

    @Test(arguments: [
        ("inline", "inline"), ("startRetryTimeout", "start_retry_timeout"), ("sshHost", "ssh_host"),
        ("sshHostURL", "ssh_host_url"), ("useSFTPNow", "use_sftp_now"), ("x", "x"),
    ])
    func `makes option names of property names`(property: String, key: String) {
        #expect(snakeCase(property) == key)
    }
}
