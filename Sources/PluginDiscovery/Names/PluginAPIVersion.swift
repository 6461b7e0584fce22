internal import PackerRPC

/// A version of the API between Packer and its plugins, as in `x5.0`.
///
/// A host takes plugins of its own major version that are no newer than itself. Compared as numbers:
/// `x5.10` is newer than `x5.9`.
package struct PluginAPIVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// What must be the same.
    package let major: Int
    /// What the host's must reach.
    package let minor: Int

    /// The version of this host, and of every Packer so far.
    package static let current = PluginAPIVersion(
        major: HandshakeLine.majorVersion,
        minor: HandshakeLine.minorVersion
    )

    /// A version made of its parts.
    package init(major: Int, minor: Int) {
        self.major = major
        self.minor = minor
    }

    /// Reads a version; `nil` for what is none.
    package init?(_ text: String) {
        let parts = text.dropFirst().split(separator: ".", omittingEmptySubsequences: false)
        let isPlain = parts.allSatisfy { part in
            part.utf8.allSatisfy { (0x30...0x39).contains($0) }
        }
        guard text.first == "x", parts.count == 2, isPlain,
            let major = Int(parts[0]), let minor = Int(parts[1])
        else { return nil }
        self.init(major: major, minor: minor)
    }

    /// As in names of files.
    package var description: String { "x\(major).\(minor)" }

    /// Whether a host of this version takes such a plugin.
    package func takes(_ plugin: PluginAPIVersion) -> Bool {
        plugin.major == major && plugin.minor <= minor
    }

    /// By major, then by minor version.
    package static func < (first: PluginAPIVersion, second: PluginAPIVersion) -> Bool {
        (first.major, first.minor) < (second.major, second.minor)
    }
}
