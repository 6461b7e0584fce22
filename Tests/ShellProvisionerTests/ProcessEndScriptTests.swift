import Communicator
import Foundation
import Processes
import TestSupport
import Testing

@testable import ShellProvisioner

/// Processes that really run, on this machine.
struct ProcessEndScriptTests {
    /// The shells of the systems that builds meet, as a command and its arguments.
    static let shells = [["dash"], ["bash", "--posix"], ["busybox", "sh"]]

    private let files: TemporaryDirectory
    private let mark = "packer-shell-" + RandomName.hex()
    private let pause = "3600.\(UInt32.random(in: 100_000 ... .max))"

    init() throws {
        files = try TemporaryDirectory()
    }

    private func run(
        _ script: ProcessEndScript,
        with shell: [String]
    ) async throws -> ProcessEndScript.Remainder? {
        let path = try files.write(Array(script.text.utf8), to: "end-\(RandomName.hex()).sh")
        let outcome = try await Program("env").run(shell + [path], within: .seconds(30))
        #expect(outcome.end == .exited(0))
        return script.remainder(in: Array(outcome.output.utf8))
    }

    private func write(_ script: String, to name: String) throws -> String {
        try files.write(Array(script.utf8), to: name)
    }

    private func isPauseRunning() async throws -> Bool {
        try await Program("pgrep").run(["-f", "^sleep \(pause)"]).end == .exited(0)
    }

    @Test(arguments: shells)
    func `ends a tree of which a part ignores TERM and a part has a session of its own`(
        shell: [String]
    ) async throws {
        let path = try write(
            """
            setsid sleep \(pause)1 &
            sh -c 'trap "" TERM; while :; do sleep \(pause)2; done' &
            echo begun
            sleep \(pause)3
            """,
            to: mark
        )
        let script = ProcessEndScript(mark: mark)
        let outcome = try await Program("sh").run([path]) { running in
            try await running.says("begun")
            #expect(try await run(script, with: shell) == ProcessEndScript.Remainder())
        }
        #expect(outcome.end == .signaled(SIGTERM))
        #expect(try await !isPauseRunning())
    }

    @Test(arguments: shells)
    func `finds without ending`(shell: [String]) async throws {
        let script = ProcessEndScript(mark: mark, ends: false)
        let path = try write(
            "echo begun; while [ ! -e \(files["go"]) ]; do sleep 0.05; done",
            to: mark
        )
        let outcome = try await Program("sh").run([path]) { running in
            try await running.says("begun")
            let remainder = try await run(script, with: shell)
            #expect(remainder?.processes.isEmpty == false)
            #expect(remainder?.mayBeMore == false)
            try files.write([], to: "go")
        }
        #expect(outcome.end == .exited(0))
    }

    @Test(arguments: shells)
    func `leaves alone who only looks at the script`(shell: [String]) async throws {
        // The session's leader knows nothing of the script, as somebody's login shell.
        let reader = "tail -n 1 -f --pid=$$ \(files[mark]) >/dev/null & echo begun"
        let path = try write(
            "\(reader)\nwhile [ ! -e \(files["go"]) ]; do sleep 0.05; done; kill $!",
            to: "login"
        )
        try files.write([], to: mark)
        let outcome = try await Program("sh").run([path]) { running in
            try await running.says("begun")
            let remainder = try await run(ProcessEndScript(mark: mark), with: shell)
            #expect(remainder == ProcessEndScript.Remainder())
            try files.write([], to: "go")
        }
        // The kill of a reader that was gone would fail.
        #expect(outcome.end == .exited(0))
    }

    @Test(arguments: shells)
    func `never ends itself or what started it`(shell: [String]) async throws {
        let script = ProcessEndScript(mark: mark)
        let path = try files.write(Array(script.text.utf8), to: mark)
        let outcome = try await Program("sh").run([
            "-c", "\(shell.joined(separator: " ")) \(path); echo lived",
        ])
        #expect(outcome.output.hasSuffix("lived\n"))
        let remainder = script.remainder(in: Array(outcome.output.utf8))
        #expect(remainder == ProcessEndScript.Remainder())
    }

    @Test(
        arguments: [
            ("", nil), ("packer-shell-x le", nil),
            ("packer-shell-x left \n", ProcessEndScript.Remainder()),
            ("hello\npacker-shell-x left 12 13 \n", .init(processes: [12, 13])),
            ("packer-shell-x left unseen 7 \n", .init(processes: [7], mayBeMore: true)),
        ] as [(String, ProcessEndScript.Remainder?)]
    )
    func `reads the report after whatever a login shell says`(
        output: String,
        remainder: ProcessEndScript.Remainder?
    ) {
        let script = ProcessEndScript(mark: "packer-shell-x")
        #expect(script.remainder(in: Array(output.utf8)) == remainder)
    }
}
