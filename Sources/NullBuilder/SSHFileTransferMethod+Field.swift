public import Configuration
public import SSHCommunicator

extension SSHFileTransferMethod: FieldValue {
    /// A string in the template.
    public static var fieldType: FieldType { .string }

    /// The word, quoted, for generated references.
    public var fieldText: String { rawValue.goQuoted }

    /// Reads the word; the empty one is the default.
    ///
    /// - Parameters:
    ///   - raw: What the template has.
    ///   - rendering: How the text is rendered.
    /// - Returns: The method.
    /// - Throws: `ConfigurationErrors` for a word that names none.
    public static func parse(
        _ raw: ConfigurationValue,
        rendering: FieldRendering
    ) throws -> Self {
        let name = try String.parse(raw, rendering: rendering)
        // Packer takes the empty text for the default.
        if name.isEmpty { return .auto }
        guard let method = Self(rawValue: name) else {
            let names = allCases.map(\.rawValue)
            throw ConfigurationErrors(
                "ssh_file_transfer_method ('\(name)') is invalid, valid methods: "
                    + names.joined(separator: ", "),
                remedy: Spelling.suggestion(for: name, among: names)
            )
        }
        return method
    }
}
