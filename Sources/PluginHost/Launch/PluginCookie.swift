internal import Components

/// What tells a program that it was started as a plugin, and in which run: Packer's cookie, where it may
/// listen, and the run's UUID.
enum PluginCookie {
    /// Packer's, of all versions.
    private static let cookie = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2"

    /// What Packer adds to its own environment; the ports are for plugins on Windows.
    private static let own = [
        "PACKER_PLUGIN_MAGIC_COOKIE": cookie,
        "PACKER_PLUGIN_MIN_PORT": "10000",
        "PACKER_PLUGIN_MAX_PORT": "25000",
        "PACKER_RUN_UUID": RunIdentity.uuid,
    ]

    /// An environment with these in place of what has their names, and with a `TMPDIR`.
    static func entries(_ entries: [[UInt8]], adding temporaryFolder: [UInt8]) -> [[UInt8]] {
        let added = own.sorted { $0.key < $1.key }.map { Array("\($0.key)=\($0.value)".utf8) }
        return without(entries, adding: temporaryFolder) + added
    }

    /// An environment in which nothing says that the program is to serve, with a `TMPDIR`.
    static func without(_ entries: [[UInt8]], adding temporaryFolder: [UInt8]) -> [[UInt8]] {
        let kept = entries.filter { entry in
            let name = String(decoding: entry.prefix { $0 != 0x3D }, as: UTF8.self)
            return own[name] == nil && name != "TMPDIR"
        }
        return kept + [temporaryFolder]
    }
}
