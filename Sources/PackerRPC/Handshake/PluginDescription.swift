internal import HCLSpecification

/// What a plugin's `describe` prints: its versions and the names of its components, as one line of JSON.
///
/// The plugin writes the newest form, and older versions of Packer pass over what they do not know; a
/// host reads every form. Source: `plugin/set.go` of Packer's plugin SDK.
package struct PluginDescription: Sendable, Hashable {
    /// How many bytes a description may have.
    package static let maximumSize = 1 << 20

    /// How many components of one kind a plugin may have; Packer's largest has some thirty.
    package static let maximumComponents = 1000

    /// The name of the component that has the plugin's own name in templates; of Packer since 1.7.
    package static let defaultName = "-packer-default-plugin-name-"

    /// The version of the plugin API that this host and this SDK have.
    package static let apiVersion = "x5.0"

    /// What tells that a plugin can be started with `--protobuf`.
    package static let protobufVersion = "v2"

    /// The plugin's version, a semantic version without `v`.
    package var version: String
    /// The version of the SDK that it is made with; for people only.
    package var sdkVersion: String
    /// The version of the plugin API, as in `x5.0`; `nil` from SDKs of before Packer 1.7.
    package var apiVersion: String?
    /// `v2` where the plugin can speak protobuf; `nil` from SDKs of before Packer 1.12.
    package var protocolVersion: String?
    /// The names of its builders.
    package var builders: [String]
    /// The names of its post-processors.
    package var postProcessors: [String]
    /// The names of its provisioners.
    package var provisioners: [String]
    /// The names of its data sources.
    package var dataSources: [String]

    /// A description of the newest form.
    package init(
        version: String,
        sdkVersion: String,
        builders: [String] = [],
        postProcessors: [String] = [],
        provisioners: [String] = [],
        dataSources: [String] = []
    ) {
        self.version = version
        self.sdkVersion = sdkVersion
        apiVersion = Self.apiVersion
        protocolVersion = Self.protobufVersion
        self.builders = builders
        self.postProcessors = postProcessors
        self.provisioners = provisioners
        self.dataSources = dataSources
    }

    /// Whether the plugin can be started with `--protobuf`.
    package var canSpeakProtobuf: Bool { protocolVersion == Self.protobufVersion }

    /// One line of JSON, with its end.
    package var encoded: [UInt8] {
        var fields = [("version", Self.quoted(version)), ("sdk_version", Self.quoted(sdkVersion))]
        if let apiVersion { fields.append(("api_version", Self.quoted(apiVersion))) }
        fields += [
            ("builders", Self.list(builders)), ("post_processors", Self.list(postProcessors)),
            ("provisioners", Self.list(provisioners)), ("datasources", Self.list(dataSources)),
        ]
        if let protocolVersion { fields.append(("protocol_version", Self.quoted(protocolVersion))) }
        let text = fields.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",")
        return Array("{\(text)}\n".utf8)
    }

    private static func list(_ names: [String]) -> String {
        "[" + names.map(quoted).joined(separator: ",") + "]"
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

// MARK: - The host's half

extension PluginDescription {
    /// Reads all that a plugin printed; white space around it does not count.
    ///
    /// Stricter than Packer, which takes the last of two fields of one name, ignores its letters' case,
    /// and has no limits. Fields that are not known are passed over, and a list may be null or missing.
    ///
    /// - Throws: ``PackerRPCError/Code/pluginDescription`` with what was found and what to do.
    package init(decoding bytes: [UInt8]) throws {
        guard bytes.count <= Self.maximumSize else {
            throw Self.wrong("more than \(Self.maximumSize) bytes")
        }
        let document: JSONValue
        do throws(HCLSpecificationError) {
            document = try JSONReader.document(bytes)
        } catch {
            let place = error.offset.map { " at byte \($0)" } ?? ""
            throw Self.wrong("\(error.found)\(place)")
        }
        guard case .object(let members) = document else {
            throw Self.wrong("\(document.kind) instead of an object")
        }
        let fields = Fields(members)
        version = try fields.version("version") ?? Self.missing("version")
        sdkVersion = try fields.version("sdk_version") ?? ""
        apiVersion = try fields.version("api_version")
        protocolVersion = try fields.version("protocol_version")
        if let apiVersion, !Self.isAPIVersion(apiVersion) {
            throw Self.wrong("the api_version \"\(apiVersion)\", which is not of the form x5.0")
        }
        builders = try fields.names("builders")
        postProcessors = try fields.names("post_processors")
        provisioners = try fields.names("provisioners")
        dataSources = try fields.names("datasources")
    }

    /// Whether this host can run the plugin: the same major version, and no newer minor one.
    ///
    /// Compared as numbers. A plugin that does not say is one of before Packer 1.7, whose handshake
    /// tells.
    package var isCompatible: Bool {
        guard let apiVersion else { return true }
        let parts = apiVersion.dropFirst().split(separator: ".").map { Int($0) }
        guard parts.count == 2, let major = parts[0], let minor = parts[1] else { return false }
        return major == HandshakeLine.majorVersion && minor <= HandshakeLine.minorVersion
    }

    private static func isAPIVersion(_ text: String) -> Bool {
        let parts = text.dropFirst().split(separator: ".", omittingEmptySubsequences: false)
        return text.first == "x" && parts.count == 2
            && parts.allSatisfy { part in
                !part.isEmpty && part.utf8.allSatisfy { (0x30...0x39).contains($0) }
            }
    }

    private static func missing(_ name: String) throws -> String {
        throw wrong("no \(name)")
    }

    fileprivate static func wrong(_ found: String) -> PackerRPCError {
        PackerRPCError(
            .pluginDescription,
            "no description of a plugin: found \(found). A plugin's describe must print one JSON "
                + "object with version, api_version and lists of component names, and nothing else; "
                + "run it by hand to see what it prints."
        )
    }
}

/// The members of a description that are known.
private struct Fields {
    private let values: [String: JSONValue]

    init(_ members: [JSONValue.Member]) {
        var values: [String: JSONValue] = [:]
        for member in members where member.name.utf8.count <= 32 {
            values[member.name] = member.value
        }
        self.values = values
    }

    /// A text that can stand in messages and names of files; `nil` where there is none.
    func version(_ name: String) throws -> String? {
        switch values[name] {
        case nil, .null?: return nil
        case .string(let text)?:
            let isPlain = text.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x41...0x5A).contains($0)
                    || (0x61...0x7A).contains($0) || ".+-".utf8.contains($0)
            }
            guard isPlain, !text.isEmpty, text.utf8.count <= 128 else {
                throw PluginDescription.wrong("a \(name) that is no version")
            }
            return text
        case let value?: throw PluginDescription.wrong("\(value.kind) as \(name)")
        }
    }

    /// The names of components; none where there is no list.
    func names(_ name: String) throws -> [String] {
        switch values[name] {
        case nil, .null?: return []
        case .array(let elements)?:
            guard elements.count <= PluginDescription.maximumComponents else {
                throw PluginDescription.wrong("\(elements.count) \(name)")
            }
            var seen: Set<[UInt8]> = []
            return try elements.map { element in
                guard case .string(let text) = element, Self.isName(text) else {
                    throw PluginDescription.wrong("\(element.kind) in \(name) that is no name")
                }
                guard seen.insert(Array(text.utf8)).inserted else {
                    throw PluginDescription.wrong("\"\(text)\" twice in \(name)")
                }
                return text
            }
        case let value?: throw PluginDescription.wrong("\(value.kind) as \(name)")
        }
    }

    private static func isName(_ name: String) -> Bool {
        if name == PluginDescription.defaultName { return true }
        func isAlphanumeric(_ letter: UInt8) -> Bool {
            (0x61...0x7A).contains(letter) || (0x30...0x39).contains(letter)
        }
        let letters = name.utf8
        guard let first = letters.first, isAlphanumeric(first), letters.count <= 64 else {
            return false
        }
        return letters.allSatisfy { isAlphanumeric($0) || "._-".utf8.contains($0) }
    }
}
