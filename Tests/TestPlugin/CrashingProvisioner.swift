import Communicator
import Components
import Configuration

/// Traps where it should work.
struct CrashingProvisioner: Provisioner {
    struct Options: ConfigurationBlock {
        @Field("A text that says why.") var reason: String = "for a test"
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
        await ui.say("now it crashes")
        fatalError(options.reason)
    }
}
