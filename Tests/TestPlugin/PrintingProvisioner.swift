import Communicator
import Components
import Configuration

/// Prints to the standard output, which belongs to Packer, wherever it can.
struct PrintingProvisioner: Provisioner {
    struct Options: ConfigurationBlock {
        @Field("How many lines.") var lines: Int = 1
    }

    let options: Options

    static var fields: [FieldSpecification] { Options.fields }

    static func prepare(
        _ configuration: ConfigurationValue,
        in context: PrepareContext
    ) throws -> Prepared<Self> {
        print("printed while prepared")
        return Prepared(Self(options: try context.decode(Options.self, from: configuration)))
    }

    func provision(
        _ machine: any Communicator,
        ui: any UserInterface,
        data: GeneratedData
    ) async throws {
        for number in 1...max(1, options.lines) { print("printed line \(number)") }
        await ui.say("all is printed")
    }
}
