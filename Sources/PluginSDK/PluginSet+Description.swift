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

    /// What a plugin process says first in its log.
    func greeting(_ kind: ComponentKind, _ name: String, _ invocation: PluginInvocation) -> String {
        let encoding = invocation.wantsProtobuf ? "protobuf" : "gob"
        let form =
            switch invocation.handshake {
            case .three: "up to 1.6.6"
            case .four: "since 1.7"
            }
        return
            "packer-plugin-\(self.name) \(version), made with packer-swift \(Self.sdkVersion), serves "
            + "the \(kind.rawValue) \(name) to a Packer \(form), with specifications as \(encoding), "
            + "over \(invocation.transport.rawValue)"
    }
}
