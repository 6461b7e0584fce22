import Communicator
import Components
import Configuration
import Foundation
import PackerRPC
import PluginHost
import Processes
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Swift plugins of every kind, found and run.
@Suite(.timeLimit(.minutes(2))) struct PluginRunnerTests {
    private let files: TemporaryDirectory
    private let context = PrepareContext(buildName: "b", builderType: "t")

    init() throws {
        files = try TemporaryDirectory()
        for (program, name) in [
            (try ProjectFiles.pluginTest(), "packer-plugin-test"),
            (try ProjectFiles.pluginSwift(), "packer-plugin-swift"),
        ] {
            try FileManager.default.copyItem(atPath: program, toPath: files[name])
        }
    }

    /// Does something with a runner, of which nothing is left afterwards.
    private func with<Value>(
        protobuf: Bool = true,
        warnings: LockedValue<[String]> = LockedValue([]),
        checksums: Bool = false,
        signatures: SignaturePolicy = SignaturePolicy(),
        _ work: (PluginRunner) async throws -> Value
    ) async throws -> Value {
        var policy = PluginPolicy()
        policy.usesProtobuf = protobuf
        policy.requiresChecksums = checksums
        policy.signatures = signatures
        let catalog = try await PluginSearch([PluginPlace(files.path, .commandLine)]).catalog()
        let runner = PluginRunner(
            catalog,
            policy: policy,
            log: { _ in },
            warn: { text in warnings.withLock { $0.append(text) } }
        )
        do {
            let value = try await work(runner)
            await runner.end()
            return value
        } catch {
            await runner.end()
            throw error
        }
    }

    private func start(
        _ kind: PluginKind,
        _ name: String,
        _ runner: PluginRunner
    ) async throws -> RunningPlugin {
        let component = try await runner.component(kind, named: name)
        return try await runner.start(#require(component))
    }

    private let echo: ConfigurationValue = .map(["text": .string("hello {{build `ID`}}")])

    @Test func `a builder runs with its hook, a provisioner within it, a post-processor after it`()
        async throws
    {
        try await with { runner in
            let ui = RecordingInterface()
            let provisioner = try await PluginProvisioner.prepare(
                echo,
                in: context,
                by: start(.provisioner, "test-echo", runner)
            ).component
            let builder = try await PluginBuilder.prepare(
                .map(["text": .string("built")]),
                in: context,
                by: start(.builder, "test-echo", runner)
            ).component
            let artifact = try #require(
                try await builder.run(ui: ui, hook: Provisioning(provisioner: provisioner))
            )
            #expect(artifact.id == "echo-1" && artifact.files == ["/etc/hostname"])
            let postProcessor = try await PluginPostProcessor.prepare(
                .map(["text": .string("processed")]),
                in: context,
                by: start(.postProcessor, "test-echo", runner)
            ).component
            let processed = try await postProcessor.postProcess(artifact, ui: ui)
            #expect(processed.artifact?.id == "of echo-1")
            #expect(await ui.texts == ["hello echo-1", "built", "processed"])
        }
    }

    private struct Provisioning: Hook {
        let provisioner: any RunnableProvisioner

        func run(
            _ name: HookName,
            ui: any UserInterface,
            machine: any Communicator,
            data: GeneratedData
        ) async throws {
            try await provisioner.provision(machine, ui: ui, data: data)
        }
    }

    @Test(arguments: [true, false])
    func `a data source gives its values, and its options are read, in either form`(
        protobuf: Bool
    ) async throws {
        let path = try files.write(Array("content".utf8), to: "some.txt")
        try await with(protobuf: protobuf) { runner in
            let component = try #require(
                try await runner.component(.dataSource, named: "swift-file")
            )
            #expect(component.usesProtobuf == protobuf)
            let options = try await runner.specification(of: component).options
            #expect(options.contains { $0.name == "path" && $0.type == "string" && $0.isRequired })
            let source = try await PluginDataSource.prepare(
                .map(["path": .string(path)]),
                in: context,
                by: runner.start(component),
                usesProtobuf: protobuf
            ).component
            guard case .map(let values) = try await source.execute() else {
                Issue.record("a data source gives a map")
                return
            }
            #expect(values["content"] == .string("content"))
        }
    }

    @Test func `what a component finds wrong is a problem of its options`() async throws {
        try await with { runner in
            let plugin = try await start(.provisioner, "swift-shell", runner)
            let error = await #expect(throws: ConfigurationErrors.self) {
                try await PluginProvisioner.prepare(
                    .map(["inlin": .list([])]),
                    in: context,
                    by: plugin
                )
            }
            #expect(error.map { "\($0)" }?.contains("inlin") == true)
        }
    }

    @Test func `a name that no plugin has is none`() async throws {
        try await with { runner in
            for name in ["test-nothing", "testing-echo", "swift", "other"] {
                let found = try await runner.component(.provisioner, named: name)
                #expect(found == nil, "\(name)")
            }
        }
    }

    @Test func `one without a checksum is told of once, or refused`() async throws {
        let warnings = LockedValue<[String]>([])
        try await with(warnings: warnings) { runner in
            _ = try await start(.provisioner, "test-echo", runner)
            _ = try await start(.provisioner, "test-echo", runner)
        }
        let said = warnings.withLock { $0 }
        #expect(said.count == 1 && said[0].contains("has no checksum beside it"))
        await #expect(throws: Refused.self) {
            try await with(checksums: true) { try await start(.provisioner, "test-echo", $0) }
        }
    }

    @Test func `the end waits for what is being started`() async throws {
        let script = """
            #!/bin/sh
            echo $$ > \(files["started"]).new; mv \(files["started"]).new \(files["started"])
            exec sleep 300
            """
        try files.write(Array(script.utf8), to: "packer-provisioner-slow", mode: 0o755)
        try await with { runner in
            let component = try #require(try await runner.component(.provisioner, named: "slow"))
            let start = Task { try await runner.start(component) }
            try await eventually("its start") {
                FileManager.default.fileExists(atPath: files["started"])
            }
            await runner.end()
            let process = String(decoding: try files.read("started"), as: UTF8.self)
            #expect(try !isRunning(process))
            await #expect(throws: CancellationError.self) { _ = try await start.value }
        }
    }

    @Test func `one without a signature is told of once where keys are named`() async throws {
        let warnings = LockedValue<[String]>([])
        let signatures = SignaturePolicy(.wherePresent, allowedSigners: "/etc/hostname")
        try await with(warnings: warnings, signatures: signatures) { runner in
            _ = try await start(.provisioner, "test-echo", runner)
            _ = try await start(.provisioner, "test-echo", runner)
        }
        let said = warnings.withLock { $0 }.filter { $0.contains("is not signed") }
        #expect(said.count == 1 && said[0].contains("-require-signatures"))
    }

    @Test func `one is asked what it has as it is run, and leaves nothing`() async throws {
        let script = """
            #!/bin/sh
            test "$1" = describe || exit 9
            env > \(files["env"]); ulimit -c > \(files["core"])
            mkdir "$TMPDIR/left"; chmod 500 "$TMPDIR/left"
            (setsid sh -c 'echo $$ > \(files["daemon"]).new; mv \(files["daemon"]).new \(files["daemon"])
                exec sleep 300' >/dev/null 2>&1 &)
            while ! test -f \(files["daemon"]); do :; done
            echo '{"version":"1.0.0","sdk_version":"0.1.0","api_version":"x5.0","builders":["-packer-default-plugin-name-"],"post_processors":[],"provisioners":[],"datasources":[]}'
            """
        try files.write(Array(script.utf8), to: "packer-plugin-leaving", mode: 0o755)
        #expect(unsafe setenv("LD_LIBRARY_PATH", "/nonexistent", 1) == 0)
        defer { unsafe unsetenv("LD_LIBRARY_PATH") }
        try await with { runner in
            let component = try await runner.component(.builder, named: "leaving")
            #expect(component != nil)
        }
        let daemon = String(decoding: try files.read("daemon"), as: UTF8.self)
        #expect(try !isRunning(daemon))
        #expect(try files.read("core") == Array("0\n".utf8))
        let variables = String(decoding: try files.read("env"), as: UTF8.self).split(
            separator: "\n"
        )
        #expect(!variables.contains { $0.hasPrefix("LD_") || $0.contains("MAGIC_COOKIE") })
        let place = try #require(variables.first { $0.hasPrefix("TMPDIR=") }).dropFirst(7)
        #expect(place.contains("/packer-swift-"))
        #expect(!FileManager.default.fileExists(atPath: String(place)))
    }

    @Test func `a plugin that says another version than its name is refused`() async throws {
        let name = "packer-plugin-swift_v7.0.0_x5.0_\(Self.platform)"
        try FileManager.default.moveItem(
            atPath: files["packer-plugin-swift"],
            toPath: files[name]
        )
        let sum = try await Program("sha256sum").succeed([files[name]])
        try files.write(Array(sum.utf8.prefix(64)), to: "\(name)_SHA256SUM")
        let error = await #expect(throws: Refused.self) {
            try await with { try await $0.component(.provisioner, named: "swift-shell") }
        }
        #expect(error?.reason.contains("it says that it is version 0.1.0, not 7.0.0") == true)
    }

    private static var platform: String {
        #if arch(arm64)
            "linux_arm64"
        #else
            "linux_amd64"
        #endif
    }

    @Test(arguments: ["3", "4"])
    func `both forms of the first line are taken`(form: String) async throws {
        let launch = PluginLaunch(
            PluginIdentity(name: "packer-plugin-test", path: files["packer-plugin-test"]),
            program: ProcessSpecification(
                files["packer-plugin-test"],
                ["start", "provisioner", "echo"]
            ),
            environment: PlayedPlugin.environment + [Array("PACKER_SWIFT_HANDSHAKE=\(form)".utf8)]
        )
        try await PlayedPlugin.running(launch) { plugin in
            let specification = try await plugin.session.provisioner.specification()
            #expect(!specification.isEmpty)
        }
    }
}
