import Communicator
import Foundation
import TestSupport
import Testing

@testable import SSHCommunicator

/// What we read in known_hosts files, beside what OpenSSH's ssh-keygen finds there.
@Suite struct KnownHostsOpenSSHTests {
    private static let hosts = [
        "a", "b", "ab", "host", "host.example", "h.o.s.t", "10.0.0.1", "::1", "[host]:2222",
        "[host.example]:22022", "[::1]:2222", "x-y", "aaaaaaaaaaaaaaaaab",
    ]

    @Test func `finds what ssh-keygen finds in 10,000 random lines`() async throws {
        let seed = UInt64.random(in: .min ... .max)
        let files = try TemporaryDirectory()
        var lines = RandomKnownHosts(seed: seed, hashed: try await hashedNames(files))
        let content = (0..<10_000).map { _ in lines.next() }
        let path = try files.write(Array(content.joined(separator: [0x0A])), to: "known_hosts")
        let entries = content.map { KnownHostsEntry($0[...]) }
        var found = 0
        for host in Self.hosts {
            let theirs = try await numbers(ofLinesFor: host, in: path)
            let ours = Set(
                entries.indices.filter { index in
                    guard let entry = entries[index], entry.defect == nil else { return false }
                    return entry.names.reach(Array(host.utf8)) == .named
                }.map { $0 + 1 }
            )
            found += ours.count
            let odd = ours.symmetricDifference(theirs).sorted().prefix(5).map { number in
                let text = String(decoding: content[number - 1], as: UTF8.self)
                return "\(theirs.contains(number) ? "theirs" : "ours") \(number): \(text)"
            }
            #expect(odd.isEmpty, "\(host), seed \(seed)")
        }
        #expect(found > 1000, "lines that name nobody prove nothing")
    }

    /// The names, hashed by OpenSSH.
    private func hashedNames(_ files: TemporaryDirectory) async throws -> [[UInt8]] {
        let key = KnownHostsTests.text(KnownHostsTests.key(7))
        let plain = Self.hosts.map { "\($0) \(key)\n" }.joined()
        let path = try files.write(Array(plain.utf8), to: "plain")
        try await Program("ssh-keygen").succeed(["-q", "-H", "-f", path])
        return try files.read("plain").split(separator: 0x0A).compactMap { line in
            line.split(separator: 0x20).first.map { Array($0) }
        }
    }

    private func numbers(ofLinesFor host: String, in path: String) async throws -> Set<Int> {
        let outcome = try await Program("ssh-keygen").run(["-l", "-F", host, "-f", path])
        let numbers = outcome.output.split(separator: "\n").compactMap { line -> Int? in
            guard let match = line.firstMatch(of: /found: line ([0-9]+)/) else { return nil }
            return Int(match.1)
        }
        return Set(numbers)
    }
}

/// Lines as they are and as they should not be.
private struct RandomKnownHosts {
    private var random: SplitMix
    private let hashed: [[UInt8]]

    init(seed: UInt64, hashed: [[UInt8]]) {
        random = SplitMix(seed: seed)
        self.hashed = hashed
    }

    mutating func next() -> [UInt8] {
        var line: [UInt8] = []
        if chance(10) { line += one(of: ["#", "# x ", " ", "\t ", "\r"]) }
        if chance(4) { line += one(of: ["@revoked ", "@cert-authority  ", "@foo ", "@ "]) }
        if chance(30) { line += one(of: ["@revoked ", "@cert-authority "]) }
        line += chance(4) ? hashed.randomElement(using: &random) ?? [] : names()
        if chance(12) { damage(&line) }
        line += one(of: [" ", "\t", "  \t"])
        var rest = key()
        rest += one(of: ["", " comment", "\r", " \r", " two words # x", "\t\u{e9}"])
        // Not right behind the names: ssh-keygen reads on past a NUL there.
        if chance(40) { rest.insert(0, at: Int.random(in: 0...rest.count, using: &random)) }
        return line + rest
    }

    private mutating func names() -> [UInt8] {
        let names = [
            "a", "*", "host", "HOST", "host.example", "*.example", "h*", "?", "??", "[host]:2222",
            "[*]:*", "10.0.0.*", "::1", "a*b", "*a*a*b", "x-y", "h.?.s.?", "[::1]:2222", "b", "",
        ]
        return (0..<Int.random(in: 1...3, using: &random)).map { _ in
            (chance(5) ? [UInt8(ascii: "!")] : []) + one(of: names)
        }.joined(separator: [UInt8(ascii: ",")]).map { $0 }
    }

    private mutating func key() -> [UInt8] {
        let key = KnownHostsTests.key(UInt8.random(in: 1...255, using: &random))
        var type = Array(key.type.utf8)
        var text = Array(Base64.encode(key.blob).utf8)
        if chance(12) { type = one(of: ["ssh-rsa", "ecdsa-sha2-nistp256", "ssh-ed2551"]) }
        if chance(8) { damage(&text) }
        if chance(30) { text += one(of: ["=", "==", "A", "AAAA"]) }
        if chance(30) { text = [] }
        return type + one(of: [" ", "\t"]) + text
    }

    /// Changes, removes or adds one byte; no NUL, no newline, no marker.
    private mutating func damage(_ bytes: inout [UInt8]) {
        guard !bytes.isEmpty else { return }
        let place = Int.random(in: 0..<bytes.count, using: &random)
        let byte = one(of: ["A", "z", "0", "/", "+", "?", "|", "-", "."])[0]
        switch Int.random(in: 0..<3, using: &random) {
        case 0: bytes[place] = byte
        case 1: bytes.remove(at: place)
        default: bytes.insert(byte, at: place)
        }
    }

    private mutating func chance(_ ofHowMany: Int) -> Bool {
        Int.random(in: 0..<ofHowMany, using: &random) == 0
    }

    private mutating func one(of texts: [String]) -> [UInt8] {
        Array((texts.randomElement(using: &random) ?? "").utf8)
    }
}
