import Communicator
import Components
import Configuration

/// What a component of each kind does when it works: says a text, and then fails, goes on until it is
/// cancelled, or is done.
struct Echo {
    struct Tag: ConfigurationBlock {
        @Field("A name.") var key: String
        @Field("What it stands for.") var value: String = ""
    }

    struct Options: ConfigurationBlock {
        @Field("What to say.") var text: String
        @Field("Any number.") var tag: [Tag] = []
        @Field("How to fail.") var failsWith: String?
        @Field("A file to make before waiting to be cancelled.") var waitsAt: String?
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    let options: Options
    let context: PrepareContext

    func work(_ say: (String) async -> Void) async throws {
        let tags = options.tag.map { " \($0.key)=\($0.value)" }.joined()
        await say(options.text + tags)
        if let text = options.failsWith { throw Failure(description: text) }
        guard let path = options.waitsAt else { return }
        try await LocalCommunicator().upload(.bytes([]), to: path)
        for await _ in AsyncStream<Never>.makeStream().stream {}
        try Task.checkCancellation()
    }
}

struct EchoProvisioner: Provisioner, ConfiguredComponent {
    let options: Echo.Options
    let context: PrepareContext

    func provision(
        _ machine: any Communicator,
        ui: any UserInterface,
        data: GeneratedData
    ) async throws {
        var options = options
        options.text = try context.completed(options.text, data: data)
        try await Echo(options: options, context: context).work { await ui.say($0) }
    }
}

struct EchoBuilder: Builder, ConfiguredComponent {
    let options: Echo.Options
    let context: PrepareContext

    func run(ui: any UserInterface, hook: any Hook) async throws -> (any Artifact)? {
        let data = GeneratedData(["ID": .string("echo-1")])
        try await hook.run(.provision, ui: ui, machine: LocalCommunicator(), data: data)
        try await Echo(options: options, context: context).work { await ui.say($0) }
        return FileArtifact(
            builderID: "test.echo",
            id: "echo-1",
            files: ["/etc/hostname"],
            summary: options.text
        )
    }
}

struct EchoPostProcessor: PostProcessor, ConfiguredComponent {
    let options: Echo.Options
    let context: PrepareContext

    func postProcess(
        _ artifact: any Artifact,
        ui: any UserInterface
    ) async throws -> PostProcessed {
        try await Echo(options: options, context: context).work { await ui.say($0) }
        return PostProcessed(
            FileArtifact(builderID: "test.echo", id: "of \(artifact.id)", files: [], summary: "")
        )
    }
}

struct EchoDataSource: DataSource, ConfiguredComponent {
    struct Outputs: ConfigurationBlock {
        @Field("The text.") var text: String
        @Field("A whole number.") var count: Int
        @Field("Another one.") var ratio: Double
        @Field("A truth value.") var isThere: Bool
        @Field("Some texts.") var words: [String]
        @Field("Texts by name.") var table: [String: String]
        @Field("Groups.") var tag: [Echo.Tag]
        @Field("What is not known.") var nothing: String?
    }
    let options: Echo.Options
    let context: PrepareContext

    static var outputs: [FieldSpecification] { Outputs.fields }

    func execute() async throws -> ConfigurationValue {
        try await Echo(options: options, context: context).work { _ in }
        return .map([
            "text": .string(options.text), "count": .integer(-3), "ratio": .number(0.5),
            "is_there": .bool(true), "words": .list([.string("a"), .string("ü")]),
            "table": .map(["k": .string("v")]),
            "tag": .list(
                options.tag.map {
                    .map(["key": .string($0.key), "value": .string($0.value)])
                }
            ),
            "nothing": .null,
        ])
    }
}
