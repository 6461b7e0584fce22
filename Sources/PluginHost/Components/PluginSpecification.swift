internal import HCLSpecification

/// The options of a plugin's component, as the plugin says them.
package struct PluginSpecification: Sendable, Hashable {
    /// One option, or one block of options.
    package struct Option: Sendable, Hashable {
        /// Its name, behind those of the blocks that it is in: `launch_block_device_mappings.volume_size`.
        package let name: String
        /// What its value is, in HCL's words: `list(string)`; `block` or `blocks` for a block.
        package let type: String
        /// Whether a template must have it.
        package let isRequired: Bool
    }

    /// The options, in the order of their names, a block before what is in it.
    package let options: [Option]

    /// Reads what `ConfigSpec` returned.
    ///
    /// In which form it crosses is decided when the plugin is started: protobuf where its description says
    /// `v2` and it was started with `--protobuf`, gob else.
    ///
    /// - Throws: `HCLSpecificationError`.
    package init(decoding bytes: [UInt8], usesProtobuf: Bool) throws {
        let specification =
            usesProtobuf
            ? try HCLSpecification(protobuf: bytes) : try HCLSpecification(gob: bytes)
        options = Self.options(of: specification, in: "")
    }

    private static func options(
        of specification: HCLSpecification,
        in block: String
    ) -> [Option] {
        specification.entries.flatMap { entry -> [Option] in
            let name = block + entry.element.name
            switch entry.element {
            case .attribute(_, let type, let isRequired):
                return [Option(name: name, type: type.spelledOut, isRequired: isRequired)]
            case .block(_, let nested, let isRequired):
                return [Option(name: name, type: "block", isRequired: isRequired)]
                    + options(of: nested, in: "\(name).")
            case .blockList(_, let nested, let minimum, _):
                return [Option(name: name, type: "blocks", isRequired: minimum > 0)]
                    + options(of: nested, in: "\(name).")
            }
        }
    }
}

extension CtyType {
    /// As HCL writes a type.
    fileprivate var spelledOut: String {
        switch self {
        case .string: "string"
        case .number: "number"
        case .bool: "bool"
        case .dynamic: "any"
        case .list(let element): "list(\(element.spelledOut))"
        case .set(let element): "set(\(element.spelledOut))"
        case .map(let element): "map(\(element.spelledOut))"
        case .tuple(let elements):
            "tuple([\(elements.map(\.spelledOut).joined(separator: ", "))])"
        case .object(let object):
            "object({"
                + object.attributes.map { "\($0.name)=\($0.type.spelledOut)" }
                .joined(separator: ", ") + "})"
        }
    }
}
