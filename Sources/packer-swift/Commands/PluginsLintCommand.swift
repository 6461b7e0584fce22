import ArgumentParser
import Communicator
import Console
import PluginDiscovery

/// `packer-swift plugins lint`.
struct PluginsLintCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint",
        abstract: "Say which Packers load a plugin, and why others do not.",
        discussion: """
            A folder is looked through as Packer looks through a folder of plugins; of a single file \
            its place is not judged. A plugin is run with the argument describe, for at most 10 s, \
            unless everybody may write it or its checksum is another one's.

            Exit status: 0 when every Packer that the files are laid out for loads them, 1 when there \
            is a defect or nothing to lint, 2 when the arguments are wrong or the path cannot be read.
            """
    )

    @Argument(help: "A plugin, or a folder of plugins.")
    var path: String

    @Flag(help: "Print events for machines instead of text.")
    var machineReadable = false

    func run() async throws {
        let path = BytePath(path)
        let cancellation = Cancellation()
        let screen = StandardScreen.make(
            isMachineReadable: machineReadable,
            onClosed: { cancellation.cancel() }
        )
        StandardScreen.watch { cancellation.cancel() }
        Signals.onInterrupt { name in
            cancellation.cancel()
            Task { await ConsoleInterface(screen).say("Cancelling after receiving \(name)") }
        }
        let output = PluginsLintOutput(screen)
        let status = await cancellation.run { await Self.lint(path, output) }
        await screen.finish()
        guard status == .success else { throw status }
    }

    /// What cannot be looked at is a matter of the arguments.
    static let usage = ExitCode(2)

    private static func lint(_ path: BytePath, _ output: PluginsLintOutput) async -> ExitCode {
        do {
            let reports = try await reports(on: path)
            await output.print(reports, of: path)
            return reports.isEmpty || reports.contains { !$0.defects.isEmpty } ? .failure : .success
        } catch is CancellationError {
            return .failure
        } catch {
            await output.complain("\(error)", about: path)
            return usage
        }
    }

    private static func reports(on path: BytePath) async throws -> [PluginReport] {
        let status: FileStatus
        do {
            status = try await FileQueue().run { try FileStatus.of(path) }
        } catch let error as SystemError {
            throw error.reading(path)
        }
        let lint = PluginLint()
        guard status.kind == .directory else {
            return [try await lint.report(on: PluginFile(path))]
        }
        return try await lint.reports(on: PluginFolder(path))
    }
}
