import Build
import NullBuilder
import Components
import Configuration
import Foundation
import TestSupport
import Testing

struct NullBuilderOptionTests {
    @Test(arguments: [
        ([:], ["ssh_host", "ssh_username", "ssh_password"]),
        (["ssh_host": "h", "ssh_username": "u"], ["ssh_password"]),
        (["communicator": "shh"], ["communicator"]),
        (["communicator": "none", "ssh_hots": "h"], ["ssh_hots"]),
        (["communicator": "none", "ssh_port": "22.5"], ["ssh_port"]),
        (["communicator": "none", "ssh_port": "0"], ["ssh_port"]),
        (["communicator": "none", "ssh_port": "65536"], ["ssh_port"]),
        (["communicator": "none", "ssh_timeout": "10"], ["ssh_timeout"]),
        (["communicator": "none", "ssh_timeout": "-1s"], ["ssh_timeout"]),
        (["communicator": "none", "ssh_handshake_attempts": "-1"], ["ssh_handshake_attempts"]),
        (["communicator": "none", "ssh_host_key_checking": "stric"], ["ssh_host_key_checking"]),
        (
            ["communicator": "none", "ssh_host_key_fingerprints": "SHA256:abc"],
            ["ssh_host_key_fingerprints"]
        ),
        (
            ["communicator": "none", "ssh_host_key_fingerprints": "MD5:00:11"],
            ["ssh_host_key_fingerprints"]
        ),
        (
            [
                "ssh_host": "h", "ssh_username": "u", "ssh_password": "p",
                "ssh_known_hosts_file": "/nonexistent/known_hosts",
            ],
            ["ssh_known_hosts_file"]
        ),
        (
            [
                "ssh_host": "h", "ssh_username": "u", "ssh_password": "p",
                "ssh_known_hosts_file": "/dev/zero",
            ],
            ["ssh_known_hosts_file"]
        ),
        (
            [
                "ssh_host": "h", "ssh_username": "u", "ssh_password": "p",
                "ssh_host_key_checking": "off", "ssh_known_hosts_file": "/dev/null",
                "ssh_host_key_fingerprints":
                    "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU",
            ],
            ["ssh_host_key_fingerprints", "ssh_known_hosts_file"]
        ),
        (
            ["communicator": "none", "ssh_file_transfer_method": "ftp"],
            ["ssh_file_transfer_method"]
        ),
        (
            ["ssh_host": "h", "ssh_username": "u", "ssh_private_key_file": "/nonexistent/key"],
            ["ssh_private_key_file"]
        ),
        (
            ["ssh_host": "h", "ssh_username": "u", "ssh_private_key_file": "/etc/passwd"],
            ["ssh_private_key_file"]
        ),
        (
            [
                "ssh_username": "u", "ssh_password": "p",
                "ssh_private_key_file": "/nonexistent/key",
            ],
            ["ssh_host", "ssh_private_key_file"]
        ),
        (
            [
                "ssh_host": "h", "ssh_username": "u", "ssh_private_key": "no key",
                "ssh_agent_identities_only": "true",
            ],
            ["ssh_private_key", "ssh_agent_identities_only"]
        ),
        (
            [
                "ssh_host": "h", "ssh_username": "u", "ssh_password": "p",
                "ssh_private_key_passphrase": "p",
            ],
            ["ssh_private_key_passphrase"]
        ),
    ])
    func `refuses options that cannot work, all at once, and says what to do`(
        _ options: [String: String],
        _ paths: [String]
    ) throws {
        let raw = ConfigurationValue.map(options.mapValues { .string($0) })
        let error = #expect(throws: ConfigurationErrors.self) {
            try NullBuilder.prepare(raw, in: PrepareContext())
        }
        let problems = error?.problems ?? []
        #expect(problems.map { "\($0.path)" } == paths)
        for problem in problems where paths.count > 1 {
            #expect(!problem.remedy.isEmpty || problem.message.contains("."), "\(problem)")
        }
    }

    @Test func `names the ways to move files in Packer's words`() throws {
        let raw = ConfigurationValue.map([
            "communicator": .string("none"), "ssh_file_transfer_method": .string("stfp"),
        ])
        let error = #expect(throws: ConfigurationErrors.self) {
            try NullBuilder.prepare(raw, in: PrepareContext())
        }
        #expect(
            error?.problems.map(\.message) == [
                "ssh_file_transfer_method ('stfp') is invalid, "
                    + "valid methods: auto, sftp, scp, exec"
            ]
        )
        for method in ["", "auto", "sftp", "scp", "exec"] {
            _ = try NullBuilder.prepare(
                .map([
                    "communicator": .string("none"), "ssh_file_transfer_method": .string(method),
                ]),
                in: PrepareContext()
            )
        }
    }

    @Test(arguments: ["false", "true"])
    func `does not show a key that stands where its path should`(identitiesOnly: String) throws {
        let raw = [
            "ssh_host": "h", "ssh_username": "u", "ssh_password": "p",
            "ssh_agent_identities_only": identitiesOnly,
            "ssh_private_key_file": "-----BEGIN OPENSSH PRIVATE KEY-----\nc2VjcmV0\n",
        ]
        let error = #expect(throws: ConfigurationErrors.self) {
            try NullBuilder.prepare(
                .map(raw.mapValues { .string($0) }),
                in: PrepareContext()
            )
        }
        #expect(error?.problems.isEmpty == false)
        #expect(error.map { "\($0)" }?.contains("c2VjcmV0") == false)
    }

    @Test func `says in Packer's words what is missing`() throws {
        let error = #expect(throws: ConfigurationErrors.self) {
            try NullBuilder.prepare(.map([:]), in: PrepareContext())
        }
        let messages = error?.problems.map(\.message) ?? []
        #expect(
            messages == [
                "a Host must be specified, please reference your communicator documentation",
                "An ssh_username must be specified\n  "
                    + "Note: some builders used to default ssh_username to \"root\".",
                "one authentication method must be specified, "
                    + "please reference your communicator documentation",
            ]
        )
    }

    @Test func `renders its options with the user's variables`() throws {
        let error = #expect(throws: ConfigurationErrors.self) {
            try NullBuilder.prepare(
                .map(["communicator": .string("{{user `kind`}}x")]),
                in: PrepareContext(userVariables: ["kind": "ssh"])
            )
        }
        #expect(error?.problems.first?.message == "Communicator type sshx is invalid")
    }

    @Test func `takes a locked key where somebody can be asked, and no other defect`()
        async throws
    {
        let maker = try KeyMaker()
        let path = try await maker.key("ed25519", passphrase: "open sesame")
        let whole = try String(contentsOfFile: path, encoding: .utf8)
        let damaged = maker.directory["damaged"]
        try whole.dropLast(60).write(toFile: damaged, atomically: true, encoding: .utf8)
        func prepare(_ options: [String: String], canAsk: Bool) throws {
            let all = options.merging(["ssh_host": "h", "ssh_username": "u"]) { $1 }
            _ = try NullBuilder.prepare(
                .map(all.mapValues { .string($0) }),
                in: PrepareContext(canAsk: canAsk)
            )
        }
        try prepare(["ssh_private_key_file": path], canAsk: true)
        try prepare(["ssh_private_key": whole], canAsk: true)
        let wrong = ["ssh_private_key_file": path, "ssh_private_key_passphrase": "shut"]
        for (options, canAsk, words) in [
            (["ssh_private_key_file": path], false, "ssh_private_key_passphrase"),
            (["ssh_private_key": whole], false, "ssh_private_key_passphrase"),
            (wrong, true, "does not unlock"),
            (["ssh_private_key_file": damaged], true, "cut off"),
        ] {
            let error = #expect(throws: ConfigurationErrors.self) {
                try prepare(options, canAsk: canAsk)
            }
            #expect(error?.problems.count == 1)
            let shown = "\(error?.problems ?? [])"
            #expect(shown.contains(words), "\(shown)")
        }
    }

    @Test func `never shows the password`() throws {
        let prepared = try NullBuilder.prepare(
            .map([
                "ssh_host": .string("h"), "ssh_username": .string("u"),
                "ssh_password": .string("hunter2"),
            ]),
            in: PrepareContext()
        )
        #expect(!"\(prepared)".contains("hunter2"))
        #expect(!String(reflecting: prepared).contains("hunter2"))
    }
}
