import Communicator
import Components
import Configuration
import PluginSDK

/// `archive-tar`, a post-processor: packs an artifact's files into an archive.
struct Archive: PostProcessor, ConfiguredComponent {
    struct Options: ConfigurationBlock {
        @Field("The archive to write.") var output: String
    }
    let options: Options
    let context: PrepareContext

    func postProcess(_ input: any Artifact, ui: any UserInterface) async throws -> PostProcessed {
        let (path, words) = (options.output, input.files.map { ShellWord.quote($0) })
        let command = "tar -czf \(ShellWord.quote(path)) -- \(words.joined(separator: " "))"
        let result = try await LocalCommunicator().run(RemoteCmd(command)) { execution in
            for try await case .standardError(let bytes) in execution.output {
                await ui.error(String(decoding: bytes, as: UTF8.self))
            }
        }
        guard result.status.isSuccess else { throw ArchiveError.tar(result.status) }
        let (id, text) = ("example.archive", "The archive \(path)")
        let archive = FileArtifact(builderID: id, id: path, files: [path], summary: text)
        return PostProcessed(archive, keepsInput: true)
    }
}

enum ArchiveError: Error { case tar(RemoteCmd.ExitStatus) }

@main struct ArchivePlugin {
    static func main() async {
        var plugin = PluginSet(name: "archive", version: "1.0.0")
        plugin.register(postProcessor: Archive.self, as: "tar")
        await plugin.run()
    }
}
