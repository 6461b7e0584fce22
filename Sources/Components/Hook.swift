public import Communicator

/// How a builder asks the core to do something at a point of the build.
public protocol Hook: Sendable {
    /// Runs what is hooked in at `name`.
    func run(
        _ name: HookName,
        ui: any UserInterface,
        machine: any Communicator,
        data: GeneratedData
    ) async throws
}

/// A point of a build at which a ``Hook`` runs; the raw value is Packer's name of it.
public enum HookName: String, Sendable {
    /// The machine is reached: run the provisioners.
    case provision = "packer_provision"
    /// A provisioner failed: run the error-cleanup provisioner.
    case cleanupProvision = "packer_cleanup_provision"
}
