import Console

/// The flags of every command in Packer's spelling; the same as the commands' own declarations.
enum CommandFlags {
    static let all: [String: GoFlags] = [
        "build": GoFlags(plugins: [
            "color": .toggle(default: true),
            "debug": .toggle(default: false),
            "except": .value,
            "force": .toggle(default: false),
            "on-error": .value,
            "only": .value,
            "parallel-builds": .value,
            "timestamp-ui": .toggle(default: false),
            "var": .value,
            "var-file": .value,
        ]),
        "validate": GoFlags(plugins: [
            "except": .value,
            "only": .value,
            "syntax-only": .toggle(default: false),
            "var": .value,
            "var-file": .value,
        ]),
        "doctor": GoFlags([:]),
        "plugins describe": GoFlags(plugins: ["schema": .toggle(default: false)]),
        "plugins installed": GoFlags(plugins: [:]),
        "plugins lint": GoFlags([:]),
        "plugins remove": GoFlags(plugins: [:]),
        "version": GoFlags([:]),
    ]
}

extension GoFlags {
    /// The flags of a command that runs plugins.
    fileprivate init(plugins others: [String: Kind]) {
        let plugins: [String: Kind] = [
            "allowed-signers": .value,
            "isolate": .toggle(default: false),
            "pass-environment": .toggle(default: false),
            "plugin-env": .value,
            "plugin-keyring": .value,
            "plugin-path": .value,
            "require-checksums": .toggle(default: false),
            "require-signatures": .toggle(default: false),
        ]
        self.init(plugins.merging(others) { $1 })
    }
}
