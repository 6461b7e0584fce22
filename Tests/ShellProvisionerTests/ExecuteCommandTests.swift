import Testing

@testable import ShellProvisioner

struct ExecuteCommandTests {
    /// Enough of a template engine: `{{.Name}}`.
    private func marked(_ template: String) -> MarkedCommand {
        ExecuteCommand(template: template).marked { template, values in
            values.reduce(template) { text, entry in
                text.split(separator: "{{.\(entry.key)}}", omittingEmptySubsequences: false)
                    .joined(separator: entry.value)
            }
        }
    }

    private func environment(_ value: String) throws -> EnvironmentFile {
        try EnvironmentFile(["A": Array(value.utf8)])
    }

    @Test func `fills in paths and variables, quoted where they need it`() throws {
        let command = marked("{{.Vars}}sudo {{.Path}} < {{.EnvVarFile}}")
        let bytes = command.filled(
            ScriptFiles(script: "/tmp/a b.sh", environment: "/tmp/e.sh"),
            variables: try environment("1").bytes(format: .assignments)
        )
        #expect(
            String(decoding: bytes, as: UTF8.self) == "A='1' sudo '/tmp/a b.sh' < /tmp/e.sh"
        )
    }

    @Test func `finds no mark in a value that looks like one`() throws {
        let command = marked("{{.Vars}}{{.Path}}")
        let variables = Array("A='\(command.marks.path)' ".utf8)
        let bytes = command.filled(
            ScriptFiles(script: "/s", environment: nil),
            variables: variables
        )
        #expect(bytes == variables + Array("/s".utf8))
    }

    @Test(
        arguments: [
            ("sh -c '{{.Vars}} {{.Path}}'", "a b", 1), ("sh -c '{{.Vars}} {{.Path}}'", "plain", 0),
            ("sh -c \"{{.Vars}} {{.Path}}\"", "a b", 0),
            ("sh -c \"{{.Vars}} {{.Path}}\"", "$x", 1),
            ("sh -c \"{{.Vars}} {{.Path}}\"", "it's", 1),
            ("{{.Vars}} {{.Path}}", "it's $x", 0), ("echo '' | {{.Vars}} {{.Path}}", "a b", 0),
            ("echo \\' {{.Vars}} {{.Path}}", "a b", 0),
            ("echo \"'\" {{.Vars}} {{.Path}}", "a b", 0),
            ("true", "a", 1), ("sudo sh {{.Vars}}", "a", 1),
        ]
    )
    func `finds what a shell would misread`(template: String, value: String, count: Int) throws {
        let faults = marked(template).faults(
            try environment(value),
            path: "/tmp/s.sh",
            folder: "/tmp"
        )
        #expect(faults.count == count, "\(faults)")
    }

    @Test func `refuses quotes around a path that needs its own`() throws {
        let command = marked("sudo sh '{{.Path}}'")
        let environment = try environment("1")
        #expect(command.faults(environment, path: "/tmp/s.sh", folder: "/tmp").isEmpty)
        #expect(command.faults(environment, path: "/tmp/a b.sh", folder: "/tmp").count == 1)
        #expect(command.faults(environment, path: "/tmp/s.sh", folder: "/a b").isEmpty)
        let reading = marked(". \"{{.EnvVarFile}}\"; {{.Path}}")
        #expect(reading.faults(environment, path: "/tmp/s.sh", folder: "/a b").count == 1)
        #expect(reading.faults(environment, path: "/tmp/s.sh", folder: "/tmp").isEmpty)
    }

    @Test func `knows whether the environment file is read`() {
        #expect(marked(ExecuteCommand.standard.template).readsEnvironmentFile)
        #expect(!marked("{{.Vars}} {{.Path}}").readsEnvironmentFile)
    }

    @Test(
        arguments: [
            (["make | tee log"], 1), (["set -o pipefail", "make | tee log"], 0),
            (["make |& /usr/bin/tee log"], 1), (["make || tee"], 0), (["echo tee"], 0),
            (["a | teeth"], 0),
        ]
    )
    func `warns of a pipe into tee`(commands: [String], count: Int) {
        #expect(ScriptLint.warnings(for: commands, option: "inline").count == count)
    }
}
