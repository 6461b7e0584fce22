import ArgumentParser
import Build
import Console

/// `packer-swift build`.
struct BuildCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "build",
        abstract: "Run the builds of a template."
    )

    /// What to do when a provisioner fails.
    enum OnError: String, ExpressibleByArgument {
        case cleanup
        case abort
        case runCleanupProvisioner = "run-cleanup-provisioner"
    }

    @OptionGroup var arguments: TemplateArguments

    @OptionGroup(title: "Plugins") var plugins: PluginArguments

    @Flag(help: "Print events for machines instead of text.")
    var machineReadable = false

    @Flag(help: "Print no colours; also written -color=false.")
    var noColor = false

    @Flag(help: "Begin every line with the time.")
    var timestampUi = false

    @Option(help: ArgumentHelp("How many builds run at once; 0 for all.", valueName: "count"))
    var parallelBuilds = 0

    @Option(
        help: """
            What to do when a provisioner fails: cleanup, abort, run-cleanup-provisioner. The null \
            builder leaves its machine as it is in each case.
            """
    )
    var onError = OnError.cleanup

    @Flag(help: "Run one build after the other.")
    var debug = false

    @Flag(help: "Taken for Packer's sake: no builder here makes anything that it could overwrite.")
    var force = false

    func validate() throws {
        guard parallelBuilds >= 0 else {
            throw ValidationError("-parallel-builds must be 0 or more, not \(parallelBuilds)")
        }
    }

    func run() async throws {
        let request = arguments.request
        let cancellation = Cancellation()
        let screen = StandardScreen.make(
            color: !noColor,
            isMachineReadable: machineReadable,
            hasTimestamps: timestampUi,
            onClosed: { cancellation.cancel() }
        )
        StandardScreen.watch { cancellation.cancel() }
        Signals.onInterrupt { name in
            cancellation.cancel()
            Task {
                await ConsoleInterface(screen).say("Cancelling build after receiving \(name)")
            }
        }
        let options = try plugins.options
        let limit = debug ? 1 : parallelBuilds
        let isSuccess = await cancellation.run {
            await request.build(on: screen, parallelBuilds: limit, plugins: options)
        }
        await screen.finish()
        guard isSuccess else { throw ExitCode.failure }
    }
}
