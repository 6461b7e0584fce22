/// A system and a machine by the names that Go has for them, as in `linux_amd64`.
package struct PluginPlatform: Sendable, Hashable, CustomStringConvertible {
    /// The system: `linux`, `darwin`.
    package let system: String
    /// The machine: `amd64`, `arm64`.
    package let architecture: String

    /// A platform by its names.
    package init(system: String, architecture: String) {
        self.system = system
        self.architecture = architecture
    }

    /// This machine's.
    package static let current: PluginPlatform = {
        #if os(Linux)
            let system = "linux"
        #else
            let system = "darwin"
        #endif
        #if arch(x86_64)
            return PluginPlatform(system: system, architecture: "amd64")
        #else
            return PluginPlatform(system: system, architecture: "arm64")
        #endif
    }()

    /// Go's names of systems.
    static let systems: Set = [
        "aix", "android", "darwin", "dragonfly", "freebsd", "illumos", "ios", "js", "linux",
        "netbsd", "openbsd", "plan9", "solaris", "wasip1", "windows",
    ]
    /// Go's names of machines.
    static let architectures: Set = [
        "386", "amd64", "arm", "arm64", "loong64", "mips", "mips64", "mips64le", "mipsle", "ppc64",
        "ppc64le", "riscv64", "s390x", "wasm",
    ]

    /// Whether there is such a platform.
    package var isKnown: Bool {
        Self.systems.contains(system) && Self.architectures.contains(architecture)
    }

    /// As at the end of a file's name.
    package var description: String { "\(system)_\(architecture)" }
}
