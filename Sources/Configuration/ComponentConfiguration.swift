/// What a core prepares a component with, taken apart: its options, what the core says of the build,
/// and which values the builder will find out.
///
/// Packer sends several configurations of which later ones override earlier ones: in JSON templates
/// the options, the overrides for one build, the `packer_*` keys and placeholders for generated
/// data; in HCL2 templates the `packer_*` keys first, then the options with `null` for what is not
/// set.
public struct ComponentConfiguration: Sendable {
    /// The component's options, a map without the core's keys.
    public var options: ConfigurationValue
    /// What the core says of the build.
    public var packer: PackerKeys
    /// The names that `{{build "Name"}}` will know at run time, sorted; `nil` when the core does
    /// not say, as in HCL2 templates.
    public var buildKeys: [String]?

    /// Takes configurations apart.
    ///
    /// A later value overrides an earlier one of the same key, except that `null` overrides
    /// nothing, and that maps are laid over one another, nested blocks too.
    ///
    /// - Parameter configurations: Maps; `null` counts as an empty one.
    /// - Throws: `ConfigurationErrors` for what is no map, and for a `packer_*` key of a type that
    ///   cannot be converted.
    public init(merging configurations: [ConfigurationValue]) throws {
        var layers: [[String: ConfigurationValue]] = []
        for (number, configuration) in configurations.enumerated() {
            switch configuration {
            case .null: continue
            case .map(let entries): layers.append(entries)
            default:
                throw ConfigurationErrors(
                    "configuration \(number + 1) of \(configurations.count) is "
                        + "\(configuration.kind), not a map of options"
                )
            }
        }
        if let last = layers.last, Self.arePlaceholders(last) {
            buildKeys = last.keys.sorted()
            layers.removeLast()
        }
        let merged = layers.reduce(into: [:]) { below, above in
            below.merge(above) { $0.overridden(by: $1) }
        }
        packer = try PackerKeys(reading: merged)
        options = .map(merged.filter { !PackerKeys.holds($0.key) })
    }

    /// Packer's own test: such a text is nobody's option.
    private static func arePlaceholders(_ configuration: [String: ConfigurationValue]) -> Bool {
        guard case .string(let text)? = configuration["PackerRunUUID"] else { return false }
        return text.contains("Build_PackerRunUUID.")
    }
}

extension ConfigurationValue {
    /// What Packer makes of a value and a later one under the same key: the later one, unless it is
    /// `null`; maps are laid over one another.
    package func overridden(by later: ConfigurationValue) -> ConfigurationValue {
        guard later != .null else { return self }
        guard case .map(let below) = self, case .map(let above) = later else { return later }
        return .map(below.merging(above) { $0.overridden(by: $1) })
    }
}
