package import Processes

/// What a host asks of plugins, and what it gives them.
package struct PluginPolicy: Sendable {
    /// Whether a plugin without a checksum beside it is refused, wherever it is.
    package var requiresChecksums = false
    /// Whose signature the checksums must have.
    package var signatures = SignaturePolicy()
    /// What plugins get of the environment.
    package var environment = PluginEnvironment()
    /// What the system holds each plugin to.
    package var limits = ProcessSpecification.Limits(coreBytes: 0)
    /// How long a plugin may take to say where it listens.
    package var handshakeTime = Duration.seconds(10)
    /// How long it may take to say what it has.
    package var describeTime = Duration.seconds(10)
    /// Whether specifications cross as protobuf where a plugin can; else, and for older plugins, as gob.
    package var usesProtobuf = true

    /// The usual policy.
    package init() {}
}
