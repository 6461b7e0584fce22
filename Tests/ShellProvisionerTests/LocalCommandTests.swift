import Testing

@testable import ShellProvisioner

struct LocalCommandTests {
    /// The arguments that a command of templates with `<Script>` and `<Vars>` becomes.
    private func arguments(_ templates: [String], script: String) -> [String] {
        let command = LocalCommand(templates) { template, values in
            values.reduce(template) { text, value in
                text.split(separator: "<\(value.key)>", omittingEmptySubsequences: false)
                    .joined(separator: value.value)
            }
        }
        return command.arguments(script: Array(script.utf8), variables: Array("A='1' ".utf8))
            .map { String(decoding: $0, as: UTF8.self) }
    }

    @Test(
        arguments: [
            (["/bin/sh", "-c", "<Vars> <Script>"], "/t/s", ["/bin/sh", "-c", "A='1'  /t/s"]),
            (["/bin/sh", "-c", "<Script>"], "/a b", ["/bin/sh", "-c", "'/a b'"]),
            (["bash", "-ec", "<Script>"], "/it's", ["bash", "-ec", #"'/it'"'"'s'"#]),
            (["sh", "-c", "'<Script>' <Command>"], "/a b", ["sh", "-c", "'/a b' '/a b'"]),
            (["sh", "-c", #""<Script>""#], "/a $b", ["sh", "-c", #""/a \$b""#]),
            (["su", "app", "-c", "<Script>"], "/a b", ["su", "app", "-c", "'/a b'"]),
            (["sudo", "sh", "-c", "<Script>"], "/a b", ["sudo", "sh", "-c", "'/a b'"]),
            (["<Script>"], "/a b", ["/a b"]), (["sh", "<Script>"], "/a b", ["sh", "/a b"]),
            (["sh", "-c", "\"$0\"", "<Script>"], "/a b", ["sh", "-c", "\"$0\"", "/a b"]),
            (["tar", "-c", "<Script>"], "/a b", ["tar", "-c", "/a b"]),
            (["env", "--script=<Script>"], "/a b", ["env", "--script=/a b"]),
        ] as [([String], String, [String])]
    )
    func `quotes the script's path where a shell reads it and nowhere else`(
        templates: [String],
        script: String,
        expected: [String]
    ) {
        #expect(arguments(templates, script: script) == expected)
    }

    @Test func `knows whether it names the script and the variables`() {
        let command = LocalCommand(["a", "{{.Vars}}"]) { _, values in values["Vars"] ?? "" }
        #expect(command.namesVariables)
        #expect(!command.namesScript)
    }
}
