import Foundation
import TestSupport
import Testing

@Suite("Row 30: a build is cancelled")
struct CancelTests {
    @Test(arguments: Phase.allCases)
    func `row 30: both ends are clean within 7 s`(phase: Phase) async throws {
        try await row(
            30,
            fault: "cancelled \(phase.clause)",
            promise: "nothing is left, here or there",
            bound: .seconds(7)
        ) { row in
            try await Stage.with(phase, row) { stage in
                try await stage.cancel(.interrupt)
            }
        }
    }

    /// Ways to become another user, and what is done first.
    static let users = [
        ("sudo", "sudo sh '{{.Path}}'", ""),
        (
            "sudo with a password", "echo 'PASSWORD' | sudo -S sh '{{.Path}}'",
            "echo 'packer ALL=(ALL:ALL) ALL' >/etc/sudoers.d/packer"
        ),
        (
            "sudo -u app, and no right to be root", "sudo -u app {{.Path}}",
            "echo 'packer ALL=(app) NOPASSWD: ALL' >/etc/sudoers.d/packer"
        ),
        ("su with a password", "echo 'packer' | su root -c 'sh {{.Path}}'", ""),
    ]

    @Test(arguments: users)
    func `row 30: a script that runs as another user is ended, too`(
        name: String,
        command: String,
        preparation: String
    ) async throws {
        try await row(
            30,
            fault: "cancelled while a script runs under \(name)",
            promise: "nothing is left, here or there",
            bound: .seconds(7)
        ) { row in
            try await row.withServer { server, fixture in
                if !preparation.isEmpty { try await server.server.exec(preparation) }
                let password = server.server.password
                let command = command.replacingOccurrences(of: "PASSWORD", with: password)
                let lines = ["echo \"it runs as $(id -un)\"", "sleep 3600 &", "sleep 3600"]
                let ended = try await row.build(
                    fixture,
                    [row.script(lines, more: ["execute_command": command])],
                    at: "it runs as"
                ) { running in running.signal(SIGINT) }
                row.expect(ended.hasFailed, "ends with exit code 1", ended.said)
                row.expect(!ended.said.contains("it runs as packer"), "another user", ended.said)
                try await row.expectClean(fixture, ended, server)
                row.expect(!ended.said.contains("Warning"), "no warning", ended.said)
            }
        }
    }

    @Test func `row 6: a script of another user that lost its connection is ended, too`()
        async throws
    {
        try await row(
            6,
            fault: "the session's sshd is killed while a script runs under sudo with a password",
            promise: "told as lost at once; nothing is left on the machine",
            bound: .seconds(10)
        ) { row in
            try await row.withServer { server, fixture in
                let rule = "echo 'packer ALL=(ALL:ALL) ALL' >/etc/sudoers.d/packer"
                try await server.server.exec(rule)
                let command = "echo '\(server.server.password)' | sudo -S sh '{{.Path}}'"
                let lines = ["echo \"it runs as $(id -un)\"", "sleep 3600 &", "sleep 3600"]
                let ended = try await row.build(
                    fixture,
                    [row.script(lines, more: ["execute_command": command])],
                    at: "it runs as root"
                ) { _ in try await server.signalSessions("KILL") }
                row.expect(ended.hasFailed, "ends with exit code 1", ended.said)
                row.expect(ended.told != nil, "told as lost", ended.said)
                let warnings = ended.said.components(separatedBy: "Warning").count - 1
                row.expect(warnings <= 1, "no other warning", ended.said)
                try await row.expectClean(fixture, ended, server)
            }
        }
    }
}

extension Stage {
    /// Builds up to the phase, cancels, and looks at both ends.
    @discardableResult
    func cancel(_ interruption: Interruption) async throws -> Row.Ended {
        let connections = try await prepare()
        let (stage, fixture) = (self, fixture)
        let ended = try await row.build(
            fixture,
            builders: [builder],
            [provisioner(isStubborn: interruption == .twice)],
            wrapper: interruption.wrapper(fixture)
        ) { running in
            try await stage.isReached(by: running, since: connections)
        } fault: { running in
            try await interruption.happen(to: running, fixture)
            try await stage.release()
        }
        row.expect(ended.hasFailed, "\(interruption.rawValue): ends with exit code 1", ended.said)
        try await tidy(isThorough: interruption == .twice)
        try await row.expectClean(fixture, ended, server)
        return ended
    }
}
