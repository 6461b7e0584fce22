import Communicator
import Components
import Configuration
import Foundation
import MessagePack
import PackerRPC
import Processes
import TestSupport
import Testing

/// Debian packer's own components, called by our half of the wire.
@Suite(.timeLimit(.minutes(2))) struct GoComponentTests {
    private func with(
        _ name: String,
        _ body: (HostSession) async throws -> Void
    ) async throws {
        let plugin = try await StartedPlugin(name)
        do {
            try await body(plugin.session)
        } catch {
            _ = try await plugin.end()
            throw error
        }
        #expect(try await plugin.end() == .exited(0))
    }

    /// What Packer adds to a configuration of a JSON template.
    private let packer: MessagePackValue = [
        "packer_build_name": "test", "packer_builder_type": "null", "packer_debug": false,
        "packer_force": false, "packer_on_error": "", "packer_core_version": "1.6.6",
        "packer_user_variables": [:],
    ]

    @Test func `the shell provisioner runs a script on our machine`() async throws {
        try await with("packer-provisioner-shell") { session in
            let provisioner = session.provisioner
            #expect(try await provisioner.specification().count > 1000)
            try await provisioner.prepare([
                ["inline": ["echo out; echo err >&2", "exit 7"], "valid_exit_codes": [7]], packer,
            ])
            let ui = RecordingInterface()
            try await provisioner.provision(
                LocalCommunicator(),
                ui: ui,
                data: GeneratedData(["ID": .string("x"), "Port": .integer(22)])
            )
            let texts = await ui.texts
            #expect(texts.first?.hasPrefix("Provisioning with shell script: ") == true)
            #expect(texts.contains("out") && texts.contains("err"))
        }
    }

    @Test func `a script that fails is an error with Packer's words`() async throws {
        try await with("packer-provisioner-shell") { session in
            try await session.provisioner.prepare([["inline": ["exit 5"]], packer])
            await #expect(
                throws: ComponentFailure(
                    message:
                        "Script exited with non-zero exit status: 5.Allowed exit codes are: [0]"
                )
            ) {
                try await session.provisioner.provision(
                    LocalCommunicator(),
                    ui: RecordingInterface(),
                    data: GeneratedData()
                )
            }
        }
    }

    @Test func `a configuration that is wrong is refused with Packer's words`() async throws {
        try await with("packer-provisioner-shell") { session in
            do {
                try await session.provisioner.prepare([["inlin": ["x"]], packer])
                Issue.record("nothing was refused")
            } catch let error as ComponentFailure {
                #expect(error.message.contains("unknown configuration key"))
            }
        }
    }

    @Test func `the sleep provisioner hears that it is cancelled`() async throws {
        try await with("packer-provisioner-sleep") { session in
            try await session.provisioner.prepare([["duration": "1h"], packer])
            let ui = RecordingInterface()
            let sleeping = Task {
                try await session.provisioner.provision(
                    LocalCommunicator(),
                    ui: ui,
                    data: GeneratedData()
                )
            }
            sleeping.cancel()
            await #expect(throws: CancellationError.self) { try await sleeping.value }
        }
    }

    @Test func `the file provisioner puts and brings files through our machine`() async throws {
        let folder = try TemporaryDirectory()
        let content = [UInt8]((0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })
        try Data(content).write(to: URL(fileURLWithPath: folder.path + "/up"))
        try await with("packer-provisioner-file") { session in
            // Packer follows uploads only.
            for (source, destination, direction, followed) in [
                ("up", "there", "upload", 1), ("there", "down", "download", 0),
            ] {
                try await session.provisioner.prepare([
                    [
                        "source": .string("\(folder.path)/\(source)"),
                        "destination": .string("\(folder.path)/\(destination)"),
                        "direction": .string(direction),
                    ], packer,
                ])
                let ui = RecordingInterface()
                try await session.provisioner.provision(
                    LocalCommunicator(),
                    ui: ui,
                    data: GeneratedData()
                )
                #expect(ui.finished.count == followed)
            }
        }
        #expect(
            try [UInt8](Data(contentsOf: URL(fileURLWithPath: folder.path + "/down"))) == content
        )
    }
}
