import Foundation
import Processes
import TestSupport
import Testing

@Suite("On a terminal")
struct TerminalTests {
    /// Uploads a file whose server is held still in the middle, so that the upload lasts.
    private func uploadHeldStill(
        _ fixture: BuildFixture,
        user: String,
        terminal: ProcessSpecification.TerminalSize?,
        _ body: @escaping @Sendable (RunningProgram) async throws -> Void
    ) async throws -> Program.Outcome {
        let folder = "\(fixture.remote)/to"
        try await fixture.server.exec("mkdir \(folder); chown \(user) \(folder)")
        let source = try fixture.writeDense(mebibytes: 256, to: "large.bin")
        let template = try fixture.template(
            [fixture.builder(user: user)],
            [["type": "file", "source": source, "destination": "\(folder)/large.bin"]]
        )
        let server = fixture.server
        return try await fixture.packerSwift().run(["build", template], terminal: terminal) {
            running in
            try await server.exec(
                """
                until [ $(du -sk \(folder) | cut -f1) -gt 8192 ]; do :; done
                pkill -STOP -u \(user) sftp-server
                """
            )
            do { try await body(running) } catch {
                try await server.exec("pkill -CONT -u \(user) sftp-server")
                throw error
            }
            try await server.exec("pkill -CONT -u \(user) sftp-server")
        }
    }

    @Test func `a transfer shows its progress with rate and time left`() async throws {
        try await withBuildFixture { fixture in
            let size = ProcessSpecification.TerminalSize(rows: 24, columns: 120)
            let outcome = try await uploadHeldStill(fixture, user: "user-bash", terminal: size) {
                try await $0.says("iB/s", within: .seconds(20))
            }
            #expect(outcome.end == .exited(0), "\(outcome.output)")
            let line = #/upload [^\r\n]*large\.bin [0-9.]+ [KM]iB of 256\.0 MiB \([0-9]+%\), /#
            #expect(try line.firstMatch(in: outcome.output) != nil, "\(outcome.output)")
            #expect(try /, [0-9:hms ]+ left/.firstMatch(in: outcome.output) != nil)
            let written = try await fixture.server.exec("stat -c %s \(fixture.remote)/to/large.bin")
            #expect(written == "268435456\n")
        }
    }

    @Test func `colour is used on a terminal and nowhere else`() async throws {
        try await withBuildFixture { fixture in
            let template = try fixture.template(
                [fixture.builder()],
                [["type": "shell", "inline": ["echo hello"]]]
            )
            let program = try fixture.packerSwift()
            let shown = try await program.run(["build", template], terminal: .init())
            let piped = try await program.run(["build", template])
            let plain = try await program.run(
                ["build", "-color=false", template],
                terminal: .init()
            )
            #expect(shown.end == .exited(0), "\(shown.output)")
            #expect(shown.output.contains("\u{1B}[1;32m"))
            #expect(!piped.output.contains("\u{1B}["))
            #expect(!plain.output.contains("\u{1B}[1;"))
            #expect(piped.output.contains("==> machine: "))
        }
    }
}
