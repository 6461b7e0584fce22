/// What the name of a file says to Packer, read without a look at the file.
package struct PluginFileName: Sendable, Hashable {
    /// What a name is.
    package enum Form: Sendable, Hashable {
        /// One component: `packer-provisioner-NAME`.
        case component(kind: String, name: String)
        /// A plugin without versions: `packer-plugin-NAME`.
        case plain(name: String)
        /// A plugin with more than its name: `packer-plugin-NAME_vX.Y.Z_xA.B_OS_ARCH`.
        case versioned(VersionedPluginName)
        /// The checksum of a plugin, by its name.
        case checksum(of: String)
        /// Nothing that Packer looks for.
        case other
    }

    /// The name as it is.
    package let bytes: [UInt8]
    /// What it is.
    package let form: Form

    /// What follows a plugin's name to name its checksum.
    package static let checksumSuffix = "_SHA256SUM"
    /// What begins the name of every plugin with several components.
    package static let pluginPrefix = "packer-plugin-"

    private static let kinds = ["builder", "provisioner", "post-processor", "datasource"]

    /// Reads the last component of a path; any bytes will do.
    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
        form = Self.form(String(decoding: bytes, as: UTF8.self))
    }

    private static func form(_ text: String) -> Form {
        for kind in kinds where text.hasPrefix("packer-\(kind)-") {
            let name = withoutExtension(text.dropFirst("packer-\(kind)-".count))
            return .component(kind: kind, name: name)
        }
        guard text.hasPrefix(pluginPrefix) else { return .other }
        // Wherever it stands, and in either case: Packer takes no such file for a plugin.
        if text.uppercased().contains(checksumSuffix) {
            let isPlain = text.hasSuffix(checksumSuffix)
            return .checksum(of: isPlain ? String(text.dropLast(checksumSuffix.count)) : text)
        }
        let whole = text.dropFirst(pluginPrefix.count)
        let rest = String(whole.hasSuffix(".exe") ? whole.dropLast(4) : whole)
        let fields = rest.split(separator: "_", omittingEmptySubsequences: false).map(String.init)
        guard fields.count > 1 else { return .plain(name: rest) }
        return .versioned(VersionedPluginName(name: fields[0], fields: Array(fields.dropFirst())))
    }

    /// Packer cuts the name of a single component where it first says `.exe`.
    private static func withoutExtension(_ text: Substring) -> String {
        text.firstRange(of: ".exe").map { String(text[..<$0.lowerBound]) } ?? String(text)
    }

    /// The plugin's name, which stands before its components' in a template; `nil` where it has none.
    package var plugin: String? {
        switch form {
        case .plain(let name): name
        case .versioned(let versioned): versioned.name
        case .component, .checksum, .other: nil
        }
    }
}

/// The parts of a plugin's name that has more than one, each as it stands there.
package struct VersionedPluginName: Sendable, Hashable {
    /// The plugin's name.
    package let name: String
    /// The version, with its `v`; `nil` where there is none.
    package let version: String?
    /// The version of the API, with its `x`; `nil` where there is none.
    package let apiVersion: String?
    /// The system and the machine; `nil` where the name does not end in two names of Go's.
    package let platform: PluginPlatform?
    /// What stands in place of the platform; `nil` where nothing is in its place.
    package let unknownPlatform: String?

    /// Reads what stands between underscores, behind the plugin's name.
    init(name: String, fields: [String]) {
        self.name = name
        let (place, versions) = Self.split(fields)
        let found = place.first.map {
            PluginPlatform(system: $0, architecture: place.dropFirst().joined(separator: "_"))
        }
        platform = found.flatMap { $0.isKnown ? $0 : nil }
        unknownPlatform = platform == nil && !place.isEmpty ? place.joined(separator: "_") : nil
        version = versions.first
        apiVersion = versions.count > 1 ? versions.dropFirst().joined(separator: "_") : nil
    }

    /// Tells what names the machine from what names versions, also where either is wrong.
    private static func split(_ fields: [String]) -> (place: [String], versions: [String]) {
        var start = fields.count
        if let system = fields.lastIndex(where: PluginPlatform.systems.contains) {
            start = system
        } else if fields.count >= 4
            || fields.last.map(PluginPlatform.architectures.contains) == true
        {
            start = max(0, fields.count - 2)
        } else if fields.count == 3 {
            start = 2
        }
        return (Array(fields[start...]), Array(fields[..<start]))
    }
}
