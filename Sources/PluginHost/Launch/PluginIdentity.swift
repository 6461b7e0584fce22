/// Which plugin is meant, for people.
package struct PluginIdentity: Sendable, Hashable, CustomStringConvertible {
    /// Its file's name, and for a plugin with several components the one that is used.
    package var name: String
    /// Where it is.
    package var path: String
    /// Its version, where that is known.
    package var version: String?

    /// An identity made of its parts.
    package init(name: String, path: String, version: String? = nil) {
        self.name = name
        self.path = path
        self.version = version
    }

    /// The name, the version and the path.
    package var description: String {
        "\(name)\(version.map { " v\($0)" } ?? "") (\(path))"
    }
}
