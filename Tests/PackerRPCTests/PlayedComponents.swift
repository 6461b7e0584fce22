import Communicator
import Components
import MessagePack
import PackerRPC

/// Components whose work is what a test gives them.
struct PlayedProvisioner: ServedProvisioner {
    var work: @Sendable (any Communicator, any UserInterface) async throws -> Void

    func specification() -> [UInt8] { [] }
    func prepare(_ configurations: [MessagePackValue]) {}
    func provision(
        _ machine: any Communicator,
        ui: any UserInterface,
        data: GeneratedData
    ) async throws { try await work(machine, ui) }
}

struct PlayedBuilder: ServedBuilder {
    var work: @Sendable (any UserInterface) async throws -> (any ServedArtifact)?

    func specification() -> [UInt8] { [] }
    func prepare(_ configurations: [MessagePackValue]) -> BuilderPreparation { .init() }
    func run(ui: any UserInterface, hook: any Hook) async throws -> (any ServedArtifact)? {
        try await work(ui)
    }
}

struct PlayedPostProcessor: ServedPostProcessor {
    var work: @Sendable (any ServedArtifact) async throws -> (any ServedArtifact)?

    func specification() -> [UInt8] { [] }
    func configure(_ configurations: [MessagePackValue]) {}
    func postProcess(
        _ artifact: any ServedArtifact,
        ui: any UserInterface
    ) async throws -> ServedPostProcessed { ServedPostProcessed(try await work(artifact)) }
}

struct PlayedDataSource: ServedDataSource {
    var work: @Sendable () async throws -> [UInt8]

    func specification() -> [UInt8] { [] }
    func outputSpecification() -> [UInt8] { [] }
    func configure(_ configurations: [MessagePackValue]) {}
    func execute() async throws -> [UInt8] { try await work() }
}

struct PlayedArtifact: ServedArtifact {
    var identity: @Sendable () async throws -> String = { "played" }
    var destroying: @Sendable () async throws -> Void = {}

    func builderID() -> String { "test" }
    func files() -> [String] { [] }
    func id() async throws -> String { try await identity() }
    func summary() -> String { "an artifact" }
    func state(_ name: String) -> MessagePackValue { .nil }
    func destroy() async throws { try await destroying() }
}

/// A hook for builders that provision nothing.
struct NoHook: Hook {
    func run(
        _ name: HookName,
        ui: any UserInterface,
        machine: any Communicator,
        data: GeneratedData
    ) {}
}
