internal import Communicator
internal import Components
internal import Configuration
internal import MessagePack
internal import PackerRPC

/// A provisioner of this program as Packer calls it.
actor ProvisionerAdapter<Component: Provisioner>: ServedProvisioner {
    private let wire: ConfigurationWire
    private var component: Component?

    init(_ wire: ConfigurationWire) {
        self.wire = wire
    }

    func specification() throws -> [UInt8] { try wire.specification(of: Component.fields) }

    func prepare(_ configurations: [MessagePackValue]) throws {
        component = nil
        let received = try wire.received(configurations)
        let prepared = try Component.prepare(received.options, in: received.context)
        // Packer has no place for a provisioner's warnings but its log.
        for warning in prepared.warnings { PluginLog.write("[WARN] \(warning)") }
        component = prepared.component
    }

    func provision(
        _ machine: any Communicator,
        ui: any UserInterface,
        data: GeneratedData
    ) async throws {
        guard let component else { throw NotPrepared() }
        try await component.provision(machine, ui: ui, data: data)
    }
}

/// A builder of this program as Packer calls it.
actor BuilderAdapter<Component: Builder>: ServedBuilder {
    private let wire: ConfigurationWire
    private var component: Component?

    init(_ wire: ConfigurationWire) {
        self.wire = wire
    }

    func specification() throws -> [UInt8] { try wire.specification(of: Component.fields) }

    func prepare(_ configurations: [MessagePackValue]) throws -> BuilderPreparation {
        component = nil
        let received = try wire.received(configurations)
        let prepared = try Component.prepare(received.options, in: received.context)
        component = prepared.component
        return BuilderPreparation(warnings: prepared.warnings)
    }

    func run(ui: any UserInterface, hook: any Hook) async throws -> (any ServedArtifact)? {
        guard let component else { throw NotPrepared() }
        return try await component.run(ui: ui, hook: hook).map { ArtifactAdapter($0) }
    }
}

/// A post-processor of this program as Packer calls it.
actor PostProcessorAdapter<Component: PostProcessor>: ServedPostProcessor {
    private let wire: ConfigurationWire
    private var component: Component?

    init(_ wire: ConfigurationWire) {
        self.wire = wire
    }

    func specification() throws -> [UInt8] { try wire.specification(of: Component.fields) }

    func configure(_ configurations: [MessagePackValue]) throws {
        component = nil
        let received = try wire.received(configurations)
        let prepared = try Component.prepare(received.options, in: received.context)
        for warning in prepared.warnings { PluginLog.write("[WARN] \(warning)") }
        component = prepared.component
    }

    func postProcess(
        _ artifact: any ServedArtifact,
        ui: any UserInterface
    ) async throws -> ServedPostProcessed {
        guard let component else { throw NotPrepared() }
        let result = try await component.postProcess(ReceivedArtifact(artifact), ui: ui)
        return ServedPostProcessed(
            result.artifact.map { ArtifactAdapter($0) },
            keepsInput: result.keepsInput,
            forcesKeeping: result.forcesKeeping
        )
    }
}

/// A component that was to work before it had its configuration.
struct NotPrepared: Error, CustomStringConvertible {
    var description: String {
        "the component was called before its configuration was accepted; Packer calls Prepare first"
    }
}
