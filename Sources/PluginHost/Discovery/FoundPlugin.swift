package import PluginDiscovery

/// A file that is a plugin by its name, its place and its owner; nothing of it was run.
package struct FoundPlugin: Sendable, Hashable {
    /// What a file is a plugin for.
    package enum Content: Sendable, Hashable {
        /// One component, by its kind and its name in templates.
        case component(kind: String, name: String)
        /// All components of a plugin; which, it says itself.
        case set(name: String)
    }

    /// Where it is.
    package let path: String
    /// What it is a plugin for.
    package let content: Content
    /// Its version, where its name says one.
    package let version: PluginVersion?
    /// The version of the API that its name says.
    package let apiVersion: PluginAPIVersion?
    /// Where it was looked for.
    package let place: PluginPlace

    /// Whether it may run only with its checksum: where it was installed with a version, and wherever the
    /// user did not say that there are plugins.
    package var requiresChecksum: Bool { version != nil || !place.isNamed }

    /// The name by which ``PluginEnvironment`` knows it.
    var environmentName: String {
        switch content {
        case .component(_, let name): name
        case .set(let name): name
        }
    }
}
