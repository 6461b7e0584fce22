internal import Components
internal import Configuration
internal import Interpolation
internal import MessagePack
internal import PackerRPC

/// What a plugin's component is prepared with, as Packer sends it for a JSON template.
///
/// Source: `packer/core.go` and `packer/build.go` of Packer 1.6.6: the options, then what the core says
/// of the build, then, but for a builder, a placeholder for every value that the builder will find out.
enum PluginConfiguration {
    /// For `Builder.Prepare`.
    static func builder(
        _ options: ConfigurationValue,
        _ context: PrepareContext
    ) -> [MessagePackValue] {
        [encoded(options), core(context)]
    }

    /// For `Provisioner.Prepare` and `PostProcessor.Configure`.
    static func step(
        _ options: ConfigurationValue,
        _ context: PrepareContext
    ) -> [MessagePackValue] {
        builder(options, context) + [placeholders(context.buildKeys)]
    }

    private static func core(_ context: PrepareContext) -> MessagePackValue {
        encoded(
            .map([
                "packer_build_name": .string(context.buildName),
                "packer_builder_type": .string(context.builderType),
                "packer_core_version": .string(context.packerVersion),
                "packer_debug": .bool(context.isDebugging),
                "packer_force": .bool(context.isForced),
                "packer_on_error": .string(context.onError.rawValue),
                "packer_template_path": .string(context.templatePath ?? ""),
                "packer_user_variables": .map(
                    context.userVariables.mapValues { .string($0) }
                ),
            ])
        )
    }

    private static func placeholders(_ keys: [String]) -> MessagePackValue {
        let texts = keys.map { key in
            let text =
                key == "WinRMPassword"
                ? "{{.WinRMPassword}}"
                : "Build_\(key). To set this dynamically in the Packer template, "
                    + "you must use the `build` function"
            return (key, ConfigurationValue.string(text))
        }
        return encoded(.map(Dictionary(texts) { $1 }))
    }

    /// As from a JSON template: Go has read every number as a double.
    private static func encoded(_ value: ConfigurationValue) -> MessagePackValue {
        WireValue.encoded(value.withDoubles)
    }
}

extension ConfigurationValue {
    fileprivate var withDoubles: ConfigurationValue {
        switch self {
        case .integer(let value):
            Double(exactly: value).map { .number($0) } ?? self
        case .list(let values): .list(values.map(\.withDoubles))
        case .map(let values): .map(values.mapValues(\.withDoubles))
        case .null, .bool, .number, .string: self
        }
    }
}
