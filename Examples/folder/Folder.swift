import Communicator
import Components
import Configuration
import Foundation
import PluginSDK

/// `folder-local`, a builder: makes a folder of this machine and has it filled.
struct Folder: Builder, ConfiguredComponent {
    struct Options: ConfigurationBlock {
        @Field("The folder to make.") var path: String
    }
    let options: Options
    let context: PrepareContext

    func run(ui: any UserInterface, hook: any Hook) async throws -> (any Artifact)? {
        let (path, manager) = (options.path, FileManager.default)
        try manager.createDirectory(atPath: path, withIntermediateDirectories: true)
        let data = GeneratedData(["ID": .string(path)])
        try await hook.run(.provision, ui: ui, machine: LocalCommunicator(), data: data)
        let files = try manager.contentsOfDirectory(atPath: path).sorted().map { "\(path)/\($0)" }
        let text = "\(files.count) files in \(path)"
        return FileArtifact(builderID: "example.folder", id: path, files: files, summary: text)
    }
}

@main struct FolderPlugin {
    static func main() async {
        var plugin = PluginSet(name: "folder", version: "1.0.0")
        plugin.register(builder: Folder.self, as: "local")
        await plugin.run()
    }
}
