internal import PluginDiscovery

/// A signature that lies beside a plugin, by its name.
struct SignatureFile: Sendable, Hashable {
    /// Where it is.
    let path: String
    /// Whether it is over the plugin's program; else it is over its checksum.
    let isOverProgram: Bool

    /// What follows the name of what is signed; `ssh-keygen` and `gpg` write these.
    private static let suffixes = [".sig", ".asc"]

    /// Where signatures of a plugin are looked for, the first that is there counts: those over its
    /// checksum, then those over the program.
    static func places(beside plugin: String) -> [SignatureFile] {
        let sums = plugin + PluginFileName.checksumSuffix
        return suffixes.map { SignatureFile(path: sums + $0, isOverProgram: false) }
            + suffixes.map { SignatureFile(path: plugin + $0, isOverProgram: true) }
    }

    /// Whether a file is a signature by its name, whatever begins it.
    static func isOne(_ name: [UInt8]) -> Bool {
        suffixes.contains { name.suffix($0.utf8.count).elementsEqual($0.utf8) }
    }
}
