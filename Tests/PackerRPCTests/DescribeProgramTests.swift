import Communicator
import Foundation
import PackerRPC
import Processes
import TestSupport
import Testing

/// `describe` in any environment: Packer runs it with its own, and several times.
@Suite(.timeLimit(.minutes(2))) struct DescribeProgramTests {
    /// Runs of each kind; `make bench` has 1,000.
    private static let runs = 10

    /// How a shell runs `describe` in an environment that is no usual one.
    private static let environments = [
        "as it is": "\"$0\" describe",
        "without variables": "env -i \"$0\" describe",
        "without a home": "env -u HOME \"$0\" describe",
        "in a language": "LC_ALL=de_DE.UTF-8 LANG=tr_TR \"$0\" describe",
        "with a log": "PACKER_LOG=1 PACKER_LOG_PATH=/dev/full \"$0\" describe",
        "with a transcript": "PACKER_SWIFT_TRACE=1 \"$0\" describe",
        "with a cookie": "PACKER_PLUGIN_MAGIC_COOKIE=x \"$0\" describe",
        "without an input": "\"$0\" describe <&-",
        "without an error output": "\"$0\" describe 2>&-",
        "with a descriptor": "\"$0\" describe 7</dev/null 8>/dev/null",
        "in a folder that is gone": "mkdir d && cd d && rmdir ../d && \"$0\" describe",
        "without a place for temporary files": "TMPDIR=/nowhere \"$0\" describe",
        "with ignored signals": "trap '' INT TERM HUP PIPE; \"$0\" describe",
        "with much in it": "LONG=$(printf '%0100000d' 0) \"$0\" describe",
        "with few descriptors": "ulimit -n 16; \"$0\" describe",
    ]

    @Test(arguments: environments.keys.sorted())
    func `describe prints the same bytes`(environment: String) async throws {
        let here = try TemporaryDirectory()
        let plugin = try ProjectFiles.pluginSwift()
        let expected = try await Program(plugin).succeed(["describe"])
        _ = try PluginDescription(decoding: Array(expected.utf8))
        let script = try #require(Self.environments[environment])
        let shell = Program("/bin/sh", ["-c", script, plugin], directory: here.path)
        for _ in 0..<Self.runs {
            let outcome = try await shell.run()
            #expect(outcome.end == .exited(0))
            #expect(outcome.output == expected)
            #expect(outcome.errors == "")
        }
    }

    @Test(arguments: ["/dev/full", "a pipe that nobody reads"])
    func `describe fails when its output is not taken`(_ output: String) async throws {
        let plugin = ShellWord.quote(try ProjectFiles.pluginSwift())
        let shell = Program("/bin/bash", ["-c"])
        let script =
            output.hasPrefix("/")
            ? "\(plugin) describe >\(output)"
            // The reader is gone before the plugin begins.
            : "exec 3> >(exit); wait $!; \(plugin) describe >&3"
        let outcome = try await shell.run([script])
        #expect(outcome.end == .exited(1))
        #expect(outcome.errors.contains("standard output"), "\(outcome.errors)")
    }
}
