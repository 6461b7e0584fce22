import MessagePack
@testable import PackerRPC
import Testing

/// What a transcript hides, and how it shows values.
struct SecretMaskTests {
    private func map(_ entries: KeyValuePairs<String, MessagePackValue>) -> MessagePackValue {
        .map(entries.map { MessagePackValue.Entry(key: .string($0.key), value: $0.value) })
    }

    /// A value as it is shown right after it was learned.
    private func shown(
        _ value: MessagePackValue,
        of method: String = "Provisioner.Prepare",
        sensitive: Set<String> = []
    ) -> String {
        var mask = SecretMask(sensitiveOptions: sensitive)
        let traced = TracedValue(value.encoded, of: method)
        mask.learn(traced)
        return mask.text(of: traced)
    }

    @Test(arguments: [
        "ssh_password", "SSHPrivateKey", "WinRMPassword", "api_token", "secret-key",
        "aws_access_key", "Passphrase", "ssh_key_passphrase",
    ])
    func `an option whose name says so is shown by its length`(name: String) {
        #expect(shown(map([name: .string("hunter22")])) == "{\"\(name)\":<8 bytes>}")
        #expect(shown(map([name: .int(123_456)])) == "{\"\(name)\":<6 bytes>}")
        #expect(
            shown(map([name: .array([.string("a"), map(["in": .string("b")])])]))
                == "{\"\(name)\":[<1 byte>,{\"in\":<1 byte>}]}"
        )
        #expect(shown(map([name: .string("")])) == "{\"\(name)\":\"\"}")
    }

    @Test(arguments: [
        "ssh_private_key_file", "SSHPrivateKeyFile", "packer_sensitive_variables", "inline",
        "password_timeout",
    ])
    func `what only looks like one is shown`(name: String) {
        #expect(shown(map([name: .string("hunter22")])) == "{\"\(name)\":\"hunter22\"}")
    }

    @Test func `what a component declares as a secret is hidden`() {
        let value = map(["pin": .string("4711")])
        #expect(shown(value) == #"{"pin":"4711"}"#)
        #expect(shown(value, sensitive: ["pin"]) == #"{"pin":<4 bytes>}"#)
    }

    @Test func `environment values are hidden and their names are not`() {
        let value = map([
            "environment_vars": .array([.string("A=b"), .string("TOKEN=ab=cd"), .string("odd")]),
            "env": map(["NAME": .string("value")]),
        ])
        #expect(
            shown(value)
                == #"{"environment_vars":["A=<1 byte>","TOKEN=<5 bytes>",<3 bytes>],"#
                + #""env":{"NAME":<5 bytes>}}"#
        )
    }

    @Test(arguments: ["c2VjcmV0LXRva2Vu", "c2VjcmV0LXRva2VuMg==", "user=me,key=secret", "=x"])
    func `a value of a map of variables is hidden whole`(value: String) {
        var mask = SecretMask()
        let traced = TracedValue(
            map(["env": map(["T": .string(value)])]).encoded,
            of: "Provisioner.Prepare"
        )
        mask.learn(traced)
        #expect(mask.text(of: traced) == #"{"env":{"T":<\#(value.utf8.count) bytes>}}"#)
        if value.utf8.count >= KnownSecrets.shortestText {
            #expect(mask.hiding("it is \(value)") == "it is <\(value.utf8.count) bytes>")
        }
    }

    @Test func `options are known in any case, as a template may have them`() {
        #expect(shown(map(["PIN": .string("4711")]), sensitive: ["pin"]) == #"{"PIN":<4 bytes>}"#)
        #expect(shown(map(["pin": .string("4711")]), sensitive: ["PIN"]) == #"{"pin":<4 bytes>}"#)
        #expect(
            shown(map(["Environment_Vars": .array([.string("A=bcd")])]))
                == #"{"Environment_Vars":["A=<3 bytes>"]}"#
        )
        #expect(
            shown(map(["Packer_User_Variables": map(["a": .string("bcd")])]))
                == #"{"Packer_User_Variables":{"a":<3 bytes>}}"#
        )
    }

    @Test func `of secrets that overlap nothing is shown`() {
        var mask = SecretMask()
        mask.learn(.list([.text("abcdef"), .text("defghi"), .text("xabcd")]), as: .secret)
        #expect(mask.hiding("1 abcdefghi 2") == "1 <9 bytes> 2")
        #expect(mask.hiding("1 xabcdefghi 2") == "1 <10 bytes> 2")
        #expect(mask.hiding("abcdefabcdef") == "<6 bytes><6 bytes>")
    }

    @Test func `more secrets than can be looked for hide all values`() {
        var mask = SecretMask()
        let many = (0..<100_000).map { TracedValue.text("secret \($0)") }
        mask.learn(.list(many), as: .secret)
        // The last one is not remembered, and not shown for that.
        let said = mask.text(of: .map([.init(key: "secret 99999", value: .text("secret 99999"))]))
        #expect(!said.contains("99999") && said.contains("too many secrets"), "\(said)")
        #expect(mask.hiding("secret 99999") == "<12 bytes>")
        #expect(mask.text(of: .number("99999")) == said)
    }

    @Test func `user variables are hidden wherever they stand afterwards`() {
        let value = map([
            "inline": .array([.string("curl -u me:swordfish")]),
            "packer_user_variables": map(["pw": .string("swordfish"), "short": .string("me")]),
        ])
        #expect(
            shown(value)
                == #"{"inline":["curl -u me:<9 bytes>"],"#
                + #""packer_user_variables":{"pw":<9 bytes>,"short":<2 bytes>}}"#
        )
    }

    @Test func `a secret is hidden in errors and output, and line by line`() {
        var mask = SecretMask()
        let key = "-----BEGIN-----\nabcdefgh\nijklmnop\n"
        mask.learn(TracedValue(map(["ssh_private_key": .string(key)]), readsJSON: false))
        #expect(mask.hiding("no key: abcdefgh!") == "no key: <8 bytes>!")
        #expect(mask.hiding("all: \(key)") == "all: <34 bytes>")
    }

    @Test func `the longer of two secrets is hidden whole`() {
        var mask = SecretMask()
        mask.learn(.list([.text("word"), .text("password")]), as: .secret)
        #expect(mask.hiding("my password") == "my <8 bytes>")
    }

    @Test(arguments: [
        ("A='b c' B=\"d e\" ./run x=1", "A=<3 bytes> B=<3 bytes> ./run x=<1 byte>"),
        (#"A='it'"'"'s' ./run"#, "A=<4 bytes> ./run"),
        ("export TOKEN=t0p;./run", "export TOKEN=<3 bytes>;./run"),
        ("sudo sh -c 'TOKEN=t0p ./run'", "sudo sh -c 'TOKEN=<3 bytes> ./run'"),
        ("A=\\'b ./run --x=y", "A=<2 bytes> ./run --x=y"),
        ("A='open ./run", "A=<10 bytes>"),
        ("A= ./run", "A=<0 bytes> ./run"),
        ("./run", "./run"), ("", ""), ("=", "="), ("A=", "A=<0 bytes>"),
    ])
    func `a command's assignments are hidden`(command: String, expected: String) {
        let value = map(["Command": .string(command)])
        let quoted = expected.replacing("\"", with: "\\\"")
        #expect(shown(value, of: "Communicator.Start") == "{\"Command\":\"\(quoted)\"}")
    }

    @Test func `what a command sets is hidden where the command prints it`() {
        var mask = SecretMask()
        let command = "PACKER_BUILD_NAME='null' TOKEN='s3cr3t' sh -c 'KEY=hidden-key'"
        mask.learn(.text(command), as: .command)
        #expect(mask.hiding("null: s3cr3t hidden-key") == "null: <6 bytes> <10 bytes>")
    }

    @Test func `an HCL2 template's values are shown, its secrets not`() {
        let json = #"{"value":{"inline":["true"],"password":"hunter22"},"type":["object",{}]}"#
        let value = map(["Configs": .array([.binary(Array(json.utf8))])])
        #expect(shown(value) == #"{"Configs":[{"inline":["true"],"password":<8 bytes>}]}"#)
        // Bytes elsewhere are a specification or a value, which nobody reads.
        let count = json.utf8.count
        #expect(shown(.binary(Array(json.utf8)), of: "Datasource.Execute") == "<\(count) bytes>")
        #expect(shown(.binary([0xFF]), of: "Provisioner.Prepare") == "<1 byte>")
    }

    @Test func `no control character gets out`() {
        let text = "a\u{1B}[2J\r\n\u{202E}\u{85}\"\\"
        #expect(shown(.string(text)) == #""a\u{1b}[2J\u{d}\n\u{202e}\u{85}\"\\""#)
        #expect(TracedText.word("Ui.a b\n") == #"Ui.a\u{20}b\u{a}"#)
    }

    @Test func `long values are cut, after their secrets were hidden`() {
        let long = String(repeating: "x", count: 1020) + "hunter22"
        let value = map(["a": .string(long), "password": .string("hunter22")])
        let text = shown(value)
        #expect(!text.contains("hunt") && text.contains("... of "))
        let many = shown(.array(Array(repeating: .string("0123456789"), count: 10_000)))
        #expect(many.hasSuffix(" ...") && many.utf8.count <= TracedText.maximumSize + 4)
    }

    @Test func `what is no value is shown by its size`() {
        let mask = SecretMask()
        #expect(mask.text(of: TracedValue([0xC1, 0x00], of: "Ui.Say")) == "<2 bytes>")
        #expect(mask.text(of: TracedValue([], of: "Ui.Say")) == "<0 bytes>")
    }
}
