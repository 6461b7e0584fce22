package import PackerRPC
internal import Processes

/// A component of a plugin that can be started.
package struct PluginComponent: Sendable {
    /// What it is.
    package let kind: PluginKind
    /// The plugin's file.
    package let plugin: FoundPlugin
    /// Its name within the plugin; `nil` for a plugin that is one component.
    package let name: String?
    /// What the plugin says of itself; `nil` for a plugin that is one component.
    package let description: PluginDescription?

    /// Whether its specifications cross as protobuf.
    package let usesProtobuf: Bool

    var arguments: [String] {
        guard let name else { return [] }
        return ["start", kind.rawValue] + (usesProtobuf ? ["--protobuf"] : []) + [name]
    }

    var identity: PluginIdentity {
        let file = plugin.path.split(separator: "/").last.map(String.init) ?? plugin.path
        let isNamed = name != nil && name != PluginDescription.defaultName
        return PluginIdentity(
            name: isNamed ? "\(file) \(kind.rawValue) \(name ?? "")" : file,
            path: plugin.path,
            version: description?.version ?? plugin.version.map { "\($0)" }
        )
    }

    /// Its name in templates.
    package var templateName: String {
        switch plugin.content {
        case .component(_, let name): name
        case .set(let set):
            name.map { $0 == PluginDescription.defaultName ? set : "\(set)-\($0)" } ?? set
        }
    }

    /// The name by which ``PluginEnvironment`` knows it.
    var environmentName: String { plugin.environmentName }
}
