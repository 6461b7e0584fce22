import Components
import Configuration
import TestSupport
import Testing

@testable import ShellProvisioner

struct ShellConfigurationTests {
    private func prepare(
        _ options: [String: ConfigurationValue],
        in context: PrepareContext = PrepareContext(buildName: "null", builderType: "null")
    ) throws -> Prepared<ShellProvisioner> {
        try ShellProvisioner.prepare(.map(options), in: context)
    }

    private func errors(_ options: [String: ConfigurationValue]) -> String {
        do {
            _ = try prepare(options)
            return "no error"
        } catch {
            return "\(error)"
        }
    }

    @Test func `has Packer's options and defaults, and a grace for output`() {
        let expected = [
            "inline": "[]", "script": "\"\"", "scripts": "[]", "valid_exit_codes": "[0]",
            "environment_vars": "[]", "env": "{}", "env_var_format": "",
            "use_env_var_file": "false", "execute_command": "",
            "inline_shebang": "\"/bin/sh -e\"", "binary": "false", "remote_folder": "\"/tmp\"",
            "remote_file": "\"\"", "remote_path": "\"\"", "skip_clean": "false",
            "start_retry_timeout": "\"5m0s\"", "expect_disconnect": "false",
            "pause_after": "\"0s\"", "output_grace": "\"10s\"",
        ]
        let found = ShellProvisioner.fields.map { ($0.name, $0.defaultText) }
        #expect(Dictionary(uniqueKeysWithValues: found) == expected)
        #expect(ShellProvisioner.fields.allSatisfy { !$0.documentation.isEmpty })
    }

    @Test(
        arguments: [
            ([:], "Either a script file or inline script must be specified."),
            (["inline": .list([])], "Either a script file or inline script must be specified."),
            (
                ["inline": .string("a"), "script": .string("/etc/passwd")],
                "Only a script file or an inline script can be specified, not both."
            ),
            (
                ["scripts": .string("/etc/passwd"), "script": .string("/etc/passwd")],
                "Only one of script or scripts can be specified."
            ),
            (
                ["script": .string("/nowhere/x.sh")],
                "script: Bad script '/nowhere/x.sh': stat /nowhere/x.sh: No such file or directory"
            ),
            (
                ["scripts": .list([.string("/etc/passwd"), .string("/tmp")])],
                "scripts[1]: Bad script '/tmp': it is a directory, not a regular file"
            ),
            (
                ["inline": .string("a"), "environment_vars": .list([.string("A")])],
                "environment_vars[0]: Environment variable not in format 'key=value': A"
            ),
            (
                ["inline": .string("a"), "environment_vars": .list([.string("=b")])],
                "environment_vars[0]: Environment variable not in format 'key=value': =b"
            ),
            (
                ["inline": .string("a"), "env": .map(["A;id": .string("x")])],
                "env.A;id: Environment variable name 'A;id' is not one that a shell accepts."
            ),
            (
                ["inline": .string("a"), "env": .map(["A": .string("x\0y")])],
                "env.A: The value of environment variable A contains a NUL byte"
            ),
            (
                ["inline": .string("a"), "env_var_format": .string("%s")],
                "env_var_format: must hold `%s` exactly twice and no other verb"
            ),
            (
                ["inline": .string("a"), "execute_command": .string("sudo {{.Vars}}")],
                "execute_command: execute_command does not name {{.Path}}"
            ),
            (
                ["inline": .string("a"), "execute_command": .string("{{.Path")],
                "execute_command: Error processing command: "
            ),
            (
                ["inline": .string("a"), "execute_command": .string("{{.Paht}}")],
                "did you mean `.Path`?"
            ),
            (
                [
                    "inline": .string("a"), "env": .map(["A": .string("b c")]),
                    "execute_command": .string("sh -c '{{.Vars}} {{.Path}}'"),
                ],
                "there a shell misreads the value of A."
            ),
            (
                ["inline": .string("a"), "start_retry_timeout": .string("-1s")],
                "start_retry_timeout: must not be negative"
            ),
            (["inline": .string("a"), "pause_after": .string("5")], "missing unit in duration"),
            (["inlin": .string("a")], "unknown configuration key: '\"inlin\"'"),
        ] as [([String: ConfigurationValue], String)]
    )
    func `says what is wrong and where`(options: [String: ConfigurationValue], words: String) {
        let text = errors(options)
        #expect(text.contains(words), "\(text)")
    }

    @Test func `finds everything that is wrong at once`() {
        let text = errors([
            "environment_vars": .list([.string("A"), .string("1=2")]), "scripts": .string("/none"),
        ])
        #expect(text.hasPrefix("3 error(s) occurred:"), "\(text)")
    }

    @Test(
        arguments: [
            ([:], nil),
            (["remote_path": .string("/opt/x.sh")], "/opt/x.sh"),
            (["remote_file": .string("x.sh")], "/tmp/x.sh"),
            (["remote_folder": .string("/var"), "remote_file": .string("x.sh")], "/var/x.sh"),
            (["remote_path": .string("-x")], "./-x"),
        ] as [([String: ConfigurationValue], String?)]
    )
    func `takes the script's path literally when there is one`(
        options: [String: ConfigurationValue],
        path: String?
    ) throws {
        let options = options.merging(["inline": .string("a")]) { one, _ in one }
        #expect(try prepare(options).component.configuration.literalPath == path)
    }

    @Test func `takes zero and nothing for the defaults`() throws {
        let configuration = try prepare([
            "inline": .string("a"), "start_retry_timeout": .string("0s"),
            "valid_exit_codes": .list([]),
        ]).component.configuration
        #expect(configuration.retryBudget == .seconds(300))
        #expect(configuration.acceptedCodes == [0])
    }

    @Test(
        arguments: [
            (["inline": .string("a | tee b")], "tee"),
            (
                ["inline": .string("a"), "execute_command": .string("{{.Path}} | tee b")],
                "execute_command: the exit status of a pipe"
            ),
            (["inline": .string("a"), "remote_folder": .string("~/x")], "home"),
            (
                [
                    "inline": .string("a"), "use_env_var_file": .bool(true),
                    "execute_command": .string("{{.Path}}"),
                ], "nothing reads"
            ),
            (
                ["inline": .string("a"), "env_var_format": .string("%s=%s ")],
                "nothing is written in this format"
            ),
        ] as [([String: ConfigurationValue], String)]
    )
    func `warns of what is allowed but likely wrong`(
        options: [String: ConfigurationValue],
        words: String
    ) throws {
        let warnings = try prepare(options).warnings
        #expect(warnings.count == 1)
        #expect(warnings.first?.contains(words) == true)
    }

    @Test(
        arguments: [
            (["inline": .list([.string("a"), .string("b")])], "#!/bin/sh -e\na\nb\n"),
            (["inline": .list([.string("#!/bin/dash"), .string("b")])], "#!/bin/dash\nb\n"),
            (
                ["inline": .string("#!/bin/dash"), "inline_shebang": .string("/bin/bash")],
                "#!/bin/bash\n#!/bin/dash\n"
            ),
            (["inline": .string("a"), "inline_shebang": .string("")], "a\n"),
            (["inline": .list([.string("a\r\nb\r")])], "#!/bin/sh -e\na\nb\n"),
            (
                ["inline": .list([.string("a\r")]), "binary": .bool(true)],
                "#!/bin/sh -e\na\r\n"
            ),
            (["inline": .string("echo {{build `Host`}}")], "#!/bin/sh -e\necho h\n"),
            (["inline": .string("echo {{user `name`}}")], "#!/bin/sh -e\necho web\n"),
        ] as [([String: ConfigurationValue], String)]
    )
    func `makes one script of inline commands`(
        options: [String: ConfigurationValue],
        expected: String
    ) throws {
        let context = PrepareContext(userVariables: ["name": "web"])
        let provisioner = try prepare(options, in: context).component
        let scripts = try provisioner.scripts(GeneratedData(["Host": .string("h")]))
        #expect(scripts == [Script(name: "inline", content: .text(Array(expected.utf8)))])
    }

    @Test func `lets later sources of the environment win`() throws {
        let provisioner = try prepare([
            "inline": .string("a"),
            "environment_vars": .list([
                .string("A=1"), .string("B=1"), .string("C=1"), .string("PACKER_BUILD_NAME=x"),
            ]),
            "env": .map(["B": .string("2"), "C": .string("{{build `Host`}}")]),
        ]).component.adding(environment: ["D": [0xFF]])
        let data = GeneratedData([
            "Host": .string("h"), "PackerHTTPAddr": .string("10.0.2.2:80"),
            "PackerHTTPIP": .string("ERR_HTTP_IP_NOT_IMPLEMENTED_BY_BUILDER"),
        ])
        let found = try provisioner.environment(data).variables
        let texts = found.mapValues { String(decoding: $0, as: UTF8.self) }
        #expect(
            texts == [
                "A": "1", "B": "2", "C": "h", "D": "\u{FFFD}", "PACKER_BUILD_NAME": "x",
                "PACKER_BUILDER_TYPE": "null", "PACKER_HTTP_ADDR": "10.0.2.2:80",
            ]
        )
    }
}
