/// What `describe` prints: the plugin as Packer's discovery reads it.
///
/// The newest form; older versions of Packer pass over what they do not know. Source:
/// `plugin/set.go` of Packer's plugin SDK.
struct PluginDescription {
    let plugin: PluginSet

    /// The version of this SDK, which Packer only shows.
    static let sdkVersion = "0.1.0"

    /// One line of JSON.
    var json: String {
        let fields: [(String, String)] = [
            ("version", Self.quoted(plugin.version)),
            ("sdk_version", Self.quoted(Self.sdkVersion)),
            ("api_version", Self.quoted("x5.0")),
            ("builders", list(.builder)),
            ("post_processors", list(.postProcessor)),
            ("provisioners", list(.provisioner)),
            ("datasources", list(.dataSource)),
            ("protocol_version", Self.quoted("v2")),
        ]
        return "{" + fields.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",") + "}"
    }

    private func list(_ kind: ComponentKind) -> String {
        "[" + plugin.names(of: kind).map(Self.quoted).joined(separator: ",") + "]"
    }

    /// Names and versions are plain ASCII; what is not is escaped all the same.
    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
