import Communicator
import Components
import Configuration

/// Says what is in its nested blocks.
struct BlockProvisioner: Provisioner {
    struct Tag: ConfigurationBlock {
        @Field("A name.") var key: String
        @Field("What it stands for.") var value: String = ""
    }

    struct Owner: ConfigurationBlock {
        @Field("Who.") var name: String
    }

    struct Options: ConfigurationBlock {
        @Field("At most one.") var owner: Owner?
        @Field("Any number.") var tag: [Tag] = []
    }

    let options: Options

    static var fields: [FieldSpecification] { Options.fields }

    static func prepare(
        _ configuration: ConfigurationValue,
        in context: PrepareContext
    ) throws -> Prepared<Self> {
        Prepared(Self(options: try context.decode(Options.self, from: configuration)))
    }

    func provision(
        _ machine: any Communicator,
        ui: any UserInterface,
        data: GeneratedData
    ) async throws {
        await ui.say("owner: \(options.owner?.name ?? "nobody")")
        for tag in options.tag { await ui.say("tag: \(tag.key)=\(tag.value)") }
    }
}
