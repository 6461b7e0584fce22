import Communicator
import Components
import MessagePack
import PackerRPC
import Processes
import TestSupport
import Testing

/// What a plugin process has from whoever started Packer.
@Suite(.timeLimit(.minutes(2))) struct InheritanceTests {
    @Test func `descriptors and ignored signals are not handed on`() async throws {
        let plugin = ShellWord.quote(try ProjectFiles.pluginSwift())
        let start =
            "trap '' INT TERM HUP USR1; exec 7</dev/null 9>/dev/null; "
            + "exec \(plugin) start provisioner shell-local"
        let started = try await StartedPlugin(program: "/bin/sh", ["-c", start])
        do {
            let script = """
                for n in 7 9; do [ ! -e /proc/$$/fd/$n ] || echo "has $n"; done
                grep SigIgn /proc/$$/status
                """
            let provisioner = started.session.provisioner
            try await provisioner.prepare([["inline": .array([.string(script)])]])
            let ui = RecordingInterface()
            try await provisioner.provision(LocalCommunicator(), ui: ui, data: GeneratedData())
            let said = await ui.texts
            #expect(!said.contains { $0.hasPrefix("has ") }, "\(said)")
            let ignored = said.first { $0.hasPrefix("SigIgn:") }
            #expect(ignored?.allSatisfy { "SigIgn:\t0".contains($0) } == true, "\(said)")
        } catch {
            _ = try await started.end()
            throw error
        }
        #expect(try await started.end() == .exited(0))
    }
}
