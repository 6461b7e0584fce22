import Components
import Configuration

/// Says what its artifact is, and gives another one of the same files.
struct ListingPostProcessor: PostProcessor {
    struct Options: ConfigurationBlock {
        @Field("Stands before each line.") var prefix: String = "found"
    }

    struct Listed: Artifact {
        let builderID = "test.list"
        let id = "listed-2"
        let files: [String]
        var summary: String { "the list of \(files.count) files" }
    }

    let options: Options

    static var fields: [FieldSpecification] { Options.fields }

    static func prepare(
        _ configuration: ConfigurationValue,
        in context: PrepareContext
    ) throws -> Prepared<Self> {
        Prepared(Self(options: try context.decode(Options.self, from: configuration)))
    }

    func postProcess(
        _ artifact: any Artifact,
        ui: any UserInterface
    ) async throws -> PostProcessed {
        await ui.say("\(options.prefix) builder \(artifact.builderID) id \(artifact.id)")
        for file in artifact.files { await ui.say("\(options.prefix) file \(file)") }
        return PostProcessed(Listed(files: artifact.files), keepsInput: true)
    }
}
