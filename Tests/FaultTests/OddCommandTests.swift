import Communicator
import Foundation
import Processes
import SSHCommunicator
import TestSupport
import Testing

/// Rows 26 and 27: commands, values and paths that quoting may get wrong.
@Suite(.timeLimit(.minutes(3))) struct `Odd commands` {
    /// Packer colours its output for whoever reads it.
    private static let plain = ["PACKER_NO_COLOR": "1"]

    @Test(arguments: [30_000, 100_000, 131_072, 2 << 20])
    func `row 26: a command of any length arrives whole, or is refused in words`(count: Int)
        async throws
    {
        let ssh = try await DockerServer().connect()
        let communicators: [any Communicator] = [LocalCommunicator(), ssh]
        for communicator in communicators {
            let text = ": '" + String(repeating: "x", count: count) + "'; echo $((6 * 7)); exit 3"
            do {
                let result = try await communicator.run(RemoteCmd(text)) { execution in
                    var output: [UInt8] = []
                    for try await case .standardOutput(let bytes) in execution.output {
                        output += bytes
                    }
                    return String(decoding: output, as: UTF8.self)
                }
                #expect(result.value == "42\n")
                #expect(result.status == .exited(3))
            } catch let error as CommunicatorError {
                #expect(error.code == .commandNotStarted)
                #expect(["bytes", "too long"].contains(where: error.detail.contains), "\(error)")
                #expect(count > 30_000)
            }
            // It has left nothing in the way.
            #expect(try await communicator.run(RemoteCmd("exit 4")) { _ in }.status == .exited(4))
        }
        await ssh.close()
    }

    @Test func `row 26: the values of variables arrive as they are`() async throws {
        try await row(
            26,
            fault: "quotes, newlines and command substitutions in the values of variables",
            promise: "each arrives as it is",
            bound: .seconds(5)
        ) { row in
            let fixture = try await BuildFixture()
            let values = [
                "it's", "a\"b", "$(touch \(fixture.remote)/pwned)",
                "`touch \(fixture.remote)/pwned`",
                "one\ntwo", "back\\slash", "a;touch \(fixture.remote)/pwned;b", " ", "ü",
            ]
            let names = values.indices.map { "VALUE_\($0)" }
            let lines = ["printf '%s\\0' \(names.map { "\"$\($0)\"" }.joined(separator: " "))"]
            let ended = try await row.build(
                fixture,
                [
                    row.script(
                        [lines[0] + " >\(fixture.remote)/values"],
                        more: [
                            "environment_vars": zip(names, values).map { "\($0)=\($1)" }
                        ]
                    )
                ],
                environment: Self.plain
            )
            row.expect(ended.hasSucceeded, "ends with exit code 0", ended.said)
            let found = try await fixture.server.exec(
                "cd \(fixture.remote); ls; tr '\\0' '|' <values 2>/dev/null || :"
            )
            let expected = "values\n" + values.map { $0 + "|" }.joined()
            row.expect(
                found == expected,
                "whole, and nothing of them is run",
                "\(found)\n\(ended.said)"
            )
            try await fixture.remove()
        }
    }

    @Test(arguments: [
        ("B;touch /tmp/pwned-name;C", "1", "a name that is code"),
        ("A B", "1", "a name with a space"),
        ("ZERO", "a\0b", "a zero byte in a value"),
    ])
    func `row 26: a name or a value that cannot be one is refused, never run`(
        name: String,
        value: String,
        what: String
    ) async throws {
        try await row(
            26,
            fault: what,
            promise: "refused in words before anything is run",
            bound: .seconds(5)
        ) { row in
            let fixture = try await BuildFixture()
            let ended = try await row.build(
                fixture,
                [row.script(["echo was run"], more: ["environment_vars": ["\(name)=\(value)"]])],
                environment: Self.plain
            )
            row.expect(ended.end == .exited(1), "ends with exit code 1", ended.said)
            row.expect(!ended.said.contains(": was run"), "runs nothing", ended.said)
            let found = try await fixture.server.exec("ls /tmp; rm -f /tmp/pwned*")
            row.expect(!found.contains("pwned"), "the name is not run", found)
            try await fixture.remove()
        }
    }

    @Test(arguments: [false, true])
    func `row 26: a value of 1 MiB arrives, or is refused in words`(byFile: Bool) async throws {
        try await row(
            26,
            fault: "a variable of 1 MiB" + (byFile ? ", with use_env_var_file" : ""),
            promise: "whole, or refused in words",
            bound: .seconds(10)
        ) { row in
            let fixture = try await BuildFixture()
            let script = row.script(
                ["printf %s \"$VALUE\" | wc -c"],
                more: [
                    "environment_vars": ["VALUE=" + String(repeating: "v", count: 1 << 20)],
                    "use_env_var_file": byFile,
                ]
            )
            let ended = try await row.build(fixture, [script], environment: Self.plain)
            let isWhole = ended.hasSucceeded && ended.said.contains(": 1048576\n")
            let isRefused =
                ended.hasFailed && ["bytes", "too long"].contains(where: ended.said.contains)
            row.expect(isWhole || isRefused, "whole, or refused", String(ended.said.suffix(900)))
            row.expect(ended.said.count < 1 << 16, "the value is not shown")
            try await fixture.remove()
        }
    }

    @Test(arguments: ["a b.sh", "$(touch pwned).sh", "it's \"one\".sh", "-x;touch pwned"])
    func `row 27: a remote path is taken as it is`(name: String) async throws {
        try await row(
            27,
            fault: "remote_path is '\(name)'",
            promise: "the script stands at that very path, and runs",
            bound: .seconds(5)
        ) { row in
            let fixture = try await BuildFixture()
            let ended = try await row.build(
                fixture,
                [
                    row.script(
                        ["echo it runs"],
                        more: ["remote_path": "\(fixture.remote)/\(name)", "skip_clean": true]
                    )
                ],
                environment: Self.plain
            )
            row.expect(ended.hasSucceeded, "ends with exit code 0", ended.said)
            row.expect(ended.said.contains(": it runs\n"), "runs", ended.said)
            let found = try await fixture.server.exec(
                "ls -A \(fixture.remote); ls /tmp /home/packer; rm -f /tmp/pwned /home/packer/pwned"
            )
            row.expect(found.hasPrefix("\(name)\n"), "stands at the path", found)
            let isRun = found.split(separator: "\n").contains("pwned")
            row.expect(!isRun, "nothing of it is run", found)
            try await fixture.remove()
        }
    }
}
