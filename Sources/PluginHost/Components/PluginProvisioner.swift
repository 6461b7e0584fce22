package import Communicator
package import Components
package import Configuration
internal import PackerRPC

/// A provisioner that runs in a plugin.
package struct PluginProvisioner: RunnableProvisioner {
    private let plugin: RunningPlugin

    /// Has a plugin check a provisioner's options.
    ///
    /// - Throws: `ConfigurationErrors` in the plugin's words; ``PluginFailure``; `CancellationError`.
    package static func prepare(
        _ options: ConfigurationValue,
        in context: PrepareContext,
        by plugin: RunningPlugin
    ) async throws -> Prepared<any RunnableProvisioner> {
        try await plugin.preparing("Provisioner.Prepare") {
            try await plugin.session.provisioner
                .prepare(PluginConfiguration.step(options, context))
        }
        return Prepared(PluginProvisioner(plugin: plugin))
    }

    /// `Provisioner.Provision`, the machine being served to the plugin meanwhile.
    package func provision(
        _ machine: any Communicator,
        ui: any UserInterface,
        data: GeneratedData
    ) async throws {
        try await plugin.during("Provisioner.Provision") {
            try await plugin.session.provisioner.provision(machine, ui: ui, data: data)
        }
    }
}
