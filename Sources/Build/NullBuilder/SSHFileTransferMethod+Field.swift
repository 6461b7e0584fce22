public import Configuration
public import SSHCommunicator

extension SSHFileTransferMethod: FieldValue {
    public static var fieldType: FieldType { .string }

    public var fieldText: String { rawValue.goQuoted }

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
