import PluginHost
import TestSupport
import Testing

/// Signatures by real `ssh-keygen`.
@Suite(.timeLimit(.minutes(3))) struct SignatureTests {
    private let plugin: SignedPlugin
    private let signers: String

    init() async throws {
        plugin = try await SignedPlugin()
        signers = plugin.files["signers"]
        try await run(
            "ssh-keygen -q -t ed25519 -N '' -f $D/known; ssh-keygen -q -t ed25519 -N '' -f $D/other"
        )
        try await run("echo \"maker@example.com $(cat $D/known.pub)\" > $D/signers")
    }

    private func run(_ line: String) async throws { try await plugin.run(line) }

    private func refusal(_ policy: SignaturePolicy) async throws -> String? {
        try await plugin.refusal(policy)
    }

    private var always: SignaturePolicy { SignaturePolicy(.always, allowedSigners: signers) }
    private var wherePresent: SignaturePolicy {
        SignaturePolicy(.wherePresent, allowedSigners: signers)
    }

    private func sign(_ key: String, namespace: String = "file", _ file: String = "${P}_SHA256SUM")
        async throws
    {
        try await run(
            "rm -f \(file).sig; ssh-keygen -q -Y sign -f $D/\(key) -n \(namespace) \(file)"
        )
    }

    @Test(arguments: ["file", "packer-plugin"])
    func `a known key's signature is enough`(namespace: String) async throws {
        try await sign("known", namespace: namespace)
        #expect(try await refusal(always) == nil)
        #expect(try await refusal(wherePresent) == nil)
    }

    @Test(arguments: [
        // One line for each purpose, by names of their own.
        "echo \"git@x namespaces=\\\"git\\\" $K\"; echo \"plugins@x namespaces=\\\"file\\\" $K\"",
        "echo \"old@x valid-before=\\\"20200101\\\" $K\"; echo \"\\\"a b@x,!no@x,c@x\\\" $K\"",
        "echo \"*@example.com,*@example.org $K\"",
    ])
    func `a key counts by every line that it has`(lines: String) async throws {
        try await run("K=\"$(cut -d' ' -f1,2 $D/known.pub)\"; { \(lines); } > $D/signers")
        try await sign("known")
        #expect(try await refusal(always) == nil)
        try await sign("known", namespace: "mail")
        #expect(try await refusal(always) != nil)
        try await sign("other")
        #expect(try await refusal(always) != nil)
    }

    @Test(arguments: [
        ("  packer-plugin-s\n", true), (" *dist/packer-plugin-s", true), ("\n", true),
        ("  packer-plugin-old\n", false), (" packer-plugin-old", true),
    ])
    func `a signed checksum is of the file that it names`(rest: String, isTaken: Bool) async throws
    {
        try await run("printf '%s%s' $(cat ${P}_SHA256SUM) '\(rest)' > ${P}_SHA256SUM")
        try await sign("known")
        let text = try await refusal(always)
        #expect((text == nil) == isTaken, "\(text ?? "")")
        if let text {
            #expect(text.contains("what is signed is the checksum of packer-plugin-old"), "\(text)")
        }
        #expect(try await refusal(SignaturePolicy()) == nil)
    }

    @Test func `one over the program is as good as one over its checksum`() async throws {
        try await sign("known", "$P")
        #expect(try await refusal(always) == nil)
    }

    @Test func `none is refused only where one is asked for`() async throws {
        #expect(try await refusal(SignaturePolicy()) == nil)
        #expect(try await refusal(wherePresent) == nil)
        let text = try #require(try await refusal(always))
        #expect(text.contains("nobody has signed it"), "\(text)")
    }

    @Test func `another key, another purpose and another content are refused`() async throws {
        try await sign("other")
        for policy in [always, wherePresent] {
            let text = try #require(try await refusal(policy))
            #expect(text.contains("is no good signature of a key in"), "\(text)")
        }
        try await sign("known", namespace: "mail")
        #expect(try await refusal(always) != nil)
        try await sign("known")
        try await run("printf ' ' >> ${P}_SHA256SUM")
        #expect(try await refusal(always) != nil)
    }

    @Test func `garbage is refused, and a signature of which no key is given`() async throws {
        try await run("head -c 300 /dev/urandom > ${P}_SHA256SUM.sig")
        let text = try #require(try await refusal(wherePresent))
        #expect(text.contains("-plugin-keyring is not given"), "\(text)")
        try await sign("known")
        let none = SignaturePolicy(.wherePresent, keyring: "/nonexistent")
        #expect(try await refusal(none)?.contains("-allowed-signers is not given") == true)
    }

    @Test(arguments: [
        ("chmod g+w $D/signers", "others than its owner may write it", "chmod go-w"),
        ("chown 12345 $D/signers", "is user 12345's", "chown"),
        ("chmod o+w $D", "others than its owner may change what is in", "chmod go-w"),
        ("mv $D/signers $D/elsewhere", "it cannot be found", "the path is right"),
        ("rm $D/signers; mkdir $D/signers", "it is a directory", "a file of keys"),
    ])
    func `keys that others could have put there count for nothing`(
        change: String,
        reason: String,
        remedy: String
    ) async throws {
        try await sign("known")
        #expect(try await refusal(always) == nil)
        try await run(change)
        let text = try #require(try await refusal(always))
        #expect(text.contains(reason) && text.contains(remedy), "\(text)")
    }

    @Test func `a link to keys leads to them`() async throws {
        try await sign("known")
        try await run("mv $D/signers $D/real; ln -s real $D/signers")
        #expect(try await refusal(always) == nil)
        try await run("chmod o+w $D/real")
        #expect(try await refusal(always) != nil)
    }
}
