package import HCLSpecification
internal import PackerRPC

/// The options of a plugin's component, as it says them.
///
/// In which form they cross is decided when the plugin is started: protobuf where its description says
/// `v2` and it was started with `--protobuf`, gob else.
package enum PluginSpecification {
    /// Reads what `ConfigSpec` returned.
    ///
    /// - Throws: `HCLSpecificationError`.
    package static func decoded(
        _ bytes: [UInt8],
        usesProtobuf: Bool
    ) throws -> HCLSpecification {
        usesProtobuf
            ? try HCLSpecification(protobuf: bytes) : try HCLSpecification(gob: bytes)
    }
}
