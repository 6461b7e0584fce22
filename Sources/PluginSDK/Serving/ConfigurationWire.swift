internal import Components
internal import Configuration
internal import HCLSpecification
internal import MessagePack
internal import PackerRPC

/// How configurations cross between this plugin and the host that started it.
struct ConfigurationWire: Sendable {
    /// What a component gets of what a host sends.
    struct Received {
        var options: ConfigurationValue
        var context: PrepareContext
    }

    /// Whether specifications and values are protobuf's and MessagePack's; else gob's.
    let usesProtobuf: Bool

    /// Reads what `Prepare` or `Configure` brings: maps of a JSON template, or the bytes of an HCL2
    /// template's one value, as cty's JSON.
    func received(_ configurations: [MessagePackValue]) throws -> Received {
        let values = try configurations.map { value in
            if case .binary(let json) = value { return try CtyValue(json: json).configuration }
            return try WireValue.decoded(value)
        }
        let configuration = try ComponentConfiguration(merging: values)
        return Received(
            options: configuration.options,
            context: PrepareContext(configuration, canAsk: true)
        )
    }

    /// The options of a component as the host wants to read them.
    func specification(of fields: [FieldSpecification]) throws -> [UInt8] {
        let specification = try HCLSpecification(fields: fields)
        guard !usesProtobuf else { return try specification.protobuf() }
        let name: HCLSpecification.ObjectSpecName =
            specification.hasBlocks && HostProgram.isDebians ? .debian : .official
        return try specification.gob(objectSpecName: name)
    }

    /// The values of a data source as the host wants to read them.
    func encoded(
        _ value: ConfigurationValue,
        as outputs: [FieldSpecification]
    ) throws -> [UInt8] {
        let type = try HCLSpecification(fields: outputs).impliedType
        let typed = try CtyValue(value, as: type)
        return usesProtobuf ? try typed.messagePack() : try typed.gob()
    }
}

extension HCLSpecification {
    /// Whether it names the type of nested blocks.
    fileprivate var hasBlocks: Bool {
        entries.contains {
            if case .attribute = $0.element { false } else { true }
        }
    }
}
