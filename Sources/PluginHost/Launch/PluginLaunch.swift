package import PackerRPC
package import Processes

/// A plugin that is to be started: what is run, and what it is given.
package struct PluginLaunch: Sendable {
    /// Which plugin it is.
    package var identity: PluginIdentity
    /// The program and its arguments; its environment, its streams, its limits and its mark are set by
    /// the start.
    package var program: ProcessSpecification
    /// What the plugin gets of this process's environment.
    package var environment: [[UInt8]]
    /// What the system holds the plugin, and what it starts, to.
    package var limits = ProcessSpecification.Limits(coreBytes: 0)
    /// How long it may take to say where it listens; Packer's limit is a minute.
    package var handshakeTime = Duration.seconds(10)
    /// Whether a TCP port of this machine is good enough, where anybody on it can connect.
    ///
    /// Packer's plugins use one on Windows only.
    package var allowsTCP = false
    /// Where the conversation is written down, if anywhere.
    package var trace: RPCTrace?

    /// A start of a program with an environment; see ``PluginEnvironment``.
    package init(
        _ identity: PluginIdentity,
        program: ProcessSpecification,
        environment: [[UInt8]]
    ) {
        self.identity = identity
        self.program = program
        self.environment = environment
    }
}
