internal import PackerRPC

/// The kinds of components that plugins have, by their names on Packer's command lines.
package enum PluginKind: String, Sendable, CaseIterable {
    /// Makes or reaches a machine.
    case builder
    /// Changes a machine.
    case provisioner
    /// Makes an artifact of another one.
    case postProcessor = "post-processor"
    /// Finds values for a template.
    case dataSource = "datasource"
}

extension PluginDescription {
    /// The names of the components of a kind.
    package func names(of kind: PluginKind) -> [String] {
        switch kind {
        case .builder: builders
        case .provisioner: provisioners
        case .postProcessor: postProcessors
        case .dataSource: dataSources
        }
    }
}
