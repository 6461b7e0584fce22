/// A folder in which plugins are looked for, and why.
package struct PluginPlace: Sendable, Hashable {
    /// Who named the folder.
    package enum Origin: Sendable, Hashable {
        /// The user, on the command line: `-plugin-path`.
        case commandLine
        /// The user, in `PACKER_PLUGIN_PATH`.
        case environment
        /// Nobody: it is the user's own folder of plugins.
        case user
        /// Nobody: it is where this program is.
        case program
    }

    /// The folder.
    package var path: String
    /// Who named it.
    package var origin: Origin

    /// A folder that somebody has named.
    package init(_ path: String, _ origin: Origin) {
        self.path = path
        self.origin = origin
    }

    /// Whether the user said that there are plugins.
    package var isNamed: Bool { origin == .commandLine || origin == .environment }

    /// Where plugins are looked for, the first first.
    ///
    /// - Parameters:
    ///   - folders: What the command line says.
    ///   - environment: `PACKER_PLUGIN_PATH`, of whose folders the last counts first, as for Packer;
    ///     `PACKER_CONFIG_DIR`, `XDG_CONFIG_HOME` and `HOME` for the user's folder.
    ///   - program: Where this program is, if that is known.
    ///   - isFolder: Whether there is a folder.
    /// - Returns: The places, each folder once.
    package static func standard(
        commandLine folders: [String],
        environment: [String: String],
        program: String?,
        isFolder: (String) -> Bool
    ) -> [PluginPlace] {
        let listed = (environment["PACKER_PLUGIN_PATH"] ?? "").split(separator: ":")
        var places = folders.map { PluginPlace($0, .commandLine) }
        places += listed.reversed().map { PluginPlace(String($0), .environment) }
        if let user = userFolder(environment, isFolder) { places.append(PluginPlace(user, .user)) }
        if let program, let slash = program.lastIndex(of: "/") {
            places.append(PluginPlace(String(program[..<slash]), .program))
        }
        var known: Set<String> = []
        return places.filter { known.insert($0.path).inserted }
    }

    /// Source: `packer-plugin-sdk/pathing`: the old folder only where there is one.
    private static func userFolder(
        _ environment: [String: String],
        _ isFolder: (String) -> Bool
    ) -> String? {
        func set(_ name: String) -> String? {
            environment[name].flatMap { $0.isEmpty ? nil : $0 }
        }
        if let folder = set("PACKER_CONFIG_DIR") { return "\(folder)/.packer.d/plugins" }
        guard let home = set("HOME") else { return nil }
        if isFolder("\(home)/.packer.d") { return "\(home)/.packer.d/plugins" }
        return "\(set("XDG_CONFIG_HOME") ?? "\(home)/.config")/packer/plugins"
    }
}
