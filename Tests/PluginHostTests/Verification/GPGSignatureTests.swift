import PluginHost
import TestSupport
import Testing

/// Signatures by real `gpg`, checked by real `gpgv`.
@Suite(.timeLimit(.minutes(3))) struct GPGSignatureTests {
    private static let gpg = "gpg -q --batch --yes --pinentry-mode loopback --passphrase ''"
    private static let sign = "\(gpg) --detach-sign"

    private let plugin: SignedPlugin
    private let policy: SignaturePolicy

    init() async throws {
        plugin = try await SignedPlugin()
        policy = SignaturePolicy(.always, keyring: plugin.files["ring"])
        try await plugin.run(
            """
            mkdir -m 700 $GNUPGHOME
            \(Self.gpg) --quick-generate-key maker@example.com ed25519 sign never
            gpg -q --export > $D/ring
            """
        )
    }

    /// Runs lines of shell, after which nothing of GnuPG's goes on.
    private func run(_ lines: String) async throws {
        try await plugin.run("trap 'gpgconf --kill all' EXIT\n\(lines)")
    }

    @Test func `a signature over the sums or over the program is enough`() async throws {
        #expect(try await plugin.refusal(policy) != nil)
        try await run("\(Self.sign) -o ${P}_SHA256SUM.sig ${P}_SHA256SUM")
        #expect(try await plugin.refusal(policy) == nil)
        try await run("rm ${P}_SHA256SUM.sig; \(Self.sign) --armor -o $P.asc $P")
        #expect(try await plugin.refusal(policy) == nil)
    }

    @Test func `one over something else is refused, and one of a key that is not there`()
        async throws
    {
        try await run("\(Self.sign) --armor -o $P.asc ${P}_SHA256SUM")
        let text = try #require(try await plugin.refusal(policy))
        #expect(text.contains("it is over something else"), "\(text)")
        try await run("\(Self.sign) --armor -o $P.asc $P; : > $D/empty")
        let empty = SignaturePolicy(.always, keyring: plugin.files["empty"])
        #expect(try await plugin.refusal(empty)?.contains("it cannot be checked") == true)
    }

    /// For which `gpgv` ends with 0.
    @Test func `one of a revoked key is refused`() async throws {
        try await run(
            """
            \(Self.sign) -o ${P}_SHA256SUM.sig ${P}_SHA256SUM
            sed 's/^:-----/-----/' $GNUPGHOME/openpgp-revocs.d/*.rev | gpg -q --batch --import
            gpg -q --export > $D/ring
            """
        )
        let text = try #require(try await plugin.refusal(policy))
        #expect(text.contains("its key was revoked"), "\(text)")
    }

    @Test(
        arguments: [
            ("1d", "", "its key has expired"),
            ("never", "--default-sig-expire 1d", "it has expired"),
        ]
    )
    func `one that has expired is refused, by itself or with its key`(
        life: String,
        option: String,
        problem: String
    ) async throws {
        try await run(
            """
            old="\(Self.gpg) --faked-system-time"
            $old 20200101T000000 --quick-generate-key old@example.com ed25519 sign \(life)
            $old 20200101T010000 \(option) -u old@example.com --detach-sign \
                -o ${P}_SHA256SUM.sig ${P}_SHA256SUM
            gpg -q --export > $D/ring
            """
        )
        let text = try #require(try await plugin.refusal(policy))
        #expect(text.contains(problem), "\(text)")
    }

    @Test(arguments: ["--sign", "--clearsign", "--sign --armor"])
    func `a message that carries what was signed is no signature of something else`(form: String)
        async throws
    {
        try await run("echo harmless | \(Self.gpg) \(form) -o ${P}_SHA256SUM.asc")
        #expect(try await plugin.refusal(policy) != nil)
    }

    @Test func `an armored keyring is refused with what makes it one that is taken`() async throws {
        try await run(
            """
            \(Self.sign) -o ${P}_SHA256SUM.sig ${P}_SHA256SUM
            gpg -q --export --armor > $D/armored
            """
        )
        let armored = SignaturePolicy(.always, keyring: plugin.files["armored"])
        let text = try #require(try await plugin.refusal(armored))
        #expect(text.contains("gpg --dearmor"), "\(text)")
        try await run("gpg --dearmor < $D/armored > $D/binary")
        let binary = SignaturePolicy(.always, keyring: plugin.files["binary"])
        #expect(try await plugin.refusal(binary) == nil)
    }
}
