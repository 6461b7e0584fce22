import Communicator
import Components
import Configuration
import PluginSDK

/// `revision-git`, a data source: the commit that is checked out.
struct Revision: DataSource, ConfiguredComponent {
    struct Options: ConfigurationBlock {
        @Field("A folder of the repository.") var folder: String = "."
    }
    struct Outputs: ConfigurationBlock {
        @Field("The commit's name.") var commit: String?
    }
    let options: Options
    let context: PrepareContext

    static var outputs: [FieldSpecification] { Outputs.fields }

    func execute() async throws -> ConfigurationValue {
        let git = RemoteCmd("git -C \(ShellWord.quote(options.folder)) rev-parse HEAD 2>&1")
        let result = try await LocalCommunicator().run(git) { execution in
            var bytes: [UInt8] = []
            for try await case .standardOutput(let more) in execution.output { bytes += more }
            return String(decoding: bytes, as: UTF8.self).split(separator: "\n").joined()
        }
        guard result.status.isSuccess else { throw RevisionError.git(result.value) }
        return .map(["commit": .string(result.value)])
    }
}

enum RevisionError: Error { case git(String) }

@main struct RevisionPlugin {
    static func main() async {
        var plugin = PluginSet(name: "revision", version: "1.0.0")
        plugin.register(dataSource: Revision.self, as: "git")
        await plugin.run()
    }
}
