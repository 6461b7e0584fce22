import Components
import Configuration
import TestSupport
import Testing

@testable import ShellProvisioner

struct ShellLocalConfigurationTests {
    private func prepare(
        _ options: [String: ConfigurationValue]
    ) throws -> Prepared<ShellLocalProvisioner> {
        let context = PrepareContext(buildName: "null", builderType: "null")
        return try ShellLocalProvisioner.prepare(.map(options), in: context)
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
            "inline": "[]", "command": "\"\"", "script": "\"\"", "scripts": "[]",
            "valid_exit_codes": "[0]", "environment_vars": "[]", "env": "{}", "env_var_format": "",
            "execute_command": "[]", "inline_shebang": "\"/bin/sh -e\"", "only_on": "[]",
            "tempfile_extension": "\"\"", "use_linux_pathing": "false", "output_grace": "\"10s\"",
        ]
        let found = ShellLocalProvisioner.fields.map { ($0.name, $0.defaultText) }
        #expect(Dictionary(uniqueKeysWithValues: found) == expected)
        #expect(ShellLocalProvisioner.fields.allSatisfy { !$0.documentation.isEmpty })
    }

    private static let several =
        "You may only specify one of the following options: Command, Inline, Script or Scripts."

    @Test(
        arguments: [
            ([:], "Command, Inline, Script and Scripts options cannot all be empty."),
            (["inline": .list([])], "options cannot all be empty."),
            (["inline": .string("a"), "command": .string("b")], several),
            (["inline": .string("a"), "script": .string("/etc/passwd")], several),
            (["scripts": .string("/etc/passwd"), "script": .string("/etc/passwd")], several),
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
                ["inline": .string("a"), "env": .map(["A;id": .string("x")])],
                "env.A;id: Environment variable name 'A;id' is not one that a shell accepts."
            ),
            (
                ["inline": .string("a"), "env_var_format": .string("%s")],
                "env_var_format: must hold `%s` exactly twice and no other verb"
            ),
            (
                ["inline": .string("a"), "only_on": .list([.string("linux"), .string("beos")])],
                "only_on[1]: Invalid OS specified in only_on: 'beos'\n"
                    + "Supported OS names: darwin, freebsd, linux, openbsd, solaris, windows"
            ),
            (
                ["inline": .string("a"), "execute_command": .list([.string("")])],
                "execute_command[0]: The first element of execute_command is empty"
            ),
            (
                ["inline": .string("a"), "execute_command": .list([.string("{{.Script")])],
                "execute_command: Error processing command: "
            ),
            (
                ["inline": .string("a"), "execute_command": .list([.string("{{.Scirpt}}")])],
                "did you mean `.Script`?"
            ),
            (
                ["inline": .string("a"), "use_linux_pathing": .bool(true)],
                "Packer is unable to use the Command and Inline features"
            ),
            (
                ["script": .string("/etc/passwd"), "use_linux_pathing": .bool(true)],
                "expected to find a drive following the format ':/' but did not: absolute path: "
                    + "/etc/passwd"
            ),
            (
                ["inline": .string("a"), "tempfile_extension": .string("../x")],
                "tempfile_extension: must be a part of a file's name"
            ),
            (
                ["inline": .string("a"), "output_grace": .string("-1s")],
                "output_grace: must not be negative"
            ),
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
            "only_on": .string("beos"),
        ])
        #expect(text.hasPrefix("4 error(s) occurred:"), "\(text)")
    }

    @Test(
        arguments: [
            (["inline": .string("a")], nil),
            (["inline": .string("make | tee log")], "the exit status of a pipe into tee is tee's"),
            (
                ["inline": .string("a"), "execute_command": .list([.string("/bin/true")])],
                "execute_command does not name {{.Script}}"
            ),
            (
                [
                    "inline": .string("a"), "env_var_format": .string("%s=%s "),
                    "execute_command": .list([.string("{{.Script}}")]),
                ],
                "env_var_format: execute_command does not name {{.Vars}}"
            ),
            (["script": .string("/etc/passwd")], "Script /etc/passwd is not executable"),
            (["script": .string("/bin/sh")], nil),
            (
                [
                    "script": .string("/etc/passwd"),
                    "execute_command": .list([.string("cat"), .string("{{.Command}}")]),
                ], nil
            ),
        ] as [([String: ConfigurationValue], String?)]
    )
    func `warns of what is likely wrong`(
        options: [String: ConfigurationValue],
        words: String?
    ) throws {
        let warnings = try prepare(options).warnings
        #expect(warnings.count == (words == nil ? 0 : 1), "\(warnings)")
        if let words { #expect(warnings.first?.contains(words) == true, "\(warnings)") }
    }

    @Test(arguments: [("/a/./b//c", "/a/b/c"), ("/a/../b", "/a/../b"), ("/", "/")])
    func `says absolute paths without what means nothing`(path: String, expected: String) {
        #expect(LocalScript.absolute(path) == expected)
    }
}
