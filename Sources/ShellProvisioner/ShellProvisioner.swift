public import Communicator
public import Components
public import Configuration

/// Runs shell scripts on the machine; Packer's provisioner `shell`.
///
/// The options are Packer's (see ``fields``). Each script runs in a folder of its own with an
/// unpredictable name, which is removed when the script succeeded, failed or was cancelled.
///
/// **Environment.** `PACKER_BUILD_NAME`, `PACKER_BUILDER_TYPE` and, where there is an HTTP server,
/// `PACKER_HTTP_ADDR`, `_IP` and `_PORT`; then `environment_vars`, `env` and what
/// ``adding(environment:)`` gave, later ones winning. It reaches the script in a file with mode
/// 0600, never in an argument list, unless the user's own `execute_command` names `{{.Vars}}`.
///
/// **Differences from Packer 1.16.** Inline commands are announced as `inline`, not by the name of
/// a temporary file. A script that may have started is never started again. Nothing stays behind
/// after a failure. `valid_exit_codes` accepts a disconnect when it lists 2300218.
public struct ShellProvisioner: Provisioner {
    let configuration: ShellConfiguration
    let context: PrepareContext
    private(set) var addedEnvironment: [String: [UInt8]] = [:]
    /// Measures retries and pauses; tests put one in that jumps.
    var clock: any Clock<Duration> = ContinuousClock()

    /// The options, in the order of their declaration, for documentation and plugin specs.
    public static var fields: [FieldSpecification] { ShellConfiguration.fields }

    /// Checks the options and makes the provisioner; reads nothing but the status of the scripts.
    ///
    /// - Returns: The provisioner, with warnings about what is allowed but likely wrong.
    /// - Throws: `ConfigurationErrors` with everything that is wrong.
    public static func prepare(
        _ configuration: ConfigurationValue,
        in context: PrepareContext
    ) throws -> Prepared<ShellProvisioner> {
        let options = try context.decode(ShellConfiguration.self, from: configuration)
        let provisioner = ShellProvisioner(configuration: options, context: context)
        return Prepared(provisioner, warnings: try provisioner.checkCommand())
    }

    /// The same provisioner with more environment variables, whose values may be any bytes but NUL.
    ///
    /// For programs that use the library; a template's values are text.
    ///
    /// - Returns: A provisioner in which these variables win over those of the template.
    /// - Throws: ``ShellProvisionerError`` with code `.invalidEnvironment`, naming the variable.
    public func adding(
        environment: [String: [UInt8]]
    ) throws(ShellProvisionerError) -> ShellProvisioner {
        var provisioner = self
        let checked = try EnvironmentFile(environment).variables
        provisioner.addedEnvironment.merge(checked) { $1 }
        return provisioner
    }

    /// Uploads and runs the scripts, one after the other.
    ///
    /// - Parameters:
    ///   - machine: Where the scripts run.
    ///   - ui: Is told what happens and everything that the scripts print.
    ///   - data: What the builder found out about the machine.
    /// - Throws: ``ShellProvisionerError``; `CancellationError` once the remote process and the
    ///   folder are gone.
    public func provision(
        _ machine: any Communicator,
        ui: any UserInterface,
        data: GeneratedData
    ) async throws {
        let plan = try plan(data)
        for script in try scripts(data) {
            try Task.checkCancellation()
            var run = ScriptRun(script, plan: plan, machine: machine, ui: ui)
            try await run.run()
        }
        try await pause(ui)
    }

    private func pause(_ ui: any UserInterface) async throws {
        guard configuration.pauseAfter > .zero else { return }
        await ui.say("Pausing \(configuration.pauseAfter.goText) after this provisioner...")
        try await clock.sleep(for: configuration.pauseAfter)
    }
}
