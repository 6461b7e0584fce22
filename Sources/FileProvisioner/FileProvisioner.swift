public import Communicator
public import Components
public import Configuration

/// Transfers files and directories to or from the machine; Packer's provisioner `file`.
///
/// The options are Packer's (see ``fields``), and so are the rules about slashes:
///
/// | direction | source | destination | result |
/// |---|---|---|---|
/// | upload | file `f` | `/a/b` | `/a/b` |
/// | upload | file `f` | `/a/` | `/a/f` |
/// | upload | directory `d` | `/t` or `/t/` | `/t/d/...` |
/// | upload | directory `d/` | `/t` or `/t/` | the contents in `/t` |
/// | download | file `/r/f` | `a` | `a` |
/// | download | file `/r/f` | `a/` | `a/f` |
/// | download | directory `/r/d/` | `a` or `a/` | `a/d/...` |
///
/// **Differences from Packer 1.16.** Every path is decided before the first byte moves; several
/// sources are all transferred, also after a directory; paths are literal, no shell expands `*`
/// or `$`; `content` names its file in `destination`; having nothing to transfer is an error.
public struct FileProvisioner: Provisioner {
    let configuration: FileConfiguration
    let context: PrepareContext

    /// The options, in the order of their declaration, for documentation and plugin specs.
    public static var fields: [FieldSpecification] { FileConfiguration.fields }

    /// Checks the options and makes the provisioner; reads nothing but the status of the sources.
    ///
    /// - Returns: The provisioner, with warnings about what is allowed but likely wrong.
    /// - Throws: `ConfigurationErrors` with everything that is wrong.
    public static func prepare(
        _ configuration: ConfigurationValue,
        in context: PrepareContext
    ) throws -> Prepared<FileProvisioner> {
        let options = try context.decode(FileConfiguration.self, from: configuration)
        return Prepared(
            FileProvisioner(configuration: options, context: context),
            warnings: options.deprecationWarnings + options.wildcardWarnings
        )
    }

    /// Transfers everything, in order.
    ///
    /// - Parameters:
    ///   - machine: The other end.
    ///   - ui: Is told what happens and how far each transfer is.
    ///   - data: What the builder found out about the machine.
    /// - Throws: ``FileProvisionerError`` before anything moved; the communicator's error for a
    ///   transfer that is not whole; `CancellationError`.
    public func provision(
        _ machine: any Communicator,
        ui: any UserInterface,
        data: GeneratedData
    ) async throws {
        let plan = try await plan(data)
        for transfer in plan.transfers {
            try Task.checkCancellation()
            await ui.say(transfer.announcement)
            do {
                try await FileTransferRun(machine: machine, ui: ui).perform(transfer)
            } catch let error as CommunicatorError {
                await ui.error("\(transfer.work.verb) failed: \(error)")
                throw error
            }
        }
    }

    private func plan(_ data: GeneratedData) async throws -> FilePlan {
        let destination = try rendered(configuration.destination, data, "destination")
        if let content = configuration.content {
            let text = try rendered(content, data, "content")
            return FilePlan(content: Array(text.utf8), destination: destination)
        }
        let sources = try configuration.allSources.map { try rendered($0, data, "source") }
        if configuration.isDownload {
            return try FilePlan(downloading: sources, destination: destination)
        }
        return try await FileQueue().run {
            try FilePlan(uploading: sources, destination: destination)
        }
    }

    /// A text that may wait for what the builder finds out.
    private func rendered(
        _ text: String,
        _ data: GeneratedData,
        _ option: String
    ) throws(FileProvisionerError) -> String {
        do {
            return try context.completed(text, data: data)
        } catch {
            throw FileProvisionerError(.notRendered, "Error interpolating \(option): \(error).")
        }
    }
}

extension FileConfiguration {
    /// What to tell a user who expects a shell to expand a source.
    fileprivate var wildcardWarnings: [String] {
        guard isDownload else { return [] }
        return allSources.filter { $0.contains { "*?[".contains($0) } }.map {
            "source '\($0)' is taken as it is: wildcards are not expanded. Name the files, or "
                + "download their directory."
        }
    }
}
