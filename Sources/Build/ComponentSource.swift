package import Components
package import PluginHost

/// Where components come from that are not registered: plugins.
package protocol ComponentSource: Sendable {
    /// How the builder of this name is prepared, or `nil` where there is none.
    ///
    /// - Throws: Why the plugin that should have it cannot say so; `CancellationError`.
    func builder(_ name: String) async throws -> ComponentRegistry.Factory<any RunnableBuilder>?

    /// As ``builder(_:)``.
    func provisioner(
        _ name: String
    ) async throws -> ComponentRegistry.Factory<any RunnableProvisioner>?

    /// As ``builder(_:)``.
    func postProcessor(
        _ name: String
    ) async throws -> ComponentRegistry.Factory<any RunnablePostProcessor>?

    /// The names that are known without asking a plugin, to suggest one for a name that is not.
    func names(of kind: PluginKind) -> [String]
}
