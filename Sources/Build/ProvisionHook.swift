import Communicator
import Components

/// Runs a build's provisioners where its builder asks for them.
struct ProvisionHook: Hook {
    let provisioners: [PreparedProvisioner]
    let errorCleanup: PreparedProvisioner?

    func run(
        _ name: HookName,
        ui: any UserInterface,
        machine: any Communicator,
        data: GeneratedData
    ) async throws {
        switch name {
        case .provision:
            for provisioner in provisioners {
                try Task.checkCancellation()
                try await provisioner.run(on: machine, ui: ui, data: data)
            }
        case .cleanupProvision:
            try await errorCleanup?.run(on: machine, ui: ui, data: data)
        }
    }
}
