internal import PackerRPC

extension PluginSet {
    /// The version of this SDK, which Packer only shows.
    static let sdkVersion = "0.1.0"

    /// What `describe` prints of this plugin.
    var description: PluginDescription {
        PluginDescription(
            version: version,
            sdkVersion: Self.sdkVersion,
            builders: names(of: .builder),
            postProcessors: names(of: .postProcessor),
            provisioners: names(of: .provisioner),
            dataSources: names(of: .dataSource)
        )
    }
}
