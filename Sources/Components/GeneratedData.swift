public import Configuration

/// What a builder found out about a machine, for `{{build "KEY"}}` and for the environment.
///
/// Keys are Packer's: `ID`, `Host`, `Port`, `User`, `Password`, `ConnType`, `PackerRunUUID`,
/// `PackerHTTPAddr`, `SSHPublicKey` and so on.
public struct GeneratedData: Sendable, Equatable {
    /// The values by key.
    public var values: [String: ConfigurationValue]

    /// Data with these values.
    public init(_ values: [String: ConfigurationValue] = [:]) {
        self.values = values
    }

    /// The value of a key as text, or `nil` when it is not there.
    public func text(_ key: String) -> String? {
        switch values[key] {
        case nil, .null?, .list?, .map?: nil
        case .bool(let value)?: String(value)
        case .integer(let value)?: String(value)
        case .number(let value)?: decimalText(value)
        case .string(let value)?: value
        }
    }
}
