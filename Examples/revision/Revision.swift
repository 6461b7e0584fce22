import Communicator
import Components
import Configuration
import PluginSDK

/// `revision-git`, a data source: the commit that is checked out.
struct Revision: DataSource {
    struct Options: ConfigurationBlock {
        @Field("A folder of the repository.") var folder: String = "."
    }
    struct Outputs: ConfigurationBlock {
        @Field("The commit's name.") var commit: String?
    }
    let folder: String

    static var fields: [FieldSpecification] { Options.fields }
    static var outputs: [FieldSpecification] { Outputs.fields }

    static func prepare(
        _ configuration: ConfigurationValue,
        in context: PrepareContext
    ) throws -> Prepared<Revision> {
        Prepared(Revision(folder: try context.decode(Options.self, from: configuration).folder))
    }

    func execute() async throws -> ConfigurationValue {
        let git = RemoteCmd("git -C \(ShellWord.quote(folder)) rev-parse HEAD 2>&1")
        let result = try await LocalCommunicator().run(git) { execution in
            var bytes: [UInt8] = []
            for try await case .standardOutput(let more) in execution.output { bytes += more }
            return String(decoding: bytes, as: UTF8.self).split(separator: "\n").joined()
        }
        guard result.status.isSuccess else { throw GitFailed(description: result.value) }
        return .map(["commit": .string(result.value)])
    }
}

@main struct RevisionPlugin {
    static func main() async {
        var plugin = PluginSet(name: "revision", version: "1.0.0")
        plugin.register(dataSource: Revision.self, as: "git")
        await plugin.run()
    }
}
