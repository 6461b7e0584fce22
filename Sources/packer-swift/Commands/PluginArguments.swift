import ArgumentParser
import Build
import PluginHost

/// What every command that runs plugins takes.
struct PluginArguments: ParsableArguments {
    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "Look for plugins here first; may be repeated, the first one wins.",
            valueName: "folder"
        )
    )
    var pluginPath: [String] = []

    @Flag(help: "Run no plugin without its checksum beside it.")
    var requireChecksums = false

    @Flag(help: "Run no plugin whose checksum is not signed by a known key.")
    var requireSignatures = false

    @Option(
        help: ArgumentHelp(
            "The keys that may sign plugins, as ssh-keygen has them.",
            valueName: "file"
        )
    )
    var allowedSigners: String?

    @Option(
        help: ArgumentHelp("The keys that may sign plugins, as GnuPG has them.", valueName: "file")
    )
    var pluginKeyring: String?

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            """
            Give a plugin a variable of the environment, or with * at the end all that begin so; \
            *=VARIABLE for every plugin. May be repeated.
            """,
            valueName: "plugin=variable"
        )
    )
    var pluginEnv: [String] = []

    @Flag(help: "Give every plugin the whole environment, as Packer does.")
    var passEnvironment = false

    @Flag(help: "Run the built-in components in processes of their own too, as plugins.")
    var isolate = false

    func validate() throws {
        _ = try additions
        guard !requireSignatures || allowedSigners != nil || pluginKeyring != nil else {
            throw ValidationError(
                "-require-signatures needs -allowed-signers or -plugin-keyring: whose are trusted"
            )
        }
    }

    /// The options as the library takes them.
    var options: PluginOptions {
        get throws {
            var options = PluginOptions()
            options.folders = pluginPath
            options.isolatesBuiltIns = isolate
            options.policy.requiresChecksums = requireChecksums
            options.policy.environment = PluginEnvironment(
                additions: try additions,
                passesEverything: passEnvironment
            )
            let isSigned = allowedSigners != nil || pluginKeyring != nil
            options.policy.signatures = SignaturePolicy(
                requireSignatures ? .always : isSigned ? .wherePresent : .never,
                allowedSigners: allowedSigners,
                keyring: pluginKeyring
            )
            return options
        }
    }

    private var additions: [String: [String]] {
        get throws {
            var additions: [String: [String]] = [:]
            for addition in pluginEnv {
                let parts = addition.split(separator: "=", maxSplits: 1)
                guard parts.count == 2 else {
                    throw ValidationError(
                        "-plugin-env must be PLUGIN=VARIABLE, as amazon=AWS_*, not \(addition)"
                    )
                }
                additions[String(parts[0]), default: []].append(String(parts[1]))
            }
            return additions
        }
    }
}
