internal import Deadlines
internal import PackerRPC

extension PluginRunner {
    /// How long a component may take to say its options.
    private static let specificationTime = Duration.seconds(60)

    /// Every component that a plugin has; of a plugin with several, as it says itself.
    ///
    /// - Throws: As ``describe(_:)``.
    package func components(of plugin: FoundPlugin) async throws -> [PluginComponent] {
        switch plugin.content {
        case .component(let kind, _):
            guard let kind = PluginKind(rawValue: kind) else { return [] }
            return [
                PluginComponent(
                    kind: kind,
                    plugin: plugin,
                    name: nil,
                    description: nil,
                    usesProtobuf: false
                )
            ]
        case .set:
            let description = try await describe(plugin)
            return PluginKind.allCases.flatMap { kind in
                description.names(of: kind).map { name in
                    PluginComponent(
                        kind: kind,
                        plugin: plugin,
                        name: name,
                        description: description,
                        usesProtobuf: usesProtobuf && description.canSpeakProtobuf
                    )
                }
            }
        }
    }

    /// The options of a component, which is started and ended for that.
    ///
    /// - Throws: ``Refused``; ``PluginFailure``; `ComponentFailure`; `HCLSpecificationError` for what is
    ///   none; `CancellationError`.
    package func specification(of component: PluginComponent) async throws -> PluginSpecification {
        let plugin = try await start(component)
        let result: Result<[UInt8], any Error>
        do {
            let bytes = try await plugin.during("ConfigSpec") {
                let late = PluginFailure(
                    .unresponsive,
                    of: plugin.identity,
                    "it did not say its options within \(Self.specificationTime)",
                    remedy: "Look at what it waits for; PACKER_LOG=1 shows all that it says."
                )
                return try await withDeadline(Self.specificationTime, throwing: late) {
                    try await plugin.session.specification(of: component.kind)
                }
            }
            result = .success(bytes)
        } catch {
            result = .failure(error)
        }
        await end(plugin)
        return try PluginSpecification(
            decoding: try result.get(),
            usesProtobuf: component.usesProtobuf
        )
    }
}

extension HostSession {
    /// `ConfigSpec` of whatever the plugin serves.
    fileprivate func specification(of kind: PluginKind) async throws -> [UInt8] {
        switch kind {
        case .builder: try await builder.specification()
        case .provisioner: try await provisioner.specification()
        case .postProcessor: try await postProcessor.specification()
        case .dataSource: try await dataSource.specification()
        }
    }
}
