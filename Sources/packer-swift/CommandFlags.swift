import Console

/// The flags of every command in Packer's spelling; the same as the commands' own declarations.
enum CommandFlags {
    static let all: [String: GoFlags] = [
        "build": GoFlags([
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
        "validate": GoFlags([
            "except": .value,
            "only": .value,
            "syntax-only": .toggle(default: false),
            "var": .value,
            "var-file": .value,
        ]),
        "doctor": GoFlags([:]),
        "plugins lint": GoFlags([:]),
        "version": GoFlags([:]),
    ]
}
