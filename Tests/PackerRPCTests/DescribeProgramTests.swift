import Communicator
import Processes
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2))) struct DescribeProgramTests {
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
