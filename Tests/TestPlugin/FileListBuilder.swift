import Components
import Configuration

/// Makes an artifact of files that are there.
struct FileListBuilder: Builder {
    struct Options: ConfigurationBlock {
        @Field("The artifact's files.") var files: [String]
    }

    struct FileList: Artifact {
        let builderID = "test.files"
        let id = "list-1"
        let files: [String]
        var summary: String { "\(files.count) files of the test" }
    }

    let options: Options

    static var fields: [FieldSpecification] { Options.fields }

    static func prepare(
        _ configuration: ConfigurationValue,
        in context: PrepareContext
    ) throws -> Prepared<Self> {
        Prepared(Self(options: try context.decode(Options.self, from: configuration)))
    }

    func run(ui: any UserInterface, hook: any Hook) async throws -> (any Artifact)? {
        await ui.say("listing \(options.files.count) files")
        return FileList(files: options.files)
    }
}
