import Communicator
import TestSupport
import Testing

@testable import SSHCommunicator

/// The table of lines that a known_hosts file can hold, and what each comes to.
@Suite struct KnownHostsTests {
    /// A sound ed25519 key whose 32 bytes are all the same.
    static func key(_ byte: UInt8) -> HostKey {
        HostKey(
            blob: [0, 0, 0, 11] + Array("ssh-ed25519".utf8) + [0, 0, 0, 32]
                + [UInt8](repeating: byte, count: 32)
        )
    }

    static func text(_ key: HostKey) -> String { "\(key.type) \(Base64.encode(key.blob))" }

    private static let (shown, other) = (text(key(1)), text(key(2)))

    private func verdict(
        _ lines: String,
        host: String = "h.example",
        port: UInt16 = 22
    ) -> KnownHosts.Verdict {
        verdict(Array(lines.utf8), host: host, port: port)
    }

    private func verdict(
        _ content: [UInt8],
        host: String = "h.example",
        port: UInt16 = 22
    ) -> KnownHosts.Verdict {
        var known = KnownHosts(host: host, port: port)
        known.add(content, from: "file")
        return known.verdict(on: Self.key(1))
    }

    @Test(arguments: [
        "h.example \(shown)", "h.example \(shown)\n", "h.example \(shown) a comment # of words\r\n",
        "  \t h.example\t\(shown)\n", "*.example \(shown)", "h.exampl? \(shown)", "* \(shown)",
        "H.EXAMPLE \(shown)", "a,b,h.example \(shown)", "!x,h.example \(shown)",
        "# h.example \(other)\n\n\r\nh.example \(shown)", "h.example \(other)\nh.example \(shown)",
        "@foo h.example \(other)\nh.example \(shown)", "h.example ssh-ed25519 AAA\nh.* \(shown)",
        "h.example \(shown)\0 more", "@cert-authority h.example \(other)\nh.example \(shown)",
        "@revoked h.example \(other)\nh.example \(shown)",
        "\(String(repeating: "x", count: 1 << 20)) \(other)\nh.example \(shown)",
    ])
    func `accepts a key that a sound line records`(lines: String) {
        guard case .known = verdict(lines) else {
            Issue.record("\(verdict(lines))")
            return
        }
    }

    @Test(arguments: [
        "", "\n", "# h.example \(shown)", "other \(shown)", "*,!h.example \(shown)",
        "!h.example,h.example \(shown)", "!other \(shown)", "h.example.org \(shown)",
        "h.exampl \(shown)", "[h.example]:2222 \(shown)", "@cert-authority h.example \(shown)",
        "|1|AAAA|AAAA \(shown)", "|1| \(shown)", "|2|a|b \(shown)", "||| \(other)",
        "@revoked h.example \(other)", "\(String(repeating: "h*", count: 700)) \(shown)",
    ])
    func `knows nothing from lines about others`(lines: String) {
        #expect(verdict(lines) == .unknown)
    }

    @Test(arguments: [
        "h.example \(other)", "h.example ssh-ed25519 AAAA", "h.example ssh-ed25519 ????",
        "h.example ssh-ed25519", "h.example", "h.example \0\(shown)",
        "h.example \(shown.dropLast(1))",
        "h.example \(shown)=", "h.example \(shown)AAAA", "h.example ssh-rsa \(shown.dropFirst(12))",
        "@foo h.example \(shown)", "@cert-authority @foo h.example \(shown)",
        "* \(other)", "H.Example \(other)",
    ])
    func `takes a host for changed when its lines record something else or are damaged`(
        lines: String
    ) {
        guard case .changed(let findings) = verdict(lines) else {
            Issue.record("\(verdict(lines))")
            return
        }
        #expect(findings.first?.hasPrefix("file line 1 has ") == true)
    }

    @Test(arguments: [
        "@revoked h.example \(shown)", "@revoked * \(shown)", "@revoked\t*\t\(shown)",
        "@revoked @cert-authority * \(shown)", "@cert-authority @revoked * \(shown)",
        "@revoked @foo h.example \(shown)", "@revoked h.example ssh-ed25519 AA?A",
        "@revoked h.example", "@revoked |1|damaged \(shown)", "  @revoked * \(shown) comment\r",
        "@revoked * \(shown)\0", "@revoked \(String(repeating: "h", count: 5000)) \(shown)",
    ])
    func `never accepts what a line revokes, however damaged the line is`(line: String) {
        for lines in ["\(line)", "h.example \(Self.shown)\n\(line)", "\(line)\n* \(Self.shown)\n"] {
            guard case .revoked = verdict(lines) else {
                Issue.record("\(lines): \(verdict(lines))")
                continue
            }
        }
    }

    @Test func `looks a port up by itself, then the host alone, which can only accept or revoke`() {
        let (shown, other) = (Self.shown, Self.other)
        #expect(verdict("[h.example]:2222 \(shown)", port: 2222) == .known("file line 1"))
        #expect(verdict("h.example \(shown)", port: 2222) == .known("file line 1"))
        #expect(verdict("h.example \(other)", port: 2222) == .unknown)
        #expect(verdict("[h.example]:2223 \(other)", port: 2222) == .unknown)
        guard case .changed = verdict("h.example \(shown)\n[h.example]:2222 \(other)", port: 2222),
            case .revoked = verdict("@revoked h.example \(shown)", port: 2222)
        else {
            Issue.record("the port's own line and a revocation must win")
            return
        }
        #expect(verdict("::1 \(shown)", host: "::1") == .known("file line 1"))
        #expect(verdict("[::1]:2222 \(shown)", host: "::1", port: 2222) == .known("file line 1"))
    }

    @Test func `reads a line that no text encoding can hold`() {
        let line =
            [0xFF, 0xFE, UInt8(ascii: ",")] + Array("h.example \(Self.shown) ".utf8) + [0xC0]
        #expect(verdict(line) == .known("file line 1"))
    }

    @Test func `reads a hundred thousand lines`() {
        let lines = String(repeating: "x \(Self.other)\n", count: 100_000)
        #expect(verdict(lines + "h.example \(Self.shown)") == .known("file line 100001"))
    }

    @Test func `a pattern of many stars is no work without end`() {
        let pattern = String(repeating: "*a", count: 500)
        let host = String(repeating: "a", count: 250)
        #expect(verdict("\(pattern)b \(Self.shown)", host: host) == .unknown)
    }

    @Test func `the null device knows no host, and no other device is read`() async throws {
        let files = try TemporaryDirectory()
        try files.link("known_hosts", to: "/dev/null")
        for path in ["/dev/null", files["known_hosts"]] {
            let policy = HostKeyPolicy(.pin, knownHostsFiles: [path])
            let known = try await KnownHostsFiles(policy).about(host: "h", port: 22)
            #expect(known.verdict(on: Self.key(1)) == .unknown)
            #expect(HostKeyPolicy.problem(withKnownHostsFile: path) == nil)
        }
        for path in ["/dev/zero", files.path, files["missing"], try files.makeFIFO("fifo")] {
            let policy = HostKeyPolicy(.pin, knownHostsFiles: [path])
            await #expect(throws: CommunicatorError.self) {
                _ = try await KnownHostsFiles(policy).about(host: "h", port: 22)
            }
            #expect(HostKeyPolicy.problem(withKnownHostsFile: path)?.contains(path) == true)
        }
    }

    @Test func `names the types on record, for the port or else for the host`() {
        var known = KnownHosts(host: "h", port: 2222)
        known.add(Array("h \(Self.shown)\n@revoked h ssh-rsa AAAA\n".utf8), from: "file")
        #expect(known.keyTypes == ["ssh-ed25519"])
        #expect(KnownHosts(host: "h", port: 22).keyTypes == [])
    }
}
