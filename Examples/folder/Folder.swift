import Communicator
import Components
import Configuration
import Foundation
import PluginSDK

/// `folder-local`, a builder: makes a folder of this machine and has it filled.
struct Folder: Builder {
    struct Options: ConfigurationBlock {
        @Field("The folder to make.") var path: String
    }
    let options: Options

    static var fields: [FieldSpecification] { Options.fields }

    static func prepare(
        _ configuration: ConfigurationValue,
        in context: PrepareContext
    ) throws -> Prepared<Folder> {
        Prepared(Folder(options: try context.decode(from: configuration)))
    }

    func run(ui: any UserInterface, hook: any Hook) async throws -> (any Artifact)? {
        let (path, files) = (options.path, FileManager.default)
        try files.createDirectory(atPath: path, withIntermediateDirectories: true)
        let data = GeneratedData(["ID": .string(path)])
        try await hook.run(.provision, ui: ui, machine: LocalCommunicator(), data: data)
        let names = try files.contentsOfDirectory(atPath: path).sorted()
        return FolderArtifact(id: path, files: names.map { "\(path)/\($0)" })
    }
}

@main struct FolderPlugin {
    static func main() async {
        var plugin = PluginSet(name: "folder", version: "1.0.0")
        plugin.register(builder: Folder.self, as: "local")
        await plugin.run()
    }
}
