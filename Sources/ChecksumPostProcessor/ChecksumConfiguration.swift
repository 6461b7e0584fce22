internal import Configuration
internal import Interpolation

/// The options of the post-processor: Packer's names and defaults.
struct ChecksumConfiguration: ConfigurationBlock {
    @Field(
        "Which hashes to write: `md5`, `sha1`, `sha224`, `sha256`, `sha384`, `sha512`.",
        check: unknownTypes
    )
    var checksumTypes: [String] = ["md5"]

    @Field(
        """
        The file that the checksums go to; missing directories are made. `{{.BuildName}}`, \
        `{{.BuilderType}}` and `{{.ChecksumType}}` say what they are of; so do the values that the \
        builder found out, such as `{{.Host}}`. Several hashes or builds may share one file.
        """,
        interpolated: false,
        check: malformedTemplate
    )
    var output: String = Self.defaultOutput

    static let defaultOutput = "packer_{{.BuildName}}_{{.BuilderType}}_{{.ChecksumType}}.checksum"

    /// The hashes, each once, in their order.
    var types: [ChecksumType] {
        checksumTypes.compactMap(ChecksumType.init).reduce(into: []) { types, type in
            if !types.contains(type) { types.append(type) }
        }
    }

    /// Packer takes the empty text for the default.
    var outputTemplate: String { output.isEmpty ? Self.defaultOutput : output }

    private static func unknownTypes(_ names: [String]) -> String? {
        guard !names.isEmpty else {
            return "No checksum type is named; there are \(ChecksumType.names)"
        }
        let unknown = names.filter { ChecksumType(rawValue: $0) == nil }
        guard !unknown.isEmpty else { return nil }
        return "Unrecognized checksum type: \(unknown.joined(separator: ", ")); there are "
            + ChecksumType.names
    }

    private static func malformedTemplate(_ text: String) -> String? {
        do {
            _ = try TemplateText(text)
            return nil
        } catch {
            return "Error parsing target template: \(error)"
        }
    }
}
