import Communicator
import Components
import Configuration
import PluginSDK

/// `archive-tar`, a post-processor: packs an artifact's files into an archive.
struct Archive: PostProcessor {
    struct Options: ConfigurationBlock {
        @Field("The archive to write.", interpolated: false) var output: String =
            "{{build_name}}.tar.gz"
    }
    let output: String

    static var fields: [FieldSpecification] { Options.fields }

    static func prepare(
        _ configuration: ConfigurationValue,
        in context: PrepareContext
    ) throws -> Prepared<Archive> {
        let options: Options = try context.decode(from: configuration)
        return Prepared(Archive(output: try context.render(options.output)))
    }

    func postProcess(
        _ artifact: any Artifact,
        ui: any UserInterface
    ) async throws -> PostProcessed {
        let words = ([output, "--"] + artifact.files).map { ShellWord.quote($0) }
        let tar = RemoteCmd("tar -czf " + words.joined(separator: " "))
        let result = try await LocalCommunicator().run(tar) { execution in
            for try await case .standardError(let bytes) in execution.output {
                await ui.error(String(decoding: bytes, as: UTF8.self))
            }
        }
        guard result.status.isSuccess else { throw TarFailed(status: result.status) }
        return PostProcessed(ArchiveArtifact(id: output), keepsInput: true)
    }
}

@main struct ArchivePlugin {
    static func main() async {
        var plugin = PluginSet(name: "archive", version: "1.0.0")
        plugin.register(postProcessor: Archive.self, as: "tar")
        await plugin.run()
    }
}
