internal import Components
internal import Configuration
internal import MessagePack
internal import PackerRPC

/// A data source of this program as Packer calls it.
actor DataSourceAdapter<Component: DataSource>: ServedDataSource {
    private let wire: ConfigurationWire
    private var component: Component?

    init(_ wire: ConfigurationWire) {
        self.wire = wire
    }

    func specification() throws -> [UInt8] { try wire.specification(of: Component.fields) }

    func outputSpecification() throws -> [UInt8] { try wire.specification(of: Component.outputs) }

    func configure(_ configurations: [MessagePackValue]) throws {
        component = nil
        let received = try wire.received(configurations)
        let prepared = try Component.prepare(received.options, in: received.context)
        for warning in prepared.warnings { PluginLog.write("[WARN] \(warning)") }
        component = prepared.component
    }

    func execute() async throws -> [UInt8] {
        guard let component else { throw NotPrepared() }
        return try wire.encoded(try await component.execute(), as: Component.outputs)
    }
}
