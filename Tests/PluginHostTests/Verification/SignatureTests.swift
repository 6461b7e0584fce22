import Foundation
import PluginHost
import TestSupport
import Testing

/// Signatures by real `ssh-keygen` and `gpg`.
@Suite(.timeLimit(.minutes(3))) struct SignatureTests {
    private let files: TemporaryDirectory
    private let path: String
    private let signers: String

    init() async throws {
        files = try TemporaryDirectory()
        path = try files.write(
            Array("#!/bin/sh\necho right\n".utf8),
            to: "packer-plugin-s",
            mode: 0o755
        )
        signers = files["signers"]
        try await run("printf %s $(sha256sum < $P | cut -c1-64) > ${P}_SHA256SUM")
        try await run(
            "ssh-keygen -q -t ed25519 -N '' -f $D/known; ssh-keygen -q -t ed25519 -N '' -f $D/other"
        )
        try await run("echo \"maker@example.com $(cat $D/known.pub)\" > $D/signers")
    }

    /// Runs a line of shell; `$P` is the plugin, `$D` the folder.
    private func run(_ line: String) async throws {
        var shell = Program("sh")
        shell.environment = ["P": path, "D": files.path, "GNUPGHOME": files["gpg"]]
        _ = try await shell.succeed(["-c", "set -e; \(line)"])
    }

    /// Why the program is refused, or `nil`.
    private func refusal(_ policy: SignaturePolicy) async throws -> String? {
        do {
            let program = try await VerifiedProgram.open(
                path,
                .checksum,
                copyingTo: files.path,
                signatures: policy
            )
            program.close()
            return nil
        } catch let error as Refused {
            return error.description
        }
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

    @Test func `GnuPG's are checked by gpgv, over the sums or over the program`() async throws {
        try await run(
            """
            mkdir -m 700 $GNUPGHOME
            gpg -q --batch --pinentry-mode loopback --passphrase '' \
                --quick-generate-key maker@example.com ed25519 sign never
            gpg -q --export > $D/ring
            """
        )
        let policy = SignaturePolicy(.always, keyring: files["ring"])
        #expect(try await refusal(policy) != nil)
        let sign = "gpg -q --batch --yes --pinentry-mode loopback --passphrase '' --detach-sign"
        try await run("\(sign) -o ${P}_SHA256SUM.sig ${P}_SHA256SUM")
        #expect(try await refusal(policy) == nil)
        try await run("rm ${P}_SHA256SUM.sig; \(sign) --armor -o $P.asc $P")
        #expect(try await refusal(policy) == nil)
        try await run("printf x >> $D/ring.bad; \(sign) --armor -o $P.asc ${P}_SHA256SUM")
        let text = try #require(try await refusal(policy))
        #expect(text.contains("BAD signature"), "\(text)")
        #expect(try await refusal(SignaturePolicy(.always, keyring: files["none"])) != nil)
        try await run("gpgconf --kill all")
    }
}
